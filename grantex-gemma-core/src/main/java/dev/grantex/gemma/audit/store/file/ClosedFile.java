package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * A file of an open chain that nothing is appended to any more, as it was when it was
 * closed or found.
 *
 * @param path where it is
 * @param first the sequence number of its first entry
 * @param last the sequence number of its last entry
 * @param length how many bytes it has
 * @param identity what tells it from another that gets its name, or null where the file
 * system cannot tell
 * @param lastHash the hash of its last entry, or null if it was found damaged there
 */
record ClosedFile(Path path, long first, long last, long length, @Nullable Object identity, @Nullable String lastHash) {

	static ClosedFile found(Path path, long first, long last, ChainCodec codec) throws IOException {
		String lastHash = LogTail.last(path, codec).map((line) -> line.head().hash()).orElse(null);
		return new ClosedFile(path, first, last, Files.size(path), PrivateFiles.identity(path), lastHash);
	}

	/**
	 * The file as it stands in its place: this one, or a copy of it.
	 * @throws StoreException if it is gone, or anything else
	 */
	ClosedFile present(ChainCodec codec) throws IOException {
		if (!PrivateFiles.exists(this.path)) {
			throw StoreException.missing();
		}
		PrivateFiles.openForReading(this.path).close();
		Object present = PrivateFiles.identity(this.path);
		if (!Objects.equals(present, this.identity)) {
			if (!isCopied(codec)) {
				throw StoreException.missing();
			}
			return new ClosedFile(this.path, this.first, this.last, this.length, present, this.lastHash);
		}
		if (Files.size(this.path) < this.length) {
			throw StoreException.truncated();
		}
		return this;
	}

	/**
	 * Whether another file holds exactly the entries that were in this one.
	 */
	private boolean isCopied(ChainCodec codec) throws IOException {
		if (Files.size(this.path) != this.length) {
			return false;
		}
		Head before = null;
		try (LineReader lines = new LineReader(PrivateFiles.read(this.path), this.length)) {
			for (String text = lines.read(); text != null; text = lines.read()) {
				ReadLine line = codec.read(text).orElse(null);
				if (line == null || !comesAfter(before, line) || !line.isSigned()) {
					return false;
				}
				before = line.head();
			}
		}
		return before != null && before.sequence() == this.last && before.hash().equals(this.lastHash);
	}

	private boolean comesAfter(@Nullable Head before, ReadLine line) {
		return (before != null) ? line.follows(before) : line.sequence() == this.first;
	}

	/**
	 * When the last entry of a file was written: as that says or, if it does not, when
	 * the file was last changed.
	 */
	static Instant timeOf(Optional<ReadLine> last, Path file) throws IOException {
		Optional<Instant> written = last.map(ReadLine::time);
		return written.isPresent() ? written.get()
				: Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
	}

}
