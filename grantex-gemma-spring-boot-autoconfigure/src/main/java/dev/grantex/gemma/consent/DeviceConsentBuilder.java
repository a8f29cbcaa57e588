package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.OfflineVerifier;

/**
 * Builds the consent of a device.
 */
public final class DeviceConsentBuilder {

	private final BundleRepository repository;

	private final AuditLogs logs;

	private Function<ConsentBundle, OfflineVerifier.Builder> verifiers = OfflineVerifier::builder;

	private @Nullable BundleRequest request;

	private Clock clock = Clock.systemUTC();

	private Duration clockSkew = Duration.ofSeconds(30);

	DeviceConsentBuilder(BundleRepository repository, AuditLogs logs) {
		this.repository = repository;
		this.logs = logs;
	}

	/**
	 * Makes the verifiers for a bundle; clock and skew are set by the consent.
	 */
	public DeviceConsentBuilder verifiers(Function<ConsentBundle, OfflineVerifier.Builder> verifiers) {
		this.verifiers = verifiers;
		return this;
	}

	/**
	 * What the device's bundle must have been issued for; without it any bundle will do.
	 */
	public DeviceConsentBuilder request(@Nullable BundleRequest request) {
		this.request = request;
		return this;
	}

	public DeviceConsentBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * How far this device's clock may differ from the service's; not negative.
	 */
	public DeviceConsentBuilder clockSkew(Duration clockSkew) {
		Assert.isTrue(!clockSkew.isNegative(), "'clockSkew' must not be negative");
		this.clockSkew = clockSkew;
		return this;
	}

	/**
	 * Builds the consent, which denies every call until it is
	 * {@linkplain DeviceConsent#open() opened}.
	 */
	public DeviceConsent build() {
		BundleChains chains = new BundleChains(this.logs);
		StandingFactory standings = new StandingFactory(chains, this.verifiers, this.request, this.clock,
				this.clockSkew);
		return new DeviceConsent(new StoredBundle(this.repository, chains, standings), chains, standings, this.clock);
	}

}
