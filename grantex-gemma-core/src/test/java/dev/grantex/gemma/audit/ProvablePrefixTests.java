package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.disk.DiskImage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for what can be read of a chain that cannot be opened any more.
 */
class ProvablePrefixTests extends RetentionFixture {

	@Test
	void readsAnUndamagedChainFromAnyEntryOn() {
		leave(7);
		for (int from = 1; from <= 9; from++) {
			assertProvable(from, from, 7);
		}
	}

	@Test
	void changesNothingOnDisk() throws IOException {
		leave(5);
		Files.writeString(this.file, "{\"seq\":", StandardOpenOption.APPEND);
		write(this.directory.resolve("audit.jsonl.torn-1"), "x");
		DiskImage before = DiskImage.of(this.directory);
		assertProvable(1, 1, 5);
		assertThat(DiskImage.of(this.directory).files()).isEqualTo(before.files());
	}

	@Test
	void endsBeforeADamagedLine() throws IOException {
		leave(9);
		tamper(closed(5), "tool:6\"", "tool:!\"");
		assertProvable(1, 1, 5);
		assertProvable(5, 5, 5);
		assertProvable(6, 6, 5);
	}

	@Test
	void whatComesBeforeTheFirstEntryWantedNeedNotHold() throws IOException {
		leave(9);
		tamper(closed(3), "tool:3\"", "tool:!\"");
		write(closed(1), "nothing but damage");
		assertProvable(4, 4, 9);
		assertProvable(5, 5, 9);
		assertProvable(1, 1, 0);
	}

	@Test
	void theFirstEntryWantedMustBeLinkedToTheOneBeforeIfThatHolds() throws IOException {
		leave(5);
		List<String> lines = Files.readAllLines(closed(3));
		SignedAuditEntry other = forged(WireForm.parse(lines.get(1)), GRANT, "f".repeat(64));
		write(closed(3), lines.get(0) + "\n" + other.toJson() + "\n");
		assertProvable(1, 1, 3);
		assertProvable(4, 4, 3);
		write(closed(3), "\n" + other.toJson() + "\n");
		assertProvable(4, 4, 4);
	}

	@Test
	void endsBeforeAMissingFile() throws IOException {
		leave(9);
		Files.delete(closed(5));
		assertProvable(1, 1, 4);
		assertProvable(5, 5, 4);
		assertProvable(7, 7, 9);
	}

	@Test
	void endsBeforeALineThatIsNotComplete() throws IOException {
		leave(6);
		String text = Files.readString(this.file);
		write(this.file, text.substring(0, text.length() - 1));
		assertProvable(1, 1, 5);
		write(closed(3), Files.readString(closed(3)).substring(0, 700));
		assertProvable(1, 1, 3);
	}

	@Test
	void endsBeforeALineThatIsNotExactlyWhatWouldBeWritten() throws IOException {
		leave(5);
		tamper(closed(3), "\"tool:4\",", "\"tool:4\" ,");
		assertProvable(1, 1, 3);
	}

	@Test
	void endsBeforeAnEntryOfAnotherGrant() throws IOException {
		leave(3);
		SignedAuditEntry third = WireForm.parse(Files.readString(this.file).strip());
		write(this.file, forged(third, "other", third.prevHash()).toJson() + "\n");
		assertProvable(1, 1, 2);
	}

