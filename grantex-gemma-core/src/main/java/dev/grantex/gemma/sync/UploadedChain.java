package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * A chain that is delivered to the service: that of the current bundle, that of a bundle
 * it replaced, or one whose bundle is gone. Whatever the service answers is decided alike
 * for all; what follows from it is remembered where the bundle is kept.
 */
interface UploadedChain {

	/**
	 * Where its entries go.
	 */
	Destination destination();

	/**
	 * The bundle's id if it was replaced, else {@code null}.
	 */
	@Nullable String formerBundleId();

	ChainEntries entries();

	/**
	 * Takes note of what else the service said when it accepted entries.
	 */
	void accepted(SyncResponse answer);

	/**
	 * Notes durably that the service goes by the present key.
	 * @throws GrantexGemmaException if it cannot be stored
	 */
	void confirmKey();

	/**
	 * Takes note of a refusal because the consent was withdrawn.
	 * @param grantRevoked whether the grant was revoked, not only the bundle
	 */
	void revoked(boolean grantRevoked);

	/**
	 * Takes note that the service does not know the bundle under this API key.
	 */
	void unknown();

	/**
	 * Remembers durably that the chain can no longer grow on the service. The first
	 * reason stays.
	 * @param reason why
	 * @param sequence the entry where it cannot go on, if that is known
	 * @throws GrantexGemmaException if it cannot be stored
	 */
	void strand(StrandingReason reason, @Nullable Long sequence);

	/**
	 * Why the chain can no longer grow on the service, if that is so.
	 */
	@Nullable Stranding stranding();

	/**
	 * Whether its first entry names another chain, which is always acceptable.
	 */
	boolean isSuccessor();

	/**
	 * Goes back to where a service is that has lost entries it had accepted.
	 * @param accepted the last sequence number it has, 0 for none
	 * @throws ChainStrandedException if what it lost is no longer kept here
	 */
	default void goBackTo(long accepted) {
		if (accepted + 1 < entries().firstSequence()) {
			strand(StrandingReason.ENTRY_REFUSED, accepted + 1);
			throw new ChainStrandedException(StrandingReason.ENTRY_REFUSED, "entries_no_longer_kept");
		}
		entries().markAccepted(accepted);
	}

	/**
	 * The last entry that is worth sending: a stranded chain goes up to the entry where
	 * it ends on the service.
	 */
	default long lastDue() {
		Stranding stranding = stranding();
		if (stranding == null) {
			return entries().head();
		}
		return switch (stranding.reason()) {
			case FORKED, ENTRY_REFUSED, KEY_LOST ->
				(stranding.sequence() != null) ? Math.min(entries().head(), stranding.sequence() - 1) : 0;
			case LOG_TRUNCATED, LOG_CORRUPTED, LOG_MISSING, BUNDLE_OUTDATED -> entries().head();
			case ROLLED_BACK ->
				(stranding.sequence() != null && stranding.sequence() <= entries().head()) ? stranding.sequence() : 0;
			case BUNDLE_UNKNOWN, BUNDLE_MISSING, DEVICE_ERASED -> 0;
		};
	}

}
