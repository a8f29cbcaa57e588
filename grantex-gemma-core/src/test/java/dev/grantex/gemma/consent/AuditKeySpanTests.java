package dev.grantex.gemma.consent;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a bundle remembers of where the use of its audit keys begins.
 */
class AuditKeySpanTests extends ServiceFixture {

	private RecordingFileSystem disk;

	private Device device;

	@BeforeEach
	void startDevice() throws IOException {
		this.disk = RecordingFileSystem.unforced(this.directory);
		this.device = closeAfterTest(new Device(this.disk.root(), this.clock, this.request)).open();
		this.device.consent().replace(issue(), this.request);
		this.device.calls(2);
	}

	@Test
	void entriesAppendedWhileTheRefreshedBundleIsStoredBelongToTheFormerKey() {
		ConsentBundle refreshed = this.client.refresh(this.device.bundle().bundleId());
		AtomicBoolean once = new AtomicBoolean();
		this.disk.faults().before((operation) -> {
			if (operation instanceof DiskOperation.Rename && once.compareAndSet(false, true)) {
				this.device.calls(3);
			}
		});
		this.device.consent().auditKey().refresh(refreshed);
		this.device.calls(1);
		assertThat(keys(this.device.bundle())).extracting(AuditPublicKey::firstSequence).containsExactly(1L, 6L);
		assertThat(keys(this.device.repository().load().orElseThrow())).isEqualTo(keys(this.device.bundle()));
		assertSpansHold();
		this.device.restart();
		assertSpansHold();
	}

	@Test
	void refreshThatIsTriedAgainAddsItsKeyOnce() {
		ConsentBundle refreshed = this.client.refresh(this.device.bundle().bundleId());
		this.disk.faults().before((operation) -> {
			if (keys(this.device.bundle()).size() == 2) {
				throw new IOException("Input/output error");
			}
		});
		assertThatExceptionOfType(GrantexGemmaException.class)
			.isThrownBy(() -> this.device.consent().auditKey().refresh(refreshed));
		this.disk.faults().clear();
		this.device.calls(2);
		this.device.consent().auditKey().refresh(refreshed);
		this.device.calls(1);
		assertThat(keys(this.device.bundle())).extracting(AuditPublicKey::firstSequence).containsExactly(1L, 3L);
		assertThat(keys(this.device.repository().load().orElseThrow())).isEqualTo(keys(this.device.bundle()));
		assertSpansHold();
	}

	@Test
	void refreshThatCouldNotBeStoredLeavesTheKeysAsTheyWere() {
		ConsentBundle refreshed = this.client.refresh(this.device.bundle().bundleId());
		this.device.repository().failSaves(1);
		assertThatExceptionOfType(GrantexGemmaException.class)
			.isThrownBy(() -> this.device.consent().auditKey().refresh(refreshed));
		assertThat(keys(this.device.bundle())).hasSize(1);
		this.device.calls(1);
		this.device.consent().auditKey().refresh(refreshed);
		this.device.calls(1);
		assertThat(keys(this.device.bundle())).extracting(AuditPublicKey::firstSequence).containsExactly(1L, 4L);
		assertSpansHold();
	}

	/**
	 * Checks that the first key has signed just the entries before the second one's.
	 */
	private void assertSpansHold() {
		List<AuditPublicKey> keys = keys(this.device.bundle());
		assertThat(verify(keys.subList(0, 1)).brokenAt()).isEqualTo((int) keys.get(1).firstSequence() - 1);
		assertThat(verify(keys).valid()).isTrue();
	}

	private ChainVerification verify(List<AuditPublicKey> keys) {
		try (Stream<String> lines = this.device.log().lines()) {
			return HashChain.verify(lines, keys.stream().map(AuditPublicKey::publicKey).toArray(String[]::new));
		}
	}

	private static List<AuditPublicKey> keys(ConsentBundle bundle) {
		return bundle.state().auditKeys();
	}

}
