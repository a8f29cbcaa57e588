package dev.grantex.gemma.audit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of the end of a log file before anything is appended after it.
 */
final class TailCheck {

	private static final Log logger = LogFactory.getLog(TailCheck.class);

	private static final int COPY_BLOCK = 64 * 1024;

	private final String grantId;

	private final ChainKeys keys;

	/**
	 * Creates a check.
	 * @param grantId the grant whose entries the file holds
	 * @param keys the keys that may have signed them
	 */
	TailCheck(String grantId, ChainKeys keys) {
		this.grantId = grantId;
		this.keys = keys;
	}

	/**
	 * The last entry of a file, after its links to the lines before it were verified.
	 * @param signed whether it is the head of the chain, whose signature must hold too
	 * @return the head, or null if the file has no entries
	 * @throws AuditLogException if they do not hold
	 */
	@Nullable ChainHead verify(AppendFile file, boolean signed) throws IOException {
		List<String> lines = file.tail().lines();
		if (lines.isEmpty()) {
			return null;
		}
		SignedAuditEntry first = parse(lines.get(0));
		SignedAuditEntry last = parse(lines.get(lines.size() - 1));
		boolean holds = isLinked(first, lines) && (!signed || this.keys.haveSigned(last));
		if (!holds || !last.grantId().equals(this.grantId)) {
			throw AuditLogException.corrupted();
		}
		return ChainHead.of(last);
	}

	private static boolean isLinked(SignedAuditEntry first, List<String> lines) {
		ChainVerifier verifier = (first.seq() > 1) ? ChainVerifier.after(first.seq() - 1, first.prevHash(), List.of())
				: ChainVerifier.fromStart(List.of());
		lines.forEach(verifier::accept);
		return verifier.result().valid();
	}

	/**
	 * Checks that a file goes on exactly after an entry.
	 * @throws AuditLogException if it does not
	 */
	static void requireContinuation(AppendFile file, ChainHead predecessor) throws IOException {
		SignedAuditEntry first = firstEntry(file);
		if (first.seq() != predecessor.sequence() + 1 || !first.prevHash().equals(predecessor.hash())) {
			throw AuditLogException.corrupted();
		}
	}

	static SignedAuditEntry firstEntry(AppendFile file) throws IOException {
		return parse(LogTail.firstLine(file.channel()));
	}

	/**
	 * The last entry of a file, which may belong to any grant, or null if there is none.
	 */
	static @Nullable SignedAuditEntry lastEntry(AppendFile file) throws IOException {
		List<String> lines = file.tail().lines();
		return lines.isEmpty() ? null : parse(lines.get(lines.size() - 1));
	}

	/**
	 * Moves what a crash left of an unfinished line to a file of its own: it was never
	 * acknowledged, and an entry written behind it would be unreadable.
	 */
	static void moveTornLineAside(AppendFile file) throws IOException {
		LogTail tail = file.tail();
		if (!tail.isTorn()) {
			return;
		}
		try (FileChannel aside = PrivateFiles.open(SegmentNames.torn(file.path()))) {
			long at = tail.complete();
			while (at < tail.size()) {
				ByteBuffer block = ByteBuffer.allocate((int) Math.min(COPY_BLOCK, tail.size() - at));
				if (file.channel().read(block, at) < 0) {
					throw new EOFException();
				}
				block.flip();
				at += block.limit();
				while (block.hasRemaining()) {
					aside.write(block);
				}
			}
			aside.force(true);
		}
		file.truncate(tail.complete());
		logger.warn("An unfinished line at the end of the audit log was moved aside");
	}

	private static SignedAuditEntry parse(String line) {
		try {
			return WireForm.parse(line);
		}
		catch (MalformedEntryException ex) {
			throw AuditLogException.corrupted();
		}
	}

}
