package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The last sequence number that the service has accepted, in a small file that is
 * replaced as a whole. If the file is lost or unreadable, uploading starts over, which
 * the service takes well. Safe for use by several threads.
 */
final class SyncPosition {

	private static final Log logger = LogFactory.getLog(SyncPosition.class);

	private static final int MAX_LENGTH = 32;

	private final Lock lock = new ReentrantLock();

	private final Path file;

	private volatile long sequence;

	private SyncPosition(Path file, long sequence) {
		this.file = file;
		this.sequence = sequence;
	}

	static SyncPosition open(Path file) throws IOException {
		return new SyncPosition(file, read(file));
	}

	/**
	 * The last sequence number that was accepted, 0 if none.
	 */
	long sequence() {
		return this.sequence;
	}

	/**
	 * Remembers a sequence number durably.
	 */
	void set(long sequence) throws IOException {
		this.lock.lock();
		try {
			if (sequence != this.sequence) {
				write(sequence);
				this.sequence = sequence;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private static long read(Path file) throws IOException {
		if (!PrivateFiles.exists(file)) {
			return 0;
		}
		PrivateFiles.requirePrivate(file);
		if (Files.size(file) <= MAX_LENGTH) {
			String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
			if (text.matches("[0-9]{1,18}")) {
				return Long.parseLong(text);
			}
		}
		logger.warn("The position of the audit upload is unreadable; uploading starts over");
		return 0;
	}

	private void write(long sequence) throws IOException {
		Path aside = this.file.resolveSibling(this.file.getFileName() + ".new");
		Uninterrupted.run(() -> {
			try (FileChannel channel = PrivateFiles.open(aside)) {
				channel.truncate(0);
				ByteBuffer text = ByteBuffer.wrap((sequence + "\n").getBytes(StandardCharsets.US_ASCII));
				while (text.hasRemaining()) {
					channel.write(text);
				}
				channel.force(true);
			}
			PrivateFiles.replace(aside, this.file);
		}, () -> {
		});
	}

}
