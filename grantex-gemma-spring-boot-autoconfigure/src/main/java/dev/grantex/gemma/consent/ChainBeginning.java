package dev.grantex.gemma.consent;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;

/**
 * The entries by which a chain vouches for one that could not be delivered to its end:
 * once the service has them, nobody can exchange the archive unnoticed.
 */
final class ChainBeginning {

	private static final String STARTED = "grantex:chain-started";

	private static final String ARCHIVED = "grantex:chain-archived";

	private static final String RESULT = "success";

	private ChainBeginning() {
	}

	/**
	 * Makes sure that the chain of a bundle that took the place of a stranded one says so
	 * first of all.
	 * @throws AuditLogException if that cannot be written
	 */
	static void complete(ConsentBundle bundle, OfflineAuditLog log) {
		BundleState state = bundle.state();
		if (state != null && state.predecessor() != null && log.headSequence() == 0) {
			log.append(STARTED, null, RESULT, metadata(state.predecessor()));
		}
	}

	/**
	 * The stranded chain that the current one takes the place of, if it was not yet able
	 * to say so: then that is up to the next one.
	 */
	static @Nullable Predecessor unnamed(Standing current) {
		OfflineAuditLog log = current.log();
		BundleState state = (current.bundle() != null) ? current.bundle().state() : null;
		return (state != null && log != null && log.headSequence() == 0) ? state.predecessor() : null;
	}

	/**
	 * Names the archive of a chain that was replaced before it was found to be stranded.
	 * @throws AuditLogException if that cannot be written
	 */
	static void recordArchived(OfflineAuditLog log, Predecessor archived) {
		log.append(ARCHIVED, null, RESULT, metadata(archived));
	}

	private static Map<String, Object> metadata(Predecessor predecessor) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("predecessor", predecessor.bundleId());
		metadata.put("reason", predecessor.reason().code());
		metadata.put("lastAcceptedSequence", predecessor.lastAcceptedSequence());
		if (predecessor.lastAcceptedHash() != null) {
			metadata.put("lastAcceptedHash", predecessor.lastAcceptedHash());
		}
		metadata.put("lastLocalSequence", predecessor.lastLocalSequence());
		metadata.put("lastLocalHash", predecessor.lastLocalHash());
		metadata.put("archive", predecessor.archive());
		metadata.put("archiveSha256", predecessor.archiveSha256());
		return metadata;
	}

}
