package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * That a bundle's chain can no longer grow on the service.
 *
 * @param reason why
 * @param since when this device found out
 * @param sequence the entry where the chain cannot go on, if that is known
 */
public record Stranding(StrandingReason reason, Instant since, @Nullable Long sequence) {

	public Stranding {
		Objects.requireNonNull(reason, "reason");
		Objects.requireNonNull(since, "since");
	}

}
