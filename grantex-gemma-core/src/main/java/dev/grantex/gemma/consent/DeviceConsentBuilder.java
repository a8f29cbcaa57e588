package dev.grantex.gemma.consent;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

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

	final BundleRepository repository;

	final AuditLogs logs;

	Function<ConsentBundle, OfflineVerifier.Builder> verifiers = OfflineVerifier::builder;

	@Nullable BundleRequest request;

	@Nullable Path auditPath;

	Clock clock = Clock.systemUTC();

	LongSupplier nanoTime = System::nanoTime;

	Duration clockSkew = Duration.ofSeconds(30);

	Duration longestClosing = Duration.ofSeconds(10);

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

	/**
	 * The active file of the audit log, in whose directory evidence is looked for that is
	 * left there without its bundle; none is without it.
	 */
	public DeviceConsentBuilder auditPath(Path auditPath) {
		this.auditPath = auditPath;
		return this;
	}

	public DeviceConsentBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * The time that nobody can set.
	 */
	DeviceConsentBuilder nanoTime(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
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
	 * How long closing waits for a change under way, which gives up the files later then.
	 */
	DeviceConsentBuilder longestClosing(Duration longestClosing) {
		this.longestClosing = longestClosing;
		return this;
	}

	/**
	 * Builds the consent, which denies every call until it is
	 * {@linkplain DeviceConsent#open() opened}.
	 */
	public DeviceConsent build() {
		return new DeviceConsent(this);
	}

}
