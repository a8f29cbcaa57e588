package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Access to the recorded vectors.
 */
public final class AuditVectors {

	private static final JsonMapper JSON = new JsonMapper();

	private AuditVectors() {
	}

	public static String text(String name) {
		try (InputStream in = AuditVectors.class.getResourceAsStream("/vectors/" + name)) {
			if (in == null) {
				throw new IllegalArgumentException(name);
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public static JsonNode json(String name) {
		return JSON.readTree(text(name));
	}

	public static JsonNode parse(String json) {
		return JSON.readTree(json);
	}

	/** Not {@code String#lines}, which would also split at a lone carriage return. */
	static List<String> lines(String name) {
		return List.of(text(name).split("\n"));
	}

	public static String string(JsonNode node, String name) {
		return node.get(name).stringValue();
	}

	public static OfflineAuditKey key(String name) {
		JsonNode key = json(name);
		return new OfflineAuditKey(string(key, "publicKey"), string(key, "privateKey"), "Ed25519");
	}

	public static ConsentBundle bundle() {
		for (JsonNode positive : json("manifest.json").get("positive")) {
			if ("bundle-ts-v1.enc".equals(string(positive, "file"))) {
				return ConsentBundle.parse(string(positive, "plaintext"));
			}
		}
		throw new IllegalStateException("bundle-ts-v1.enc");
	}

	public static ConsentBundle withKey(ConsentBundle bundle, OfflineAuditKey key) {
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(), key,
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt(), bundle.state());
	}

	public static ChainCodec codec(OfflineAuditKey key) {
		return entryCodec(key);
	}

	static EntryCodec entryCodec(OfflineAuditKey key) {
		EntryCodec codec = new EntryCodec(new ChainKeys(List.of(key.publicKey())));
		codec.signWith(EntrySigner.of(key));
		return codec;
	}

	public static VerifiedGrant ownGrant() {
		BundleIdentity identity = BundleIdentity.of(bundle());
		return grant(identity.agentDid(), identity.principalDid(), identity.grantId());
	}

	static VerifiedGrant grant(String agentDid, String principalDid, String grantId) {
		return new VerifiedGrant(agentDid, principalDid, "dev_1", List.of("read:contacts"), null,
				Instant.parse("2100-01-01T00:00:00Z"), "tok_caller", grantId, 0, null, null);
	}

}
