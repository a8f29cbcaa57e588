package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * That this log is the only writer. The operating system gives the lock back when the
 * process ends, however it ends; the file stays. It notes the last generation of the
 * chain's seal, so that an older copy of the seal alone is noticed. Safe for use by
 * several threads.
 */
final class LogLock implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LogLock.class);

	/**
	 * Process-wide, as the lock itself is: a second attempt in the same process must be
	 * refused before it opens the file, because closing that would drop the lock.
	 */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	private static final int NOTE_LENGTH = 28;

	private final Path file;

	private FileChannel channel;

	private @Nullable Object identity;

	private long noted;

	private final ThrottledLine remade = new ThrottledLine(logger);

	private LogLock(Path file, FileChannel channel) throws IOException {
		this.file = file;
		this.channel = channel;
		this.identity = identityOf(file);
	}

	/**
	 * Takes the lock at once.
	 * @throws StoreException if another log holds it
	 */
	static LogLock acquire(Path lockFile) throws IOException {
		Path file = PrivateFiles.directoryOf(lockFile).toRealPath().resolve(lockFile.getFileName());
		if (!HELD.add(file)) {
			throw StoreException.inUse(true);
		}
		try {
			return new LogLock(file, lock(file));
		}
		catch (IOException | RuntimeException ex) {
			HELD.remove(file);
			throw ex;
		}
	}

	/**
	 * Whether a log of this process holds the lock: then its files must not be opened,
	 * because closing them would drop its locks on them.
	 */
	static boolean isHeldHere(Path lockFile) throws IOException {
		return HELD.contains(PrivateFiles.directoryOf(lockFile).toRealPath().resolve(lockFile.getFileName()));
	}

	private static FileChannel lock(Path file) throws IOException {
		LockedFiles.HeldElsewhere.require(file);
		FileChannel channel = PrivateFiles.open(file);
		try {
			if (channel.tryLock() != null) {
				return channel;
			}
			throw StoreException.inUse(false);
		}
		catch (OverlappingFileLockException ex) {
			LockedFiles.HeldElsewhere.keep(file, channel);
			throw StoreException.inUse(true);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * Makes sure that whoever wants the lock meets it: a file that is gone is made again,
	 * and locked.
	 * @throws StoreException if another log was quicker
	 */
	synchronized void require() throws IOException {
		boolean inPlace = PrivateFiles.isAt(this.file, this.identity);
		if (inPlace && this.channel.isOpen()) {
			return;
		}
		this.channel.close();
		this.channel = lock(this.file);
		this.identity = identityOf(this.file);
		if (this.noted > 0) {
			note(this.noted);
		}
		if (!inPlace) {
			this.remade.warn(() -> "The lock file " + this.file.getFileName()
					+ " of the audit log was removed; it was made again", null);
		}
	}

	/**
	 * What tells the file from another that gets its name; no other one if it is gone
	 * already.
	 */
	private static @Nullable Object identityOf(Path file) throws IOException {
		try {
			return PrivateFiles.identity(file);
		}
		catch (NoSuchFileException ex) {
			return new Object();
		}
	}

	/**
	 * The last number that was noted, 0 if there is none.
	 */
	synchronized long noted() throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(NOTE_LENGTH);
		while (buffer.hasRemaining() && this.channel.read(buffer, buffer.position()) > 0) {
			continue;
		}
		String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
		long number = text.matches("[0-9]{18} [0-9a-f]{8}\n") ? Long.parseLong(text.substring(0, 18)) : 0;
		return text(number).equals(text) ? number : 0;
	}

	/**
	 * Notes a number, which a loss of power may undo but never advance.
	 */
	synchronized void note(long number) throws IOException {
		this.noted = number;
		ByteBuffer buffer = ByteBuffer.wrap(text(number).getBytes(StandardCharsets.US_ASCII));
		while (buffer.hasRemaining()) {
			this.channel.write(buffer, buffer.position());
		}
	}

	synchronized void force() throws IOException {
		this.channel.force(false);
	}

	/**
	 * Removes the lock's file. Whoever opens the chain later begins another.
	 */
	void delete() throws IOException {
		PrivateFiles.delete(this.file);
	}

	/**
	 * A loss of power may mix the digits of two notes, which the checksum tells.
	 */
	private static String text(long number) {
		String digits = String.format(Locale.ROOT, "%018d", number);
		CRC32 checksum = new CRC32();
		checksum.update(digits.getBytes(StandardCharsets.US_ASCII));
		return String.format(Locale.ROOT, "%s %08x\n", digits, checksum.getValue());
	}

	@Override
	public synchronized void close() throws IOException {
		try {
			this.channel.close();
		}
		finally {
			HELD.remove(this.file);
		}
	}

}
