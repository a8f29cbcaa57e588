package dev.grantex.gemma.consent;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The chains of former bundles: first those on which calls are still being recorded, or
 * that owe the outcome of a call because it could not be written, and then those that are
 * only left to be delivered. Each of these is opened once and stays open until it is
 * given up, has a fault, or the consent is closed. Thread-safe, but one thread at a time
 * delivers.
 */
public final class FormerChains {

	private final CurrentStanding current;

	private final AuditLogs logs;

	private final Map<String, OpenChain> leaving = new ConcurrentHashMap<>();

	private final Map<String, OpenChain> kept = new ConcurrentHashMap<>();

	FormerChains(CurrentStanding current, AuditLogs logs) {
		this.current = current;
		this.logs = logs;
	}

	/**
	 * Takes a chain away from the active file's name.
	 */
	void add(OpenChain chain) {
		chain.leave();
		this.leaving.put(chain.bundle().bundleId(), chain);
	}

	/**
	 * Does something with a chain on which calls are still recorded, while it is sure to
	 * stay open.
	 * @return whether there is such a chain, so that it may yet grow
	 */
	boolean read(String bundleId, Consumer<OfflineAuditLog> reader) {
		settle();
		OpenChain chain = this.leaving.get(bundleId);
		if (chain != null && chain.acquire()) {
			try {
				reader.accept(chain.log());
			}
			finally {
				chain.release();
			}
		}
		return chain != null;
	}

	/**
	 * Tries to write what is owed, and answers why that is not possible.
	 */
	@Nullable DenialReason settle() {
		if (this.leaving.isEmpty()) {
			return null;
		}
		DenialReason fault = firstOf(OpenChain::settle);
		forgetClosed();
		return fault;
	}

	/**
	 * Why something is owed. Touches no file.
	 */
	@Nullable DenialReason owed() {
		return firstOf(OpenChain::owed);
	}

	private @Nullable DenialReason firstOf(Function<OpenChain, @Nullable DenialReason> fault) {
		return this.leaving.values().stream().map(fault).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/**
	 * Tells calls under way on chains that were halted before they were replaced when
	 * those have waited long enough.
	 */
	void observeCalls() {
		Instant now = this.current.now();
		this.leaving.values().forEach((chain) -> chain.calls().observe(now));
	}

	/**
	 * Uses the chain of a former bundle that is only left to be delivered, and opens it
	 * if it is not open.
	 * @param bundle the bundle as it is stored now
	 * @throws AuditLogException if it does not open
	 */
	public Use use(ConsentBundle bundle) {
		OpenChain open = this.kept.get(bundle.bundleId());
		if (open != null && open.isOf(bundle) && open.acquire()) {
			return new Use(open);
		}
		giveUp(bundle.bundleId());
		OpenChain opened = new OpenChain(bundle, this.logs.of(bundle).openRetired());
		opened.acquire();
		this.kept.put(bundle.bundleId(), opened);
		if (!this.current.isRunning()) {
			giveUp(bundle.bundleId());
		}
		return new Use(opened);
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
	 * The bundles of chains that are open to be delivered, as they were stored last.
	 */
	public List<ConsentBundle> bundles() {
		return this.kept.values().stream().map(OpenChain::bundle).toList();
	}

	/**
	 * Closes all that are not in use, and the others after that: waits for nothing but
	 * for calls under way.
	 */
	void close() {
		this.leaving.values().forEach(OpenChain::leaveForGood);
		forgetClosed();
		List.copyOf(this.kept.keySet()).forEach(this::giveUp);
	}

	private void forgetClosed() {
		this.leaving.values().removeIf((chain) -> !chain.isOpen());
	}

	public final class Use implements AutoCloseable {

		private final OpenChain chain;

		Use(OpenChain chain) {
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
			if (log().failure() != null) {
				giveUp(this.chain.bundle().bundleId());
			}
		}

	}

}
