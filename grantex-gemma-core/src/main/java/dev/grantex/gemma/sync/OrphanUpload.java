package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * A chain whose bundle is gone, as it is delivered. There is nowhere to remember what the
 * service answers, so it is asked again after each start.
 */
final class OrphanUpload implements UploadedChain {

	private final Destination destination;

	private final ChainEntries entries;

	private boolean refused;

	OrphanUpload(Destination destination, ChainEntries entries) {
		this.destination = destination;
		this.entries = entries;
	}

	/**
	 * Whether the service was found not to take the rest.
	 */
	boolean isRefused() {
		return this.refused;
	}

	@Override
	public Destination destination() {
		return this.destination;
	}

	@Override
	public String formerBundleId() {
		return this.destination.bundleId();
	}

	@Override
	public ChainEntries entries() {
		return this.entries;
	}

	@Override
	public void accepted(SyncResponse answer) {
	}

	@Override
	public void confirmKey() {
	}

	@Override
	public void revoked(boolean grantRevoked) {
		this.refused = true;
	}

	@Override
	public void unknown() {
		this.refused = true;
	}

	@Override
	public void strand(StrandingReason reason, @Nullable Long sequence) {
		this.refused = true;
	}

	@Override
	public @Nullable Stranding stranding() {
		return null;
	}

	@Override
	public boolean isSuccessor() {
		return false;
	}

}
