package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.bundle.FileUnavailableException;
import dev.grantex.gemma.bundle.PrivateFile;
import dev.grantex.gemma.bundle.UnsafeFileException;

/**
 * The last sequence number that the service has accepted, in a small file that is
 * replaced as a whole. If the file is lost or unreadable, uploading starts over, which
 * the service takes well. Safe for use by several threads.
 */
final class SyncPosition {

	private static final Log logger = LogFactory.getLog(SyncPosition.class);

	private static final int MAX_LENGTH = 32;

	private final Lock lock = new ReentrantLock();

	private final PrivateFile file;

	private volatile long sequence;

	private SyncPosition(PrivateFile file, long sequence) {
		this.file = file;
		this.sequence = sequence;
	}

	static SyncPosition open(Path path) {
		PrivateFile file = new PrivateFile(path);
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
	void set(long sequence) {
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

	private static long read(PrivateFile file) {
		Optional<byte[]> content = content(file);
		if (content.isEmpty()) {
			return 0;
		}
		String text = new String(content.get(), StandardCharsets.ISO_8859_1).strip();
		if (text.matches("[0-9]{1,18}")) {
			return Long.parseLong(text);
		}
		logger.warn("The position of the audit upload is unreadable; uploading starts over");
		return 0;
	}

	private static Optional<byte[]> content(PrivateFile file) {
		try {
			return file.read(MAX_LENGTH);
		}
		catch (UnsafeFileException ex) {
			throw AuditLogException.unsafe();
		}
		catch (FileUnavailableException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

	private void write(long sequence) {
		try {
			this.file.replace((sequence + "\n").getBytes(StandardCharsets.US_ASCII));
		}
		catch (UnsafeFileException ex) {
			throw AuditLogException.unsafe();
		}
		catch (FileUnavailableException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

}
