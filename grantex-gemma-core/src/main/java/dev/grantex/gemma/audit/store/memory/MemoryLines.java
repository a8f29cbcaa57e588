package dev.grantex.gemma.audit.store.memory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoredLines;

/**
 * Lines as they were at a moment.
 */
final class MemoryLines implements StoredLines {

	private final List<String> lines;

	private int next;

	private MemoryLines(List<String> lines, long from) {
		this.lines = lines;
		this.next = (int) Math.max(0, from - 1);
	}

	/**
	 * All lines of an open chain.
	 */
	record View(List<String> all, Head head) implements ChainView {

		@Override
		public long first() {
			return 1;
		}

		@Override
		public StoredLines lines(long fromSequence) {
			return new MemoryLines(this.all, fromSequence);
		}

	}

	/**
	 * All lines of a chain that is not open.
	 */
	record Saved(List<String> all, Runnable onClose) implements SavedLines {

		@Override
		public Head start() {
			return Head.GENESIS;
		}

		@Override
		public long first() {
			return 1;
		}

		@Override
		public StoredLines read(long sequence) {
			return new MemoryLines(this.all, 1);
		}

		@Override
		public void close() {
			this.onClose.run();
		}

	}

	static String sha256(List<String> lines) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			lines.forEach((line) -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public @Nullable String next() {
		return (this.next < this.lines.size()) ? this.lines.get(this.next++) : null;
	}

	@Override
	public boolean isTerminated() {
		return true;
	}

	@Override
	public void close() {
		this.next = this.lines.size();
	}

}
