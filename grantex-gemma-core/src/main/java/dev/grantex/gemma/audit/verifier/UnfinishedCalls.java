package dev.grantex.gemma.audit.verifier;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

import dev.grantex.gemma.audit.OpenIntents;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultKind;
import dev.grantex.gemma.audit.verifier.report.Listing;

/**
 * The {@code started} entries whose outcome has not come yet. An outcome names the
 * sequence number of its {@code started} entry as {@code metadata.intent}.
 */
final class UnfinishedCalls {

	/**
	 * How many are kept. As many calls are never under way at once, so that older ones
	 * have been left open for good.
	 */
	private static final int MAX_OPEN = 20_000;

	private final Set<Long> open = new LinkedHashSet<>();

	private final Listing<Long> leftOpen = new Listing<>();

	void add(LoggedEntry entry) {
		if (ResultKind.of(entry.result()) != ResultKind.STARTED) {
			this.open.remove(entry.positive(OpenIntents.MEMBER, 0));
			return;
		}
		this.open.add(entry.seq());
		if (this.open.size() > MAX_OPEN) {
			Iterator<Long> oldest = this.open.iterator();
			this.leftOpen.add(oldest.next());
			oldest.remove();
		}
	}

	Listing<Long> report() {
		this.open.forEach(this.leftOpen::add);
		this.open.clear();
		return this.leftOpen;
	}

}
