package dev.grantex.gemma.consent;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * The chains beside the audit log whose bundles are not stored, and what is known of
 * them. Where there is no current bundle, calls are denied until each was delivered or
 * the operator has allowed to give up what cannot be. Thread-safe, but one thread at a
 * time judges them.
 */
public final class Orphans {

	private static final Log logger = LogFactory.getLog(Orphans.class);

	private final CurrentStanding current;

	private final BundleRepository repository;

	/** Nothing is looked for without it. */
	private final @Nullable Path auditPath;

	private volatile List<Found> found = List.of();

	/** Whether the last search told of all there are. */
	private volatile boolean complete;

	/** Whether it could not be told last which there are. */
	private volatile boolean failed;

	Orphans(CurrentStanding current, BundleRepository repository, @Nullable Path auditPath) {
		this.current = current;
		this.repository = repository;
		this.auditPath = auditPath;
	}

	/**
	 * A chain without its bundle.
	 *
	 * @param chain the chain
	 * @param bundleId its bundle, as far as that is known
	 * @param accepted up to which sequence number the service has it, -1 if that is not
	 * known
	 * @param refused whether the service does not take the rest, or the rest is gone
	 */
	public record Found(OrphanedChain chain, @Nullable String bundleId, long accepted, boolean refused) {

		/**
		 * What the chain is called: by its bundle or, where nobody knows that, its grant.
		 */
		public String name() {
			return (this.bundleId != null) ? this.bundleId : this.chain.grantId();
		}

		public boolean isDelivered() {
			return this.accepted >= this.chain.headSequence();
		}

		/**
		 * How many entries the service does not have, as far as that is known: else all.
		 */
		public long undelivered() {
			return (this.accepted < 0) ? this.chain.entries() : Math.max(0, this.chain.headSequence() - this.accepted);
		}

	}

	/**
	 * Looks for them on disk. What was found out about one stays, as long as nothing of
	 * it has changed. While there is a current bundle, a chain that was delivered by its
	 * own seal is a former one.
	 * @return those there are
	 * @throws GrantexGemmaException if it cannot be told which there are
	 */
	public List<Found> find() {
		this.complete = false;
		Standing standing = this.current.get();
		if (this.auditPath == null || !isConcerned(standing)) {
			this.found = List.of();
		}
		else {
			try {
				find(this.auditPath, standing.bundle());
			}
			catch (AuditLogException ex) {
				this.failed = true;
				this.current.change(() -> this.current.set(this.current.held().withoutLog(ex)));
				throw ex;
			}
		}
		this.complete = true;
		return this.found;
	}

	private synchronized void find(Path auditPath, @Nullable ConsentBundle bundle) {
		Set<String> stored = new HashSet<>();
		if (bundle != null) {
			stored.add(BundleIdentity.of(bundle).grantId());
		}
		this.repository.loadRetired((unreadable) -> {
			// Its chain is without a bundle as long as that is so.
		}).forEach((former) -> addGrant(former, stored));
		List<OrphanedChain> chains = OrphanedChain.find(auditPath, stored, bundle != null);
		this.found = chains.stream()
			.filter((chain) -> bundle == null || !chain.isDeliveredBySeal())
			.map(this::known)
			.toList();
	}

	private static void addGrant(ConsentBundle former, Set<String> stored) {
		try {
			stored.add(BundleIdentity.of(former).grantId());
		}
		catch (BundleTamperedException ex) {
			logger.debug("The token of a former consent bundle cannot be read", ex);
		}
	}

	/**
	 * Does the same where nothing follows if that fails.
	 */
	void look() {
		try {
			find();
		}
		catch (GrantexGemmaException ex) {
			logger.warn("It cannot be told whether evidence of former bundles is left: " + ex.getMessage());
		}
	}

	public List<Found> found() {
		return this.found;
	}

	/**
	 * Takes note of what was found out about a chain.
	 * @return the chain with that
	 */
	public Found note(Found known) {
		change((other) -> other.chain().equals(known.chain()) ? Stream.of(known) : Stream.of(other));
		return known;
	}

	/**
	 * Takes note that a chain is not without its bundle after all: a log has it open.
	 */
	public void forget(Found other) {
		change((known) -> known.chain().equals(other.chain()) ? Stream.empty() : Stream.of(known));
	}

	/**
	 * Whether it is known of all of them what becomes of them: they were delivered, or
	 * cannot be.
	 */
	public boolean areJudged() {
		return this.complete && this.found.stream().allMatch((known) -> known.isDelivered() || known.refused());
	}

	/**
	 * Denies calls, where there is no current bundle, because of chains that cannot be
	 * delivered, or no longer, nor because it could not be told which there are.
	 */
	public void settle() {
		this.current.change(() -> {
			Standing standing = this.current.held();
			if (!this.current.isRunning() || !standing.isVacant()) {
				return;
			}
			if (this.found.stream().anyMatch(Found::refused)) {
				this.current.set(new Standing.None(DenialReason.BUNDLE_MISSING));
			}
			else if (standing.fault() == DenialReason.BUNDLE_MISSING || this.failed) {
				this.current.set(new Standing.None(DenialReason.NO_BUNDLE));
			}
			this.failed = false;
		});
	}

	List<ConsentStatus.Orphan> status() {
		return this.found.stream()
			.filter((known) -> !known.isDelivered())
			.map((known) -> new ConsentStatus.Orphan(known.bundleId(), known.chain().grantId(), known.undelivered()))
			.toList();
	}

	/**
	 * A bundle that is stored but cannot be read may be that of any chain.
	 */
	private static boolean isConcerned(Standing standing) {
		return standing.bundle() != null || standing.isVacant();
	}

	private Found known(OrphanedChain chain) {
		return this.found.stream()
			.filter((before) -> before.chain().equals(chain))
			.findFirst()
			.orElseGet(() -> new Found(chain, chain.sealedBundleId(), -1, false));
	}

	private synchronized void change(Function<Found, Stream<Found>> change) {
		this.found = this.found.stream().flatMap(change).toList();
	}

}
