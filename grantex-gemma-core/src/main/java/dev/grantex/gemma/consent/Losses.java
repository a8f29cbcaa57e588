package dev.grantex.gemma.consent;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;

/**
 * What a new chain has to name of chains that cannot be delivered to their end.
 *
 * @param predecessor the chain that its first entry names, if that is settled
 * @param orphans further chains, whose bundles are gone
 */
public record Losses(@Nullable Predecessor predecessor, List<Orphan> orphans) {

	/** Nothing was lost. */
	public static final Losses NONE = new Losses(null, List.of());

	public Losses {
		orphans = List.copyOf(orphans);
	}

}