	@Test
	void endsBeforeAnEntryThatNoKeySigned() throws IOException {
		leave(3);
		OfflineAuditKey other = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = open()) {
			log.refresh(AuditVectors.withKey(this.bundle, other));
			append(log, 3);
		}
		assertProvable(1, 1, 3);
		try (ProvablePrefix prefix = builder().publicKeys(List.of(other.publicKey())).openProvable()) {
			assertThat(read(prefix, 1)).hasSize(6);
		}
	}

	@Test
	void withoutASealTheFirstFileTellsWhereItBegins() throws IOException {
		leave(7);
		Files.delete(this.directory.resolve("audit.seal"));
		assertProvable(1, 1, 7);
		Files.delete(closed(1));
		try (ProvablePrefix prefix = builder().openProvable()) {
			assertThat(prefix.firstSequence()).isEqualTo(3);
			assertThat(read(prefix, 1)).containsExactly(3L, 4L, 5L, 6L, 7L);
		}
	}

	@Test
	void withASealWhatItSaysIsThereMustBe() throws IOException {
		leave(7);
		Files.delete(closed(1));
		assertProvable(1, 1, 0);
		assertProvable(3, 3, 7);
	}

	@Test
	void goesOnAfterWhatTheSealSaysWasDeleted() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
			this.clock.advance(Duration.ofDays(31));
			log.markSynchronized(4);
			assertThat(log.firstSequence()).isEqualTo(5);
		}
		try (ProvablePrefix prefix = builder().openProvable()) {
			assertThat(prefix.firstSequence()).isEqualTo(5);
			assertThat(read(prefix, 1)).containsExactly(5L, 6L, 7L);
		}
		tamper(closed(5), "tool:5\"", "tool:!\"");
		assertProvable(5, 5, 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "{}\n" })
	void anUnreadableSealIsNone(String seal) throws IOException {
		leave(3);
		write(this.directory.resolve("audit.seal"), seal);
		refused(this::stored, AuditLogException.LOG_CORRUPTED);
		assertProvable(1, 1, 3);
	}

	@Test
	void withoutAnyFileThereIsNothing() throws IOException {
		assertProvable(1, 1, 0);
		leave(3);
		Files.delete(this.file);
		Files.delete(closed(1));
		assertProvable(1, 1, 0);
	}

	@Test
	void readsAReplacedChainWhileTheCurrentLogIsOpen() {
		leave(5);
		try (OfflineAuditLog log = builder(TestBundles.forGrant("bundle_2", "grnt_2")).open()) {
			append(log, 3);
			assertProvable(1, 1, 5);
			append(log, 1);
			assertKept(log, 1, 4);
		}
	}

	@Test
	void keepsEverybodyElseFromTheChain() {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			refused(() -> builder().openProvable(), AuditLogException.LOG_LOCKED);
		}
		ProvablePrefix prefix = builder().openProvable();
		refused(this::open, AuditLogException.LOG_LOCKED);
		refused(() -> builder().openProvable(), AuditLogException.LOG_LOCKED);
		prefix.close();
		prefix.close();
		open().close();
	}

	@Test
	void nothingIsReadAfterItIsClosed() {
		leave(5);
		ProvablePrefix prefix = builder().openProvable();
		try (Stream<SignedAuditEntry> entries = prefix.read(1)) {
			prefix.close();
			refused(() -> prefix.read(1), AuditLogException.LOG_CLOSED);
			refused(entries::toList, AuditLogException.LOG_CLOSED);
		}
	}

	@Test
	void refusesNumbersThatNoEntryHas() {
		leave(1);
		try (ProvablePrefix prefix = builder().openProvable()) {
			assertThatIllegalArgumentException().isThrownBy(() -> prefix.read(0));
			assertThatIllegalArgumentException().isThrownBy(() -> prefix.read(Long.MIN_VALUE));
			assertThat(read(prefix, Long.MAX_VALUE)).isEmpty();
		}
	}

	@Test
	void anInterruptionDoesNotEndIt() {
		leave(7);
		try (ProvablePrefix prefix = builder().openProvable()) {
			Thread.currentThread().interrupt();
			assertThat(read(prefix, 1)).hasSize(7);
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void aFileThatIsALinkIsNotRead() throws IOException {
		leave(5);
		Path moved = this.directory.resolve("moved");
		Files.move(closed(3), moved);
		Files.createSymbolicLink(closed(3), moved);
		try (ProvablePrefix prefix = builder().openProvable(); Stream<SignedAuditEntry> entries = prefix.read(1)) {
			refused(entries::toList, AuditLogException.LOG_UNSAFE);
		}
	}

	@Test
	void signsAgainWhatTheServiceNeedsUnderTheCurrentKey() {
		leave(3);
		OfflineAuditKey second = AuditVectors.key("audit-py-key.json");
		ConsentBundle refreshed = AuditVectors.withKey(this.bundle, second)
			.withState(new BundleState(null, List.of(new AuditPublicKey(this.publicKey, 1)), false, null));
		try (ProvablePrefix prefix = builder(refreshed).openProvable(); Stream<SignedAuditEntry> all = prefix.read(2)) {
			assertThat(prefix.bundleId()).isEqualTo(this.bundle.bundleId());
			SignedAuditEntry entry = all.findFirst().orElseThrow();
			SignedAuditEntry resigned = prefix.resign(entry);
			assertThat(resigned.hash()).isEqualTo(entry.hash());
			assertThat(new ChainKeys(List.of(second.publicKey())).haveSigned(resigned)).isTrue();
			refused(() -> prefix.resign(entry.withSignature("0".repeat(128))), AuditLogException.LOG_CORRUPTED);
		}
		ConsentBundle erased = AuditVectors.withKey(this.bundle, new OfflineAuditKey(this.publicKey, null, "Ed25519"));
		try (ProvablePrefix prefix = builder(erased).openProvable(); Stream<SignedAuditEntry> all = prefix.read(1)) {
			SignedAuditEntry entry = all.findFirst().orElseThrow();
			refused(() -> prefix.resign(entry), AuditLogException.KEY_UNUSABLE);
		}
	}

	private void leave(int entries) {
		try (OfflineAuditLog log = open()) {
			append(log, entries);
		}
	}

	private OfflineAuditLog stored() {
		return builder(StoredLogFixture.storedBundle()).open();
	}

	/**
	 * Another entry in place of one, under the same key.
	 */
	private SignedAuditEntry forged(SignedAuditEntry entry, String grantId, String prevHash) {
		String hash = HashChain.computeHash(entry.seq(), entry.timestamp(), entry.action(), entry.agentDid(), grantId,
				entry.scopes(), entry.result(), entry.metadata(), prevHash);
		return new SignedAuditEntry(entry.seq(), entry.timestamp(), entry.action(), entry.agentDid(), grantId,
				entry.scopes(), entry.result(), entry.metadata(), prevHash, hash,
				EntrySigner.of(this.bundle.offlineAuditKey()).sign(hash));
	}

	private void assertProvable(long from, long first, long last) {
		try (ProvablePrefix prefix = builder().openProvable()) {
			assertThat(read(prefix, from)).isEqualTo(LongStream.rangeClosed(first, last).boxed().toList());
		}
	}

	private static List<Long> read(ProvablePrefix evidence, long from) {
		try (Stream<SignedAuditEntry> entries = evidence.read(from)) {
			return entries.map(SignedAuditEntry::seq).toList();
		}
	}

}
