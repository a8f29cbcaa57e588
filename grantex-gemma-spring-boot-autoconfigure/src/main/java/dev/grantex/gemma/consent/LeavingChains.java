package dev.grantex.gemma.consent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

	boolean isOpen(String bundleId) {
		this.chains.values().removeIf((chain) -> !chain.isOpen());
		return this.chains.containsKey(bundleId);
	}

}
