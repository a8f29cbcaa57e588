package dev.grantex.gemma.sync;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the use of a former bundle's audit keys begins while calls on its chain end.
 */
class FormerKeySpanTests extends SyncFixture {

	@Test
	void entriesAppendedWhileTheKeyIsStoredBelongToTheFormerKeyAndARetryAddsNothing() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		device.consent().replace(issue(), this.request);
		device.calls(2);
		device.consent().replace(issue(), this.request);
		ConsentBundle former = device.repository().loadRetired().get(0);
		ConsentBundle refreshed = this.client.refresh(former.bundleId());
		try (OfflineAuditLog log = device.openRetired(former)) {
			FormerChain chain = new FormerChain(device.repository(), former, ChainEntries.of(log), () -> true,
					this.clock, (event) -> {
					});
			AtomicBoolean once = new AtomicBoolean();
			disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Rename && once.compareAndSet(false, true)) {
					log.append("tool:late", null, "success", null);
				}
			});
			chain.refresh(refreshed);
			log.append("tool:later", null, "success", null);
			chain.refresh(refreshed);
		}
		assertThat(device.repository().loadRetired().get(0).state().auditKeys())
			.extracting(AuditPublicKey::firstSequence)
			.containsExactly(1L, 4L);
	}

}
