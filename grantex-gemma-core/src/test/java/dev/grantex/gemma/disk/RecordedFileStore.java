package dev.grantex.gemma.disk;

import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

import org.jspecify.annotations.Nullable;

/**
 * The disk under a {@link RecordingFileSystem}, as far as it tells of itself.
 */
final class RecordedFileStore extends FileStore {

	private final DiskFaults faults;

	RecordedFileStore(DiskFaults faults) {
		this.faults = faults;
	}

	@Override
	public String name() {
		return "recorded";
	}

	@Override
	public String type() {
		return "recorded";
	}

	@Override
	public boolean isReadOnly() {
		return false;
	}

	@Override
	public long getTotalSpace() {
		return Long.MAX_VALUE;
	}

	@Override
	public long getUsableSpace() {
		return this.faults.usable();
	}

	@Override
	public long getUnallocatedSpace() {
		return this.faults.usable();
	}

	@Override
	public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
		return false;
	}

	@Override
	public boolean supportsFileAttributeView(String name) {
		return false;
	}

	@Override
	public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
		return null;
	}

	@Override
	public Object getAttribute(String attribute) {
		throw new UnsupportedOperationException();
	}

}
