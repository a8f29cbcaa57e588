package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device that holds a bundle and keeps its chain of entries.
 */
final class Device {

	static final String GENESIS = "0000000000000000";

	private final TestClient client;

	private final ObjectNode bundle;

	private PrivateKey key;

	private long seq;

	private String head = GENESIS;

	private final String agentDid;

	private final String grantId;

	private Device(TestClient client, ObjectNode bundle, String agentDid, String grantId) {
		this.client = client;
		this.bundle = bundle;
		this.agentDid = agentDid;
		this.grantId = grantId;
		useKeyOf(bundle);
	}

	static Device withBundle(TestClient client, Agent agent, Collection<String> scopes) {
		return withBundle(client, agent, scopes, "72h");
	}

	static Device withBundle(TestClient client, Agent agent, Collection<String> scopes, String ttl) {
		ObjectNode request = Json.object();
		request.put("agentId", agent.id()).put("userId", "user_alice").put("offlineTTL", ttl);
		request.set("scopes", Json.strings(scopes));
		return withBundle(client, agent, request);
	}

	static Device withBundle(TestClient client, Agent agent, ObjectNode request) {
		ObjectNode bundle = client.post("/v1/consent-bundles", request).json();
		JsonNode claims = claims(bundle);
		return new Device(client, bundle, agent.did(), claims.get("grnt").stringValue());
	}

	static JsonNode claims(JsonNode bundle) {
		String payload = bundle.get("grantToken").stringValue().split("\\.")[1];
		return EcmaJsonParser.parse(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
	}

	void useKeyOf(JsonNode issued) {
		String pem = issued.get("offlineAuditKey").get("privateKey").stringValue();
		byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
		try {
			this.key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String bundleId() {
		return this.bundle.get("bundleId").stringValue();
	}

	ObjectNode bundle() {
		return this.bundle;
	}

	String grantId() {
		return this.grantId;
	}

	String agentDid() {
		return this.agentDid;
	}

	long seq() {
		return this.seq;
	}

	String head() {
		return this.head;
	}

	/**
	 * Appends an entry with the next place in the chain.
	 */
	ObjectNode append(String action) {
		ObjectNode entry = draft(action);
		seal(entry);
		keep(entry);
		return entry;
	}

	List<ObjectNode> append(int count) {
		List<ObjectNode> entries = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			entries.add(append("tool:read_contacts"));
		}
		return entries;
	}

	ObjectNode draft(String action) {
		ObjectNode entry = Json.object();
		entry.put("seq", this.seq + 1);
		entry.put("timestamp", "2026-11-21T12:00:00.000Z");
		entry.put("action", action);
		entry.put("agentDID", this.agentDid);
		entry.put("grantId", this.grantId);
		entry.putArray("scopes").add("read:contacts");
		entry.put("result", "success");
		entry.put("prevHash", this.head);
		return entry;
	}

	void keep(ObjectNode entry) {
		this.seq = entry.get("seq").longValue();
		this.head = entry.get("hash").stringValue();
	}

	void seal(ObjectNode entry) {
		entry.put("hash", hash(entry));
		sign(entry);
	}

	void sign(ObjectNode entry) {
		entry.put("signature", signature(entry.get("hash").stringValue()));
	}

	String signature(String hash) {
		return HexFormat.of().formatHex(signatureBytes(hash.getBytes(StandardCharsets.US_ASCII)));
	}

	byte[] signatureBytes(byte[] content) {
		try {
			Signature signer = Signature.getInstance("Ed25519");
			signer.initSign(this.key);
			signer.update(content);
			return signer.sign();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The hash written out a second time, so that the service's is not checked against
	 * itself.
	 */
	static String hash(ObjectNode entry) {
		JsonNode metadata = entry.path("metadata");
		List<String> scopes = new ArrayList<>();
		entry.get("scopes").forEach((scope) -> scopes.add(scope.asString()));
		String text = entry.get("seq").asString() + "|" + entry.get("timestamp").stringValue() + "|"
				+ entry.get("action").stringValue() + "|" + entry.get("agentDID").stringValue() + "|"
				+ entry.get("grantId").stringValue() + "|" + String.join(",", scopes) + "|"
				+ entry.get("result").stringValue() + "|" + (metadata.isMissingNode() ? "" : metadata.toString()) + "|"
				+ entry.get("prevHash").stringValue();
		return sha256(text);
	}

	static String sha256(String text) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	ObjectNode batch(Collection<? extends JsonNode> entries) {
		ObjectNode body = Json.object();
		body.put("bundleId", bundleId());
		body.putArray("entries").addAll(List.copyOf(entries));
		return body;
	}

	TestClient.Result sync(Collection<? extends JsonNode> entries) {
		return this.client.post("/v1/audit/offline-sync", batch(entries));
	}

	TestClient.Result refresh() {
		TestClient.Result result = this.client.post("/v1/consent-bundles/" + bundleId() + "/refresh");
		if (result.status() == 200) {
			useKeyOf(result.json());
		}
		return result;
	}

	TestClient.Result revoke(boolean grantToo) {
		return this.client.post("/v1/consent-bundles/" + bundleId() + "/revoke",
				Json.object().put("revokeGrant", grantToo));
	}

}
