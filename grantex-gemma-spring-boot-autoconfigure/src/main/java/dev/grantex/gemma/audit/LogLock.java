package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;

/**
 * That this log is the only writer. The operating system gives the lock back when the
 * process ends, however it ends; the file stays. It notes the last generation of the
 * chain's seal, so that an older copy of the seal alone is noticed.
 */
final class LogLock implements AutoCloseable {

	/**
	 * Process-wide, as the lock itself is: POSIX drops all of a process's locks on a file
	 * when any of its descriptors is closed, so a second attempt in the same process must
	 * be refused before it opens the file.
	 */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	/**
	 * Files that a log of another class loader holds, kept open because closing one would
	 * drop that log's lock. One for each, however often it is tried.
	 */
	private static final Map<Path, FileChannel> HELD_ELSEWHERE = new ConcurrentHashMap<>();

	private static final int NOTE_LENGTH = 28;

	private final Path file;

	private final FileChannel channel;

	private LogLock(Path file, FileChannel channel) {
		this.file = file;
		this.channel = channel;
	}

	/**
	 * Takes the lock at once.
	 * @throws LogInUseException if another log holds it
	 */
	static LogLock acquire(Path lockFile) throws IOException {
		Path file = PrivateFiles.directoryOf(lockFile).toRealPath().resolve(lockFile.getFileName());
		if (!HELD.add(file)) {
			throw new LogInUseException(true);
		}
		FileChannel channel = HELD_ELSEWHERE.remove(file);
		try {
			closeUnlessHeld(channel);
			channel = PrivateFiles.open(file);
			FileLock lock = channel.tryLock();
			if (lock != null) {
				return new LogLock(file, channel);
			}
			throw new LogInUseException(false);
		}
		catch (OverlappingFileLockException ex) {
			if (channel != null) {
				HELD_ELSEWHERE.put(file, channel);
			}
			HELD.remove(file);
			throw new LogInUseException(true);
		}
		catch (IOException | RuntimeException ex) {
			if (channel != null) {
				channel.close();
			}
			HELD.remove(file);
			throw ex;
		}
	}

	/**
	 * Closes the channel of an earlier attempt. Its file may have been replaced since, so
	 * a lock on it is worth nothing.
	 * @throws OverlappingFileLockException if the other log still holds the file
	 */
	private static void closeUnlessHeld(@Nullable FileChannel channel) throws IOException {
		if (channel != null && channel.isOpen()) {
			channel.tryLock();
			channel.close();
		}
	}

	/**
	 * The last number that was noted, 0 if there is none.
	 */
	long noted() throws IOException {
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
	void note(long number) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(text(number).getBytes(StandardCharsets.US_ASCII));
		while (buffer.hasRemaining()) {
			this.channel.write(buffer, buffer.position());
		}
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
	public void close() throws IOException {
		try {
			this.channel.close();
		}
		finally {
			HELD.remove(this.file);
		}
	}

}
