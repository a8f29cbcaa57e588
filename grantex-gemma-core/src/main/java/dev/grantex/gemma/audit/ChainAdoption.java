package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;

import dev.grantex.gemma.audit.json.MalformedLineException;

/**
 * Makes the first seal of a chain: of one that has no entries yet, or of one that was
 * begun by another package, of which the end must hold.
 */
final class ChainAdoption {

	private final String grantId;

	private final ChainKeys keys;

	private final NavigableMap<Long, Path> files;

	ChainAdoption(String grantId, ChainKeys keys, NavigableMap<Long, Path> files) {
		this.grantId = grantId;
		this.keys = keys;
		this.files = files;
	}

	/**
	 * The first statement about the chain as it is.
	 * @throws AuditLogException if what is there is not a chain's undamaged end
	 */
	SealRecord seal(String bundleId, long clockFloor) throws IOException {
		if (this.files.isEmpty()) {
			return SealRecord.first(bundleId, this.grantId, LogEnd.EMPTY, ChainHead.GENESIS, clockFloor);
		}
		LogEnd end = end(this.files.lastKey(), this.files.lastEntry().getValue());
		return SealRecord.first(bundleId, this.grantId, end, start(), clockFloor);
	}

	private ChainHead start() throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(this.files.firstEntry().getValue())) {
			SignedAuditEntry first = LogTail.firstEntry(channel).orElseThrow(AuditLogException::corrupted);
			if (first.seq() < 1) {
				throw AuditLogException.corrupted();
			}
			return new ChainHead(first.seq() - 1, first.prevHash());
		}
	}

	private LogEnd end(long segment, Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail tail = LogTail.read(channel);
			SignedAuditEntry last = tail.lastEntry().orElseThrow(AuditLogException::corrupted);
			if (!isLinked(tail.lines()) || !this.keys.haveSigned(last) || !last.grantId().equals(this.grantId)
					|| last.seq() < segment) {
				throw AuditLogException.corrupted();
			}
			return new LogEnd(ChainHead.of(last), segment, tail.complete());
		}
	}

	private static boolean isLinked(List<String> lines) {
		try {
			SignedAuditEntry first = WireForm.parse(lines.get(0));
			ChainVerifier verifier = (first.seq() > 1)
					? ChainVerifier.after(first.seq() - 1, first.prevHash(), List.of())
					: ChainVerifier.fromStart(List.of());
			lines.forEach(verifier::accept);
			return verifier.result().valid();
		}
		catch (MalformedLineException ex) {
			return false;
		}
	}

}
