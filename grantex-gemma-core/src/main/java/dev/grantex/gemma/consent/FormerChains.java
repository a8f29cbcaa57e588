package dev.grantex.gemma.consent;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The chains of former bundles that are only left to be delivered. Each is opened once
 * and stays open until it is given up, has a fault, or the consent is closed.
 * Thread-safe, but one thread at a time delivers.
 */
public final class FormerChains {

	private final CurrentStanding current;

	private final BundleChains chains;

	private final Map<String, OpenChain> kept = new ConcurrentHashMap<>();

	FormerChains(CurrentStanding current, BundleChains chains) {
		this.current = current;
		this.chains = chains;
	}

	/**
	 * Uses the chain of a replaced bundle that is only left to be delivered, and opens it
	 * if it is not open.
	 * @param bundle the bundle as it is stored now
	 * @return the chain, to be closed after use
	 * @throws AuditLogException if it does not open
	 */
	public Use use(ConsentBundle bundle) {
		OpenChain open = this.kept.get(bundle.bundleId());
		if (open != null && open.isOf(bundle) && open.acquire()) {
			return new Use(bundle.bundleId(), open);
		}
		giveUp(bundle.bundleId());
		OpenChain opened = this.chains.openFormer(bundle);
		opened.acquire();
		this.kept.put(bundle.bundleId(), opened);
		if (!this.current.isRunning()) {
			giveUp(bundle.bundleId());
		}
		return new Use(bundle.bundleId(), opened);
	}

	/**
	 * Closes a chain that was used, if it is open, so that its files can be opened
	 * otherwise.
	 */
	public void giveUp(String bundleId) {
		OpenChain open = this.kept.remove(bundleId);
		if (open != null) {
			open.release();
			open.awaitClosing();
		}
	}

	/**
	 * The bundles of chains that are open here, as they were stored last.
	 */
	public List<ConsentBundle> bundles() {
		return this.kept.values().stream().map(OpenChain::bundle).toList();
	}

	/**
	 * Closes all that are not in use, and the others after that.
	 */
	void close() {
		List.copyOf(this.kept.keySet()).forEach(this::giveUp);
	}

	/**
	 * A chain in use.
	 */
	public final class Use implements AutoCloseable {

		private final String bundleId;

		private final OpenChain chain;

		Use(String bundleId, OpenChain chain) {
			this.bundleId = bundleId;
			this.chain = chain;
		}

		public OfflineAuditLog log() {
			return this.chain.log();
		}

		/**
		 * Ends the use. A chain with a fault is opened anew the next time.
		 */
		@Override
		public void close() {
			this.chain.release();
			if (this.chain.log().failure() != null) {
				giveUp(this.bundleId);
			}
		}

	}

}
