package dev.grantex.gemma.consent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Orphan;
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
	 * Makes sure that the chain of a bundle that took the place of others says so first
	 * of all: before that nothing else is appended, so how many entries there are tells
	 * what was said.
	 * @throws AuditLogException if that cannot be written
	 */
	static void complete(ConsentBundle bundle, OfflineAuditLog log) {
		List<Predecessor> all = named(bundle.state());
		for (long said = log.headSequence(); said < all.size(); said++) {
			log.append((said == 0) ? STARTED : ARCHIVED, null, RESULT, metadata(all.get((int) said)));
		}
	}

	private static List<Predecessor> named(@Nullable BundleState state) {
		return (state == null) ? List.of()
				: Stream.concat(Stream.ofNullable(state.predecessor()), state.orphans().stream().map(Orphan::named))
					.toList();
	}

	/**
	 * What the current chain was not yet able to say: then that is up to the next one.
	 */
	static Losses unnamed(Standing current) {
		Standing.Open open = current.open();
		BundleState state = (open != null) ? open.bundle().state() : null;
		if (open == null || state == null) {
			return Losses.NONE;
		}
		long said = open.log().headSequence();
		Predecessor predecessor = (said == 0) ? state.predecessor() : null;
		long saidOfOrphans = Math.max(0, said - ((state.predecessor() != null) ? 1 : 0));
		return new Losses(predecessor, state.orphans().stream().skip(saidOfOrphans).toList());
	}

	/**
	 * Names the archive of a former chain that was found to be stranded only then.
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
		if (predecessor.archive() != null && predecessor.archiveSha256() != null) {
			metadata.put("archive", predecessor.archive());
			metadata.put("archiveSha256", predecessor.archiveSha256());
		}
		return metadata;
	}

}
