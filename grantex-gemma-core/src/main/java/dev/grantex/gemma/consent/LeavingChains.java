package dev.grantex.gemma.consent;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OfflineAuditLog;

/**
 * Chains of replaced bundles on which calls are still being recorded, or that owe the
 * outcome of a call because it could not be written. Thread-safe.
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
		settle();
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

	/**
	 * Tries to write what is owed.
	 * @return why that is not possible, or null if nothing is owed any more
	 */
	@Nullable DenialReason settle() {
		if (this.chains.isEmpty()) {
			return null;
		}
		DenialReason fault = this.chains.values()
			.stream()
			.map(OpenChain::settle)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		forgetClosed();
		return fault;
	}

	/**
	 * Why something is still owed, or null. Touches no file.
	 */
	@Nullable DenialReason owed() {
		return this.chains.values().stream().map(OpenChain::owed).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/**
	 * Tells calls under way on chains that were halted before they were replaced when
	 * those have waited long enough.
	 */
	void observeCalls(Instant now) {
		this.chains.values().forEach((chain) -> chain.calls().observe(now));
	}

	/**
	 * Waits for nothing any more but for calls under way.
	 */
	void close() {
		this.chains.values().forEach(OpenChain::leaveForGood);
		forgetClosed();
	}

	private void forgetClosed() {
		this.chains.values().removeIf((chain) -> !chain.isOpen());
	}

}
