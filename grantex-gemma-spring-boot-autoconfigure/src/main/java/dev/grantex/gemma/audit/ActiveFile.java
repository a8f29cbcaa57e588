package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The file that the current bundle's log appends to, looked at before anybody does.
 */
final class ActiveFile {

	private final SegmentNames names;

	private final AppendFile.Opener opener;

	ActiveFile(SegmentNames names, AppendFile.Opener opener) {
		this.names = names;
		this.opener = opener;
	}

	/**
	 * The grant whose entries the file holds, or null if it has none.
	 */
	@Nullable String grantId() throws IOException {
		if (!PrivateFiles.exists(this.names.active())) {
			return null;
		}
		try (AppendFile file = AppendFile.open(this.opener, this.names.active())) {
			SignedAuditEntry last = TailCheck.lastEntry(file);
			return (last != null) ? last.grantId() : null;
		}
	}

	/**
	 * Moves aside what was torn off the file's end, and gives the file its closed name if
	 * its entries belong to certain grants. Nothing is overwritten.
	 */
	void closeOff(Predicate<String> grants) throws IOException {
		if (!PrivateFiles.exists(this.names.active())) {
			return;
		}
		try (AppendFile file = AppendFile.open(this.opener, this.names.active())) {
			TailCheck.moveTornLineAside(file);
			SignedAuditEntry last = TailCheck.lastEntry(file);
			if (last == null || !grants.test(last.grantId())) {
				return;
			}
			file.force();
			Path closed = this.names.closed(last.grantId(), TailCheck.firstEntry(file).seq());
			if (PrivateFiles.exists(closed)) {
				throw AuditLogException.corrupted();
			}
			file.renameTo(closed);
		}
	}

}
