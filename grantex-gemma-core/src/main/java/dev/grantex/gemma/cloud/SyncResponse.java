package dev.grantex.gemma.cloud;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The service's answer to an upload of audit entries.
 *
 * @param accepted how many entries it has now, those it already had included
 * @param rejected how many it refused
 * @param revoked whether the grant was revoked. A bundle revoked without its grant does
 * not show here, only in {@link GrantexClient#revocationStatus(String)}
 * @param revokedAt when it was revoked, as far as the service tells
 * @param errors what it has against single entries
 * @param newBundle a bundle to use from now on, if the service sent one
 */
public record SyncResponse(int accepted, int rejected, boolean revoked, @Nullable Instant revokedAt,
		List<EntryError> errors, @Nullable ConsentBundle newBundle) {

	public SyncResponse {
		errors = List.copyOf(errors);
	}

}
