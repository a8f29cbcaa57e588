package dev.grantex.gemma.cloud;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import dev.grantex.gemma.bundle.BundleRequest;

/**
 * The bodies of requests other than uploads.
 */
final class RequestBodies {

	private static final JsonMapper JSON = new JsonMapper();

	private RequestBodies() {
	}

	static byte[] create(BundleRequest request) {
		ObjectNode body = JSON.createObjectNode();
		body.put("agentId", request.agentId());
		body.put("userId", request.userId());
		request.scopes().forEach(body.putArray("scopes")::add);
		putIfPresent(body, "offlineTTL", request.offlineTtl());
		body.put("offlineAuditKeyAlgorithm", "Ed25519");
		putIfPresent(body, "deviceId", request.deviceId());
		putIfPresent(body, "devicePlatform", request.devicePlatform());
		return write(body);
	}

	static byte[] revoke(boolean revokeGrant) {
		return write(JSON.createObjectNode().put("revokeGrant", revokeGrant));
	}

	private static byte[] write(ObjectNode body) {
		try {
			return JSON.writeValueAsBytes(body);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The request holds text that is not Unicode");
		}
	}

	private static void putIfPresent(ObjectNode body, String name, @Nullable String value) {
		if (value != null) {
			body.put(name, value);
		}
	}

}
