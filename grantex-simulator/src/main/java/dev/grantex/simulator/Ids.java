package dev.grantex.simulator;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * Makes identifiers of the service's form: a prefix and a ULID.
 */
final class Ids {

	private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	private final Clock clock;

	private final SecureRandom random = new SecureRandom();

	Ids(Clock clock) {
		this.clock = clock;
	}

	String next(String prefix) {
		StringBuilder id = new StringBuilder(prefix).append('_');
		long millis = this.clock.millis();
		for (int shift = 45; shift >= 0; shift -= 5) {
			id.append(ALPHABET.charAt((int) (millis >>> shift) & 31));
		}
		for (int i = 0; i < 16; i++) {
			id.append(ALPHABET.charAt(this.random.nextInt(32)));
		}
		return id.toString();
	}

}
