package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.EntrySigner;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Whether a bundle is this device's and its grant verifies.
 */
record BundleCheck(Function<ConsentBundle, OfflineVerifier.Builder> verifiers, @Nullable BundleRequest request,
		Duration clockSkew) {

	OfflineVerifier verifier(ConsentBundle bundle, Clock clock) {
		return builder(bundle, clock).build();
	}

	/**
	 * Verifies the own grant of a bundle that was stored, as of the moment the bundle was
	 * issued, so that an expired bundle is told from an invalid one. Nobody else can have
	 * stored it, so its keys are not examined anew at each start.
	 */
	VerifiedGrant verify(ConsentBundle bundle) {
		return verify(bundle, true);
	}

	void verifyIssued(ConsentBundle issued) {
		verify(issued, false);
		EntrySigner.of(issued.offlineAuditKey());
	}

	private VerifiedGrant verify(ConsentBundle bundle, boolean examined) {
		return builder(bundle, Clock.fixed(bundle.checkpointAt(), ZoneOffset.UTC)).keysExamined(examined)
			.build()
			.verify(bundle.grantToken());
	}

	private OfflineVerifier.Builder builder(ConsentBundle bundle, Clock clock) {
		return this.verifiers.apply(bundle).clockSkew(this.clockSkew).clock(clock);
	}

	/**
	 * Verifies the refreshed form of a bundle, which goes on with the same grant: the
	 * chain's further entries would be refused under any other.
	 */
	void verifyRefreshed(ConsentBundle current, ConsentBundle refreshed) {
		verifyIssued(refreshed);
		BundleIdentity before = BundleIdentity.of(current);
		BundleIdentity after = BundleIdentity.of(refreshed);
		boolean same = before.agentDid().equals(after.agentDid()) && before.principalDid().equals(after.principalDid())
				&& before.grantId().equals(after.grantId()) && Objects.equals(before.developerId(), after.developerId())
				&& Set.copyOf(before.scopes()).equals(Set.copyOf(after.scopes()));
		if (!same) {
			throw new OfflineVerificationException("The refreshed bundle carries another grant");
		}
	}

	/**
	 * Whether a bundle was issued for what is configured. A bundle that another package
	 * stored does not say what it was asked for, so its grant must.
	 */
	boolean isForThisDevice(ConsentBundle bundle) {
		if (this.request == null) {
			return true;
		}
		BundleState state = bundle.state();
		if (state != null && state.request() != null) {
			return this.request.asksForSameConsentAs(state.request());
		}
		BundleIdentity identity = BundleIdentity.of(bundle);
		return identity.agentDid().equals("did:grantex:" + this.request.agentId())
				&& identity.principalDid().equals(this.request.userId())
				&& Set.copyOf(identity.scopes()).equals(Set.copyOf(this.request.scopes()));
	}

	/**
	 * Whether both are the same form of a bundle: an older copy has another audit key, or
	 * what the device remembers of it has not changed so that it would matter.
	 */
	static boolean isSame(ConsentBundle bundle, ConsentBundle other) {
		return bundle.bundleId().equals(other.bundleId())
				&& bundle.offlineAuditKey().publicKey().equals(other.offlineAuditKey().publicKey());
	}

	/**
	 * What stands in the way by what is remembered of a bundle.
	 */
	@Nullable DenialReason fault(ConsentBundle bundle) {
		if (bundle.revocation() != null) {
			return DenialReason.REVOKED;
		}
		Stranding stranding = bundle.stranding();
		if (stranding != null) {
			return StateTable.denialBy(stranding.reason());
		}
		return isForThisDevice(bundle) ? null : DenialReason.BUNDLE_MISMATCH;
	}

}
