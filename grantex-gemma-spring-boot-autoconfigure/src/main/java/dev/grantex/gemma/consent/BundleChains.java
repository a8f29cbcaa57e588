package dev.grantex.gemma.consent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The chains of the device's bundles: begun and opened for the current one, and kept open
 * as long as calls that they permitted are under way. Opened under the consent's lock,
 * used by any thread.
 */
final class BundleChains {

	private final AuditLogs logs;

	/** Of replaced bundles. */
	private final Map<String, OpenChain> leaving = new ConcurrentHashMap<>();

	private @Nullable OpenChain last;

	BundleChains(AuditLogs logs) {
		this.logs = logs;
	}

	/**
	 * Begins the chain of a bundle that is about to be stored.
	 * @throws AuditLogException if that is not possible
	 */
	void begin(ConsentBundle bundle) {
		this.logs.of(bundle).begin();
	}

	/**
	 * Opens the chain of the current bundle, or takes it up again if calls have kept it
	 * open since the consent was closed.
	 * @throws AuditLogException if that is not possible
	 */
	OpenChain open(ConsentBundle bundle) {
		OpenChain still = this.last;
		if (still != null && still.isOf(bundle) && still.acquire()) {
			return still;
		}
		if (still != null) {
			still.awaitClosing();
		}
		OpenChain opened = new OpenChain(bundle, this.logs.of(bundle).open());
		this.last = opened;
		return opened;
	}

	/**
	 * Does something with the log of a bundle, which is opened for it if it is not open.
	 * @throws AuditLogException if that is not possible
	 */
	void use(ConsentBundle bundle, Consumer<OfflineAuditLog> action) {
		OpenChain chain = open(bundle);
		try {
			action.accept(chain.log());
		}
		finally {
			chain.release();
		}
	}

	/**
	 * Takes the chain of a replaced bundle away from the active file's name.
	 */
	void leave(String bundleId, OpenChain chain) {
		chain.leave();
		this.leaving.put(bundleId, chain);
	}

	/**
	 * Does something with the chain of a replaced bundle while it is sure to stay open.
	 * @return whether the chain was open, so that it may yet grow
	 */
	boolean useLeaving(String bundleId, Consumer<OfflineAuditLog> action) {
		this.leaving.values().removeIf((chain) -> !chain.isOpen());
		OpenChain chain = this.leaving.get(bundleId);
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
