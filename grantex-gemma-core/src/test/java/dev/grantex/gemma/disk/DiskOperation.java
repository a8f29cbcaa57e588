package dev.grantex.gemma.disk;

import java.nio.file.Path;

/**
 * Something that was done to a disk. It is durable only after what it was done to, a file
 * or a directory, has been forced.
 */
public sealed interface DiskOperation {

	/**
	 * The number of the file or directory that must be forced.
	 */
	int target();

	/**
	 * Does it to an image. A force does nothing by itself.
	 */
	default void applyTo(DiskImage image) {
	}

	/**
	 * A name for a new, empty file.
	 *
	 * @param target the number of the directory
	 * @param path the name, relative to the root
	 * @param file the number of the file
	 */
	record Create(int target, Path path, int file) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.link(this.path, this.file);
		}

	}

	/**
	 * A new directory.
	 *
	 * @param target the number of the directory above
	 * @param path the name, relative to the root
	 */
	record CreateDirectory(int target, Path path) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.addDirectory(this.path);
		}

	}

	/**
	 * Another name for a file, in place of whatever had it. Journals keep both names
	 * together, also in different directories.
	 *
	 * @param target the number of the directory of the new name
	 * @param from the former name, relative to the root
	 * @param to the name, relative to the root
	 * @param file the number of the file
	 */
	record Rename(int target, Path from, Path to, int file) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.unlink(this.from);
			image.link(this.to, this.file);
		}

	}

	/**
	 * The end of a name.
	 *
	 * @param target the number of the directory
	 * @param path the name, relative to the root
	 */
	record Delete(int target, Path path) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.unlink(this.path);
		}

	}

	/**
	 * Bytes in a file.
	 *
	 * @param target the number of the file
	 * @param offset where they begin
	 * @param bytes the bytes
	 * @param replacing how many of them replace others; the rest makes the file longer
	 */
	record Write(int target, long offset, byte[] bytes, int replacing) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.write(this.target, this.offset, this.bytes);
		}

		@Override
		public String toString() {
			return "Write[target=%d, offset=%d, length=%d]".formatted(this.target, this.offset, this.bytes.length);
		}

	}

	/**
	 * A file cut to a size.
	 *
	 * @param target the number of the file
	 * @param size how many bytes are left
	 */
	record Truncate(int target, long size) implements DiskOperation {

		@Override
		public void applyTo(DiskImage image) {
			image.truncate(this.target, this.size);
		}

	}

	/**
	 * A force that succeeded.
	 *
	 * @param target the number of the file or directory
	 * @param covered how many operations had been done when it began: later ones it may
	 * have missed
	 */
	record Force(int target, int covered) implements DiskOperation {

		boolean concerns(DiskOperation earlier) {
			return earlier.target() == this.target;
		}

	}

	/**
	 * A force that failed. The operating system may have dropped what it was to write
	 * into a file, so that not even a later force makes that durable.
	 *
	 * @param target the number of the file or directory
	 * @param covered how many operations had been done when it began
	 */
	record FailedForce(int target, int covered) implements DiskOperation {

		boolean drops(DiskOperation earlier) {
			boolean content = earlier instanceof Write || earlier instanceof Truncate;
			return content && earlier.target() == this.target;
		}

	}

}
