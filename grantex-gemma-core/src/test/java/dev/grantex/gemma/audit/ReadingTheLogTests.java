package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what {@link OfflineAuditLog} reads and verifies, and how far it was uploaded.
 */
class ReadingTheLogTests extends AuditLogFixture {

	@Test
	void readsFromAnyEntryOn() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 20);
			for (int from = 1; from <= 21; from++) {
				assertThat(sequences(log, from))
					.containsExactlyElementsOf(LongStream.rangeClosed(from, 20).boxed().toList());
			}
		}
	}

	@Test
	void aStreamEndsAtTheHeadOfItsBeginning() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 5);
			Stream<SignedAuditEntry> entries = log.read(2);
			Stream<String> lines = log.lines();
			append(log, 20);
			assertThat(entries.map(SignedAuditEntry::seq)).containsExactly(2L, 3L, 4L, 5L);
			assertThat(lines).hasSize(5);
		}
	}

	@Test
	void readingFromOutsideTheChainIsRefusedOrEmpty() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			assertThat(log.read(3)).isEmpty();
			assertThat(log.read(Long.MAX_VALUE)).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> log.read(0));
		}
	}

	@Test
	void remembersThePositionOfTheUpload() {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			assertThat(log.synchronizedThrough()).isZero();
			log.markSynchronized(4);
			assertThat(log.unsynchronized()).isEqualTo(1);
			log.markSynchronized(2);
			assertThatIllegalArgumentException().isThrownBy(() -> log.markSynchronized(6));
			assertThatIllegalArgumentException().isThrownBy(() -> log.markSynchronized(-1));
		}
		try (OfflineAuditLog log = open()) {
			assertThat(log.synchronizedThrough()).isEqualTo(2);
			assertThat(log.unsynchronized()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "-1", "99999999999999999999", "1 2" })
	void startsOverFromAnUnreadablePosition(String text) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		write(this.directory.resolve("audit-" + GRANT + ".position"), text);
		try (OfflineAuditLog log = open()) {
			assertThat(log.synchronizedThrough()).isZero();
		}
	}

	@Test
	void readingDamageInTheMiddleFailsAndVerifyingNamesIt() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 10);
		}
		write(this.file, Files.readString(this.file).replace("tool:3", "tool:!"));
		try (OfflineAuditLog log = open()) {
			ChainVerification found = log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
			assertThat(found.brokenAt()).isEqualTo(2);
			assertThat(found.reason()).isEqualTo(ChainFault.HASH);
		}
		write(this.file, Files.readString(this.file).replace("tool:4\",", "tool:4\" "));
		try (OfflineAuditLog log = open()) {
			refused(() -> log.read(1).toList(), AuditLogException.LOG_CORRUPTED);
		}
	}

	@Test
	void verifiesIncrementally() {
		try (OfflineAuditLog log = rotating(1500)) {
			ChainVerifier verifier = ChainVerifier.fromStart(List.of(this.publicKey));
			for (int i = 1; i <= 4; i++) {
				append(log, 3);
				assertThat(log.verify(verifier)).isEqualTo(new ChainVerification(true, -1, null, 3 * i, List.of()));
			}
		}
	}

}
