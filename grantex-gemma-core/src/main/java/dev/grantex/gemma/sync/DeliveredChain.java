package dev.grantex.gemma.sync;

import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * A chain that is delivered to the service: that of the current bundle, that of a former
 * one, or one whose bundle is gone. Whatever the service answers is decided alike for
 * all; what follows from it is remembered where the bundle is kept.
 */
abstract class DeliveredChain {

	private static final Log logger = LogFactory.getLog(DeliveredChain.class);

	private final String bundleId;

	private final ChainEntries entries;

	private final Consumer<Object> events;

	DeliveredChain(String bundleId, ChainEntries entries, Consumer<Object> events) {
		this.bundleId = bundleId;
		this.entries = entries;
		this.events = events;
	}

	final String bundleId() {
		return this.bundleId;
	}

	final ChainEntries entries() {
		return this.entries;
	}

	/**
	 * What the device remembers of the bundle, as it is now.
	 */
	abstract BundleState state();

	static BundleState stateOf(ConsentBundle bundle) {
		return Objects.requireNonNullElseGet(bundle.state(), () -> BundleState.initial(bundle, null));
	}

	@Nullable String syncEndpoint() {
		return null;
	}

	@Nullable String deviceId() {
		BundleRequest request = state().request();
		return (request != null) ? request.deviceId() : null;
	}

	boolean isCurrent() {
		return false;
	}

	/**
	 * Takes note of what else the service said when it accepted entries.
	 */
	void accepted(SyncResponse answer) {
	}

	/**
	 * Takes note of a refusal because the consent was withdrawn.
	 * @param grantRevoked whether the grant was revoked, not only the bundle
	 */
	abstract void revoked(boolean grantRevoked);

	/**
	 * Takes note that the service does not know the bundle under this API key.
	 */
	abstract void unknown();

	/**
	 * Stores why the chain can no longer grow on the service.
	 */
	abstract void rememberStranding(StrandingReason reason, @Nullable Long sequence);

	/**
	 * Notes durably that a refresh begins.
	 * @param repairAt when, if it is only to get a key back, which is counted
	 * @throws GrantexGemmaException if it cannot be stored; the refresh must not be made
	 */
	void beginRefresh(@Nullable Instant repairAt) {
		throw new IllegalStateException("A chain without its bundle is not refreshed");
	}

	void refresh(ConsentBundle refreshed) {
		throw new IllegalStateException("A chain without its bundle is not refreshed");
	}

	/**
	 * Notes durably that the service goes by the present key.
	 */
	void confirmKey() {
	}

	final void tell(Object event) {
		this.events.accept(event);
	}

	/**
	 * Remembers durably that the chain can no longer grow on the service. The first
	 * reason stays.
	 * @param sequence the entry where it cannot go on, if that is known
	 * @throws GrantexGemmaException if it cannot be stored
	 */
	final void strand(StrandingReason reason, @Nullable Long sequence) {
		if (state().stranding() != null) {
			return;
		}
		try {
			rememberStranding(reason, sequence);
		}
		finally {
			if (state().stranding() != null) {
				logger.warn("The audit chain of the " + (isCurrent() ? "" : "former ") + "consent bundle "
						+ this.bundleId + " can no longer grow on the service (" + reason.code() + ")");
				tell(new ChainStranded(this.bundleId, reason, sequence));
			}
		}
	}

	/**
	 * Asks how many entries of the chain the service has, and takes note if it does not
	 * know the bundle.
	 */
	final long acceptedAt(CycleClient client) {
		try {
			return client.accepted(this.bundleId);
		}
		catch (GrantexAuthException ex) {
			if (CycleClient.isUnknownBundle(ex)) {
				unknown();
			}
			throw ex;
		}
	}

	/**
	 * Compares the chain with how much of it the service has: strands it if that is more
	 * than was here, and goes back if it is less and is still kept here; if it is not,
	 * the upload will ask once more.
	 * @param head the last entry that was here before the service was asked
	 * @param through how many entries it should have
	 * @param accepted how many it has
	 * @return whether it went back
	 * @throws StepException if the chain was found to be stranded
	 */
	final boolean compare(long head, long through, long accepted) {
		if (accepted > head) {
			strand(StrandingReason.ROLLED_BACK, accepted);
			throw StepException.stranded(StrandingReason.ROLLED_BACK);
		}
		boolean behind = accepted < through && accepted + 1 >= this.entries.firstSequence();
		if (behind) {
			this.entries.markAccepted(accepted);
		}
		return behind;
	}

	/**
	 * Goes back to where a service is that has lost entries it had accepted.
	 * @throws StepException if what it lost is no longer kept here
	 */
	final void goBackTo(long accepted) {
		if (accepted + 1 < this.entries.firstSequence()) {
			strand(StrandingReason.ENTRY_REFUSED, accepted + 1);
			throw StepException.stranded(StrandingReason.ENTRY_REFUSED, "entries_no_longer_kept");
		}
		this.entries.markAccepted(accepted);
	}

	/**
	 * The last entry that is worth sending: a stranded chain goes up to the entry where
	 * it ends on the service.
	 */
	final long lastDue() {
		long head = this.entries.head();
		Stranding stranding = state().stranding();
		if (stranding == null) {
			return head;
		}
		Long end = stranding.sequence();
		return switch (stranding.reason()) {
			case FORKED, ENTRY_REFUSED, KEY_LOST -> (end != null) ? Math.min(head, end - 1) : 0;
			case LOG_TRUNCATED, LOG_CORRUPTED, LOG_MISSING, BUNDLE_OUTDATED -> head;
			case ROLLED_BACK -> (end != null && end <= head) ? end : 0;
			case BUNDLE_UNKNOWN, BUNDLE_MISSING, DEVICE_ERASED -> 0;
		};
	}

}
