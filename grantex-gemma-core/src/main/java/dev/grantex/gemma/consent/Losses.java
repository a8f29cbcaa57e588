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
 * What a new chain has to name of chains that cannot be delivered to their end, in its
 * first entries: once the service has these, nobody can exchange an archive unnoticed.
 *
 * @param predecessor the chain that its first entry names, if that is settled
 * @param orphans further chains, whose bundles are gone
 */
public record Losses(@Nullable Predecessor predecessor, List<Orphan> orphans) {

	/** Nothing was lost. */
	public static final Losses NONE = new Losses(null, List.of());

	private static final String STARTED = "grantex:chain-started";

	private static final String ARCHIVED = "grantex:chain-archived";

	public Losses {
		orphans = List.copyOf(orphans);
	}

	static Losses of(ConsentBundle bundle) {
		BundleState state = bundle.state();
		return (state != null) ? new Losses(state.predecessor(), state.orphans()) : NONE;
	}

	/**
	 * What the current chain was not yet able to say: then that is up to the next one.
	 */
	static Losses unnamed(Standing current) {
		if (!(current instanceof Standing.Open open)) {
			return NONE;
		}
		Losses all = of(open.bundle());
		long said = open.log().headSequence();
		long saidOfOrphans = Math.max(0, said - ((all.predecessor != null) ? 1 : 0));
		return new Losses((said == 0) ? all.predecessor : null, all.orphans.stream().skip(saidOfOrphans).toList());
	}

	/**
	 * Makes sure that the chain says so first of all: before that nothing else is
	 * appended, so how many entries there are tells what was said.
	 * @throws AuditLogException if that cannot be written
	 */
	void completeOn(OfflineAuditLog log) {
		List<Predecessor> all = Stream
			.concat(Stream.ofNullable(this.predecessor), this.orphans.stream().map(Orphan::named))
			.toList();
		for (long said = log.headSequence(); said < all.size(); said++) {
			record(log, (said == 0) ? STARTED : ARCHIVED, all.get((int) said));
		}
	}

	/**
	 * Names the archive of a former chain that was found to be stranded only then.
	 * @throws AuditLogException if that cannot be written
	 */
	static void recordArchived(OfflineAuditLog log, Predecessor archived) {
		record(log, ARCHIVED, archived);
	}

	private static void record(OfflineAuditLog log, String action, Predecessor predecessor) {
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
		log.append(action, null, "success", metadata);
	}

}
