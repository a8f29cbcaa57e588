package dev.grantex.gemma.audit.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Lines that are no entries: a store must not know what they say.
 */
final class TextCodec implements ChainCodec {

	private final String owner;

	private volatile String key;

	private volatile long clockFloor = -1;

	TextCodec(String owner, String key) {
		this.owner = owner;
		this.key = key;
	}

	void signWith(String key) {
		this.key = key;
	}

	void setClockFloor(long clockFloor) {
		this.clockFloor = clockFloor;
	}

	/**
	 * The line after another one, without its end.
	 */
	String line(Head last, String text) {
		Head head = head(last, text);
		return String.join("|", this.owner, String.valueOf(head.sequence()), last.hash(), head.hash(), text,
				sign(head.hash()));
	}

	Head head(Head last, String text) {
		long sequence = last.sequence() + 1;
		return new Head(sequence, digest("SHA-256", String.join("|", this.owner, sequence + "", last.hash(), text)));
	}

	@Override
	public Optional<ReadLine> read(String line) {
		String[] fields = line.split("\\|", -1);
		return (fields.length == 6) ? Optional.of(new Read(line, fields)) : Optional.empty();
	}

	@Override
	public Optional<String> ownerNamedIn(String line) {
		return read(line).map(ReadLine::owner);
	}

	@Override
	public boolean isForeign(String line) {
		return false;
	}

	@Override
	public boolean hasSigner() {
		return true;
	}

	@Override
	public String sign(String text) {
		return digest("SHA-512", this.key + text);
	}

	@Override
	public boolean isSigned(String text, byte[] signature) {
		return sign(text).equals(HexFormat.of().formatHex(signature));
	}

	@Override
	public long clockFloor(long remembered) {
		return Math.max(this.clockFloor, remembered);
	}

	@Override
	public Instant bounded(Instant now) {
		return now;
	}

	private static String digest(String algorithm, String text) {
		try {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private final class Read implements ReadLine {

		private final String text;

		private final String[] fields;

		private Read(String text, String[] fields) {
			this.text = text;
			this.fields = fields;
		}

		@Override
		public String text() {
			return this.text;
		}

		@Override
		public String owner() {
			return this.fields[0];
		}

		@Override
		public String author() {
			return this.fields[0];
		}

		@Override
		public Head head() {
			return new Head(Long.parseLong(this.fields[1]), this.fields[3]);
		}

		@Override
		public String previousHash() {
			return this.fields[2];
		}

		@Override
		public @Nullable Instant time() {
			return null;
		}

		@Override
		public boolean isExact() {
			return true;
		}

		@Override
		public boolean isWhole() {
			return digest("SHA-256", String.join("|", owner(), this.fields[1], previousHash(), this.fields[4]))
				.equals(this.fields[3]);
		}

		@Override
		public boolean isSigned() {
			return isWhole() && sign(this.fields[3]).equals(this.fields[5]);
		}

	}

}
