package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.file.UnsafeFileException;
import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Works out what a bundle allows: whether it is this device's, its grant verifies and its
 * log can be opened.
 */
final class StandingFactory {

	private static final Log logger = LogFactory.getLog(StandingFactory.class);

	private final BundleChains chains;

	private final Function<ConsentBundle, OfflineVerifier.Builder> verifiers;

	private final @Nullable BundleRequest request;

	private final Clock clock;

	private final ServiceClock serviceClock;

	private final Duration clockSkew;

	private final ThrottledLine unreadable;

	private final ThrottledLine unsafe;

	private final ThrottledLine unadoptable;

	private final ThrottledLine invalid;

	StandingFactory(BundleChains chains, Function<ConsentBundle, OfflineVerifier.Builder> verifiers,
			@Nullable BundleRequest request, Clock clock, ServiceClock serviceClock, Duration clockSkew) {
		this.chains = chains;
		this.verifiers = verifiers;
		this.request = request;
		this.clock = clock;
		this.serviceClock = serviceClock;
		this.clockSkew = clockSkew;
		this.unreadable = new ThrottledLine(logger, clock);
		this.unsafe = new ThrottledLine(logger, clock);
		this.unadoptable = new ThrottledLine(logger, clock);
		this.invalid = new ThrottledLine(logger, clock);
	}

	@Nullable BundleRequest request() {
		return this.request;
	}

	/**
	 * What is believed about the service's time, by which all standings are judged.
	 */
	ServiceTime serviceTime(CurrentStanding current) {
		return new ServiceTime(current, this.serviceClock, this.clockSkew);
	}

	/**
	 * Verifies a bundle's own grant as of the moment the bundle was issued, so that an
	 * expired bundle is told from an invalid one.
	 */
	VerifiedGrant verify(ConsentBundle bundle) {
		return this.verifiers.apply(bundle)
			.clockSkew(this.clockSkew)
			.clock(Clock.fixed(bundle.checkpointAt(), ZoneOffset.UTC))
			.build()
			.verify(bundle.grantToken());
	}

	/**
	 * Verifies a bundle that the service has just issued, its audit key included.
	 */
	void verifyIssued(ConsentBundle issued) {
		verify(issued);
		OfflineAuditLog.requireUsable(issued.offlineAuditKey());
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
	 * The standing under the bundle that is stored.
	 */
	Standing load(StoredBundle stored) {
		try {
			return stored.load()
				.map((bundle) -> create(stored, bundle))
				.orElseGet(() -> Standing.denied(null, DenialReason.NO_BUNDLE));
		}
		catch (UnsafeFileException ex) {
			this.unreadable.warn(() -> String.valueOf(ex.getMessage()), null);
			return Standing.denied(null, DenialReason.BUNDLE_UNSAFE);
		}
		catch (GrantexGemmaException ex) {
			this.unreadable.warn(() -> String.valueOf(ex.getMessage()), null);
			return Standing.denied(null, DenialReason.BUNDLE_UNREADABLE);
		}
	}

	/**
	 * The standing under a bundle whose log is not open yet.
	 */
	Standing create(StoredBundle stored, ConsentBundle bundle) {
		try {
			stored.adopt(bundle);
			bundle = stored.archiveOrphans(bundle);
		}
		catch (AuditLogException ex) {
			return denied(bundle, DenialReason.of(ex));
		}
		catch (GrantexGemmaException ex) {
			this.unadoptable
				.warn(() -> "The consent bundle of another package could not be taken over: " + ex.getMessage(), null);
			return denied(bundle,
					(ex instanceof UnsafeFileException) ? DenialReason.BUNDLE_UNSAFE : DenialReason.BUNDLE_UNREADABLE);
		}
		return stored.isForeign() ? Standing.denied(bundle, DenialReason.BUNDLE_MISMATCH) : create(bundle);
	}

	/**
	 * The standing under a bundle that is stored with its state.
	 */
	Standing create(ConsentBundle bundle) {
		try {
			Standing standing = create(bundle, verify(bundle), () -> open(bundle));
			return isRefreshPending(standing) ? standing.withBundle(withRefreshPending(bundle)) : standing;
		}
		catch (ScopeViolationException ex) {
			return denied(bundle, DenialReason.SCOPE_VIOLATION);
		}
		catch (AuditLogException ex) {
			if (AuditLogException.LOG_UNSAFE.equals(ex.reason())) {
				this.unsafe.warn(() -> "The audit log cannot be opened. " + ex.getMessage(), null);
			}
			return denied(bundle, DenialReason.of(ex));
		}
		catch (GrantexGemmaException ex) {
			this.invalid.warn(() -> "The stored bundle's grant does not verify: " + ex.getMessage(), null);
			return denied(bundle, DenialReason.GRANT_INVALID);
		}
	}

	/**
	 * The standing under the refreshed form of a bundle whose log is open.
	 */
	Standing create(ConsentBundle bundle, OpenChain chain) {
		return create(bundle, verify(bundle), () -> chain);
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

	private Standing create(ConsentBundle bundle, VerifiedGrant grant, Supplier<OpenChain> chain) {
		OfflineVerifier verifier = this.verifiers.apply(bundle).clockSkew(this.clockSkew).clock(this.clock).build();
		OpenChain open = chain.get();
		RevocationMemory.complete(bundle, open.log());
		DenialReason fault = open.log().sealed().isRevoked() ? DenialReason.REVOKED : fault(bundle);
		return Standing.of(bundle,
				new Standing.Usable(bundle, grant, verifier, open, this.serviceClock, this.clockSkew), fault);
	}

	/**
	 * Before anything else can be appended, a new chain names the one it takes the place
	 * of.
	 */
	private OpenChain open(ConsentBundle bundle) {
		OpenChain chain = this.chains.open(bundle);
		try {
			DenialReason fault = fault(bundle);
			if (fault == null || fault == DenialReason.BUNDLE_MISMATCH) {
				ChainBeginning.complete(bundle, chain.log());
			}
			return chain;
		}
		catch (AuditLogException ex) {
			chain.release();
			throw ex;
		}
	}

	/**
	 * The seal may know what an older copy of the bundle's file does not.
	 */
	private static boolean isRefreshPending(Standing standing) {
		Standing.Usable usable = standing.usable();
		return usable != null && usable.chain().log().sealed().isRefreshPending();
	}

	private static ConsentBundle withRefreshPending(ConsentBundle bundle) {
		BundleState state = bundle.state();
		return (state != null) ? bundle.withState(state.withRefreshPending(true)) : bundle;
	}

	private Standing denied(ConsentBundle bundle, DenialReason reason) {
		DenialReason fault = fault(bundle);
		// A chain that is broken must not be left behind unnoticed for another bundle.
		boolean broken = fault == DenialReason.BUNDLE_MISMATCH && reason.stranding().isPresent();
		return Standing.denied(bundle, (fault == null || broken) ? reason : fault, reason);
	}

	/**
	 * What stands in the way by what is remembered of a bundle.
	 */
	@Nullable DenialReason fault(ConsentBundle bundle) {
		if (RevocationMemory.isRevoked(bundle)) {
			return DenialReason.REVOKED;
		}
		BundleState state = bundle.state();
		if (state != null && state.stranding() != null) {
			return DenialReason.of(state.stranding());
		}
		return isForThisDevice(bundle) ? null : DenialReason.BUNDLE_MISMATCH;
	}

}
