package dev.grantex.gemma.actuate;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Gauges of the consent's life and of the evidence that waits.
 */
public class GrantexMetrics implements MeterBinder {

	private final DeviceConsent consent;

	private final Clock clock;

	public GrantexMetrics(DeviceConsent consent, Clock clock) {
		this.consent = consent;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("grantex.gemma.audit.unsynced", this, GrantexMetrics::unsynchronized)
			.description(
					"Audit entries of the current bundle the service does not have yet; NaN where that is not known")
			.register(registry);
		Gauge.builder("grantex.gemma.bundle.expires", this, GrantexMetrics::secondsLeft)
			.description("Time left until the current bundle ends; negative once it has")
			.baseUnit("seconds")
			.register(registry);
	}

	private double unsynchronized() {
		ConsentStatus status = this.consent.status();
		OptionalLong known = status.unsynchronized();
		return (status.audit() != null && known.isPresent()) ? known.getAsLong() : Double.NaN;
	}

	private double secondsLeft() {
		return this.consent.bundle()
			.map((bundle) -> (double) Duration.between(this.clock.instant(), bundle.offlineExpiresAt()).toSeconds())
			.orElse(Double.NaN);
	}

}
