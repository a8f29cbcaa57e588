package dev.grantex.gemma.actuate;

import java.util.Optional;

/**
 * Something that does not stop calls but should be put right. Health shows it.
 */
@FunctionalInterface
public interface HealthWarning {

	/**
	 * What should be put right and how, if anything. Reads memory only.
	 */
	Optional<String> message();

}
