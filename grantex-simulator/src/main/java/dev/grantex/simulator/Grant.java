package dev.grantex.simulator;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A user's consent, which a bundle or a minted token rests on.
 */
record Grant(String id, String developerId, @Nullable Instant revokedAt) {

	boolean isRevoked() {
		return this.revokedAt != null;
	}

	Grant revoke(Instant at) {
		return new Grant(this.id, this.developerId, at);
	}

}
