package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SealFileTests {

	private static final SealRecord FIRST = SealRecord.first("bundle_1", "grnt_1", LogEnd.EMPTY, Head.GENESIS, 1000);

	private final OfflineAuditKey key = AuditVectors.bundle().offlineAuditKey();

	private final ChainCodec codec = AuditVectors.codec(this.key);

	private Path path;

	private SealFile file;

	@BeforeEach
	void create(@TempDir Path directory) {
		this.path = directory.resolve("audit.seal");
		this.file = new SealFile(this.path);
		this.file.create(FIRST, this.codec);
	}

	@Test
	void aNewSealStatesWhatItWasCreatedWith() {
		assertThat(statements()).containsExactly(FIRST);
		assertThat(this.file.slots()).allMatch((slot) -> slot.isSignedBy(this.codec));
	}

	@Test
	void slotsAreOverwrittenInTurnAndTheFileKeepsItsSize() throws IOException {
		this.file.write(FIRST.withGeneration(2), this.codec);
		this.file.write(FIRST.withGeneration(3).with(Checkpoint::withRevoked), this.codec);
		assertThat(statements()).containsExactly(FIRST.withGeneration(3).with(Checkpoint::withRevoked),
				FIRST.withGeneration(2));
		assertThat(Files.size(this.path)).isEqualTo(2 * SealFile.SLOT_SIZE);
	}

	@Test
	void aSlotWhoseWritingWasInterruptedLeavesTheOther() throws IOException {
		this.file.write(FIRST.withGeneration(2), this.codec);
		byte[] whole = Files.readAllBytes(this.path);
		for (int length : List.of(0, 1, 17, 300, 600)) {
			byte[] torn = whole.clone();
			Arrays.fill(torn, length, SealFile.SLOT_SIZE, (byte) 0);
			Files.write(this.path, torn);
			assertThat(statements()).containsExactly(FIRST);
		}
	}

	@Test
	void everyChangedBitSpoilsItsSlotOnly() throws IOException {
		this.file.write(FIRST.withGeneration(2), this.codec);
		byte[] whole = Files.readAllBytes(this.path);
		for (int bit = 0; bit < whole.length * 8; bit += 61) {
			byte[] flipped = whole.clone();
			flipped[bit / 8] ^= (byte) (1 << (bit % 8));
			Files.write(this.path, flipped);
			List<SealRecord> trusted = this.file.slots()
				.stream()
				.filter((slot) -> slot.isSignedBy(this.codec))
				.map(SealFile.Slot::statement)
				.toList();
			assertThat(trusted).as("bit " + bit)
				.containsExactly((bit / 8 < SealFile.SLOT_SIZE) ? FIRST : FIRST.withGeneration(2));
		}
	}

	@Test
	void anEntrysSignatureIsNoSealsSignature() {
		String text = FIRST.toJson();
		SealFile.Slot forged = new SealFile.Slot(FIRST, text,
				HexFormat.of().parseHex(this.codec.sign(Sha256.hex(text))));
		assertThat(forged.isSignedBy(this.codec)).isFalse();
	}

	@Test
	void aFileOfAnotherSizeStatesNothing() throws IOException {
		byte[] whole = Files.readAllBytes(this.path);
		for (byte[] content : List.of(new byte[0], Arrays.copyOf(whole, whole.length - 1),
				Arrays.copyOf(whole, whole.length + 1), new byte[whole.length])) {
			Files.write(this.path, content);
			assertThat(statements()).isEmpty();
		}
	}

	@Test
	void isNeverWrittenIntoAFileOfAnotherSize() throws IOException {
		Files.writeString(this.path, "evidence");
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.file.write(FIRST.withGeneration(2), this.codec))
			.returns(Fault.CORRUPTED, StoreException::fault);
		assertThat(this.path).hasContent("evidence");
	}

	@Test
	void aRemovedFileIsWrittenAgain() throws IOException {
		Files.delete(this.path);
		this.file.write(FIRST.withGeneration(7), this.codec);
		assertThat(statements()).containsExactly(FIRST.withGeneration(7));
	}

	@Test
	void aLinkIsNeitherReadNorWritten() throws IOException {
		Path target = this.path.resolveSibling("target");
		Files.move(this.path, target);
		byte[] before = Files.readAllBytes(target);
		Files.createSymbolicLink(this.path, target);
		assertThatExceptionOfType(StoreException.class).isThrownBy(this.file::slots)
			.returns(Fault.UNSAFE, StoreException::fault);
		assertThatExceptionOfType(StoreException.class)
			.isThrownBy(() -> this.file.write(FIRST.withGeneration(2), this.codec))
			.returns(Fault.UNSAFE, StoreException::fault);
		assertThat(Files.readAllBytes(target)).isEqualTo(before);
	}

	@Test
	void aBundleIdThatDoesNotFitIsRefused() {
		SealRecord huge = SealRecord.first("b".repeat(5000), "grnt_1", LogEnd.EMPTY, Head.GENESIS, 0);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.file.create(huge, this.codec))
			.returns(Fault.UNUSABLE, StoreException::fault);
	}

	@Test
	void anyIdReadsBackAsItWasWritten() throws IOException {
		String id = "\"},\"signature\":\"" + "0".repeat(128) + "\"} \\ \u00e9\ud83d\ude00\n";
		SealRecord odd = SealRecord.first(id, id, LogEnd.EMPTY, Head.GENESIS, -5);
		this.file.create(odd, this.codec);
		assertThat(statements()).containsExactly(odd);
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.READ)) {
			ByteBuffer content = ByteBuffer.allocate((int) channel.size());
			channel.read(content);
			assertThat(new String(content.array(), StandardCharsets.UTF_8).lines()).hasSize(1);
		}
	}

	private List<SealRecord> statements() {
		return this.file.slots().stream().map(SealFile.Slot::statement).toList();
	}

}
