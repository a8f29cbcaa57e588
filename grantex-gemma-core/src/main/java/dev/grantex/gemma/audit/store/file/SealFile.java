package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * The file of a seal: two slots of {@value #SLOT_SIZE} bytes that are overwritten in
 * turn, so that a crash spoils at most the one being written. A slot holds
 * {@code {"seal":<record>,"signature":"<hex>"}}, padded with spaces and ended by a
 * newline. The signature is Ed25519, with the chain's audit key, over the ASCII of
 * {@value #SIGNED_PREFIX} followed by the lower-case hex SHA-256 of the record's text,
 * which no signature of an entry can be taken for.
 * <p>
 * Not safe for use by several threads at once.
 */
public final class SealFile {

	public static final int SLOT_SIZE = 4096;

	static final String SIGNED_PREFIX = "grantex-gemma:audit-seal:1:";

	static final int SLOTS = 2;

	private static final Pattern SLOT = Pattern
		.compile("\\{\"seal\":(\\{.*\\}),\"signature\":\"([0-9a-f]{128})\"\\} *\n");

	private final Path path;

	public SealFile(Path path) {
		this.path = path;
	}

	/**
	 * What one slot states.
	 *
	 * @param statement the statement
	 * @param text the text that was signed
	 * @param signature the signature over it
	 */
	public record Slot(SealRecord statement, String text, byte[] signature) {

		boolean isSignedBy(ChainCodec codec) {
			return codec.isSigned(signedText(), this.signature);
		}

		public String signedText() {
			return message(this.text);
		}

	}

	public Path path() {
		return this.path;
	}

	/**
	 * The readable slots, the latest first; none of them if there is no file. Whether
	 * they are signed is not looked at.
	 * @throws StoreException if the file is not safe from others
	 */
	List<Slot> slots() {
		return PrivateFiles.content(this.path, SLOTS * SLOT_SIZE + 1).map(SealFile::parse).orElse(List.of());
	}

	/**
	 * What the file stated last, whoever has signed that.
	 */
	Optional<SealRecord> latest() {
		return slots().stream().findFirst().map(Slot::statement);
	}

	/**
	 * Creates the file with its first statement, durably, in place of any other.
	 */
	public void create(SealRecord statement, ChainCodec codec) {
		byte[] content = new byte[SLOTS * SLOT_SIZE];
		Arrays.fill(content, (byte) ' ');
		System.arraycopy(slot(statement, codec), 0, content, (int) position(statement), SLOT_SIZE);
		PrivateFiles.replace(this.path, content);
	}

	/**
	 * Overwrites the slot that is not the latest, durably. A file that was removed is
	 * created again.
	 * @return whether it was removed
	 * @throws StoreException if that is not possible
	 */
	public boolean write(SealRecord statement, ChainCodec codec) {
		byte[] slot = slot(statement, codec);
		try {
			overwrite(slot, position(statement));
			return false;
		}
		catch (NoSuchFileException ex) {
			create(statement, codec);
			return true;
		}
		catch (IOException ex) {
			throw StoreException.unwritable(ex);
		}
	}

	/**
	 * Writes the file again as it is, durably. After a force that failed the operating
	 * system can take for written what it only has in memory, and what was read from
	 * there must not be relied on.
	 * @throws StoreException if that is not possible
	 */
	void rewrite() throws IOException {
		overwrite(PrivateFiles.content(this.path, SLOTS * SLOT_SIZE).orElseThrow(StoreException::missing), 0);
	}

	private void overwrite(byte[] content, long position) throws IOException {
		Uninterrupted.run(() -> {
			try (FileChannel channel = PrivateFiles.openExisting(this.path)) {
				if (channel.size() != SLOTS * SLOT_SIZE) {
					throw StoreException.corrupted();
				}
				ByteBuffer buffer = ByteBuffer.wrap(content);
				while (buffer.hasRemaining()) {
					channel.write(buffer, position + buffer.position());
				}
				channel.force(false);
			}
		}, () -> {
		});
	}

	private static long position(SealRecord statement) {
		return (statement.generation() % SLOTS) * SLOT_SIZE;
	}

	private static byte[] slot(SealRecord statement, ChainCodec codec) {
		String text = statement.toJson();
		byte[] content = ("{\"seal\":" + text + ",\"signature\":\"" + codec.sign(message(text)) + "\"}")
			.getBytes(StandardCharsets.UTF_8);
		if (content.length >= SLOT_SIZE) {
			throw new StoreException(Fault.UNUSABLE, null);
		}
		byte[] slot = new byte[SLOT_SIZE];
		Arrays.fill(slot, (byte) ' ');
		System.arraycopy(content, 0, slot, 0, content.length);
		slot[SLOT_SIZE - 1] = '\n';
		return slot;
	}

	/**
	 * The readable slots of a file's content, the latest first.
	 */
	public static List<Slot> parse(byte[] content) {
		List<Slot> slots = new ArrayList<>();
		for (int i = 0; i < SLOTS && content.length == SLOTS * SLOT_SIZE; i++) {
			read(ByteBuffer.wrap(content, i * SLOT_SIZE, SLOT_SIZE)).ifPresent(slots::add);
		}
		slots.sort(Comparator.comparingLong((Slot slot) -> slot.statement().generation()).reversed());
		return slots;
	}

	private static Optional<Slot> read(ByteBuffer bytes) {
		try {
			Matcher matcher = SLOT.matcher(StandardCharsets.UTF_8.newDecoder().decode(bytes));
			if (matcher.matches()) {
				String text = matcher.group(1);
				return Optional.of(new Slot(SealRecord.parse(text), text, HexFormat.of().parseHex(matcher.group(2))));
			}
		}
		catch (CharacterCodingException | MalformedLineException ex) {
			// A slot whose writing was interrupted states nothing.
		}
		return Optional.empty();
	}

	private static String message(String text) {
		return SIGNED_PREFIX + Sha256.hex(text);
	}

}
