package dev.grantex.gemma.consent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import dev.grantex.gemma.audit.OfflineAuditLog;

/**
 * Chains of replaced bundles on which calls are still being recorded.
 */
final class LeavingChains {

	private final Map<String, OpenChain> chains = new ConcurrentHashMap<>();

	/**
	 * Takes a chain away from the active file's name.
	 */
	void add(String bundleId, OpenChain chain) {
		chain.leave();
		this.chains.put(bundleId, chain);
	}

	/**
	 * Does something with a chain while it is sure to stay open.
	 * @return whether the chain was open, so that it may yet grow
	 */
	boolean use(String bundleId, Consumer<OfflineAuditLog> action) {
		this.chains.values().removeIf((chain) -> !chain.isOpen());
		OpenChain chain = this.chains.get(bundleId);
		if (chain != null && chain.acquire()) {
			try {
				action.accept(chain.log());
			}
			finally {
				chain.release();
			}
		}
		return chain != null;
	}

}
