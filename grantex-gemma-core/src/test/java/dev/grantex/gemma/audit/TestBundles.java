package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * Bundles for other grants than the recorded one. Their tokens need no valid signature: a
 * bundle's own token is read, not verified.
 */
public final class TestBundles {

	private TestBundles() {
	}

	public static ConsentBundle forGrant(String bundleId, String grantId) {
		return forScopes(bundleId, grantId, List.of("read:contacts"));
	}

	static ConsentBundle forScopes(String bundleId, String grantId, List<String> scopes) {
		ConsentBundle bundle = AuditVectors.bundle();
		String claims = "{\"iss\":\"https://grantex.dev\",\"sub\":\"user_alice\",\"agt\":\"did:grantex:ag_2\","
				+ "\"dev\":\"dev_1\",\"jti\":\"tok_2\",\"grnt\":" + CanonicalJson.write(grantId) + ",\"scp\":"
				+ scopes.stream().map(CanonicalJson::write).collect(Collectors.joining(",", "[", "]")) + "}";
		String token = encode("{\"alg\":\"RS256\",\"kid\":\"k\"}") + "." + encode(claims) + "." + encode("x");
		return new ConsentBundle(bundleId, token, bundle.jwksSnapshot(), bundle.offlineAuditKey(),
				bundle.checkpointAt(), null, bundle.offlineExpiresAt());
	}

	/**
	 * The refreshed form of the vectors' bundle.
	 */
	static ConsentBundle refreshed(OfflineAuditKey key) {
		ConsentBundle bundle = AuditVectors.bundle();
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(), key,
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

	private static String encode(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
