package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A simulated service in which the recorded requests can be made again: identifiers,
 * hashes and signatures of the recordings are replaced by those that mean the same here.
 */
final class ReplayWorld {

	private static final String RECORDED_KEY = "Bearer dev-api-key-local";

	private static final String RECORDED_OTHER_KEY = "Bearer bulk-api-key-local-0001";

	private static final String RECORDED_AGENT = "ag_01M7ZH38ZHFMSYYT6KS3ZVNZ2V";

	private static final String RECORDED_OTHER_AGENT = "ag_01M7ZH392MVCJXD6VS6SFZ2PSP";

	private static final String[] SCOPES = { "read:contacts", "write:calendar", "send:email" };

	private final GrantexSimulator simulator;

	private final Customer other;

	private final Agent agent;

	private final Agent otherAgent;

	private final TestClient client;

	private final Map<String, String> replacements = new HashMap<>();

	private Device device;

	ReplayWorld(GrantexSimulator simulator, TestClient client) {
		this.simulator = simulator;
		this.client = client;
		this.other = simulator.createCustomer("bulk", 2000);
		this.agent = simulator.customer().registerAgent("agent", SCOPES);
		this.otherAgent = this.other.registerAgent("agent", SCOPES);
		this.replacements.put(RECORDED_KEY, "Bearer " + this.simulator.customer().apiKey());
		this.replacements.put(RECORDED_OTHER_KEY, "Bearer " + this.other.apiKey());
		this.replacements.put(RECORDED_AGENT, this.agent.id());
		this.replacements.put(RECORDED_OTHER_AGENT, this.otherAgent.id());
		this.replacements.put("did:grantex:" + RECORDED_AGENT, this.agent.did());
		this.replacements.put("did:grantex:" + RECORDED_OTHER_AGENT, this.otherAgent.did());
	}

	GrantexSimulator simulator() {
		return this.simulator;
	}

	TestClient client() {
		return this.client;
	}

	Device device() {
		return this.device;
	}

	Customer other() {
		return this.other;
	}

	void replace(String recorded, String here) {
		this.replacements.put(recorded, here);
	}

	/**
	 * Issues the bundle that a recording is about.
	 */
	Device issue(Recording recording, String ttl) {
		boolean others = recording.headers().getOrDefault("authorization", "").equals(RECORDED_OTHER_KEY)
				&& !recording.name().contains("other-developer") || recording.name().equals("sync-429-route-other-key");
		return issue(recording, others ? this.other : this.simulator.customer(), others ? this.otherAgent : this.agent,
				ttl);
	}

	private Device issue(Recording recording, Customer customer, Agent agent, String ttl) {
		boolean narrow = recording.name().contains("429");
		ObjectNode request = Json.object();
		request.put("agentId", agent.id()).put("userId", "user_alice").put("offlineTTL", ttl);
		request.set("scopes",
				Json.strings(narrow ? List.of("read:contacts") : List.of("read:contacts", "write:calendar")));
		if (recording.name().equals("get-200-after-sync")) {
			request.put("deviceId", "device-02").put("devicePlatform", "raspberry-pi");
		}
		this.device = Device.withBundle(new TestClient(this.simulator, customer), agent, request);
		adopt(recording);
		return this.device;
	}

	/**
	 * Issues a bundle like one that a recorded answer describes.
	 */
	void issueLike(JsonNode summary) {
		ObjectNode request = Json.object();
		request.put("agentId", this.agent.id());
		for (String name : List.of("userId", "scopes", "offlineTTL", "deviceId", "devicePlatform")) {
			if (!summary.get(name).isNull()) {
				request.set(name, summary.get(name));
			}
		}
		String id = this.client.post("/v1/consent-bundles", request).json().get("bundleId").stringValue();
		this.replacements.put(summary.get("id").stringValue(), id);
		if (summary.get("status").stringValue().equals("revoked")) {
			this.simulator.revokeBundle(id, false);
		}
	}

	/**
	 * Lets the bundle and the grant of a recorded request stand for the device's.
	 */
	void adopt(Recording recording) {
		this.replacements.put(recordedBundle(recording), this.device.bundleId());
		for (JsonNode entry : recording.request().path("body").path("entries")) {
			if (entry.path("grantId").asString("").matches("grnt_01.*")) {
				this.replacements.put(entry.get("grantId").stringValue(), this.device.grantId());
			}
		}
	}

	/**
	 * Signs the entries of a request with the key of now, to send them later.
	 */
	void signBeforeRefresh(Recording recording) {
		recording.requestBody().get("entries").forEach((entry) -> entry(recording, entry));
	}

	/**
	 * Makes a recorded upload again that was accepted.
	 */
	void accept(String name) {
		assertThat(replay(Recording.load(name)).status()).isEqualTo(200);
	}

	TestClient.Result replay(Recording recording) {
		Map<String, String> headers = new LinkedHashMap<>(recording.headers());
		headers.computeIfPresent("authorization", (key, value) -> replaced(value));
		TestClient sender = recording.isUpgrade() ? this.client.upgrading() : this.client;
		return sender.exchange(recording.method(), replaced(recording.target()), headers, body(recording));
	}

	void refresh() {
		assertThat(this.device.refresh().status()).isEqualTo(200);
	}

	void letExpire() {
		this.simulator.clock().advance(Duration.ofDays(8));
	}

	private String body(Recording recording) {
		String text = recording.bodyText();
		if (text == null || !recording.target().equals("/v1/audit/offline-sync")
				|| !recording.request().get("body").isObject()) {
			return (text != null) ? replaced(text) : null;
		}
		ObjectNode body = recording.requestBody().deepCopy();
		if (body.path("bundleId").isString()) {
			body.put("bundleId", replaced(body.get("bundleId").stringValue()));
		}
		if (body.path("entries").isArray()) {
			ArrayNode entries = JsonNodeFactory.instance.arrayNode();
			body.get("entries").forEach((entry) -> entries.add(entry.isObject() ? entry(recording, entry) : entry));
			body.set("entries", entries);
		}
		return EcmaJsonWriter.write(body);
	}

	private ObjectNode entry(Recording recording, JsonNode recorded) {
		ObjectNode entry = (ObjectNode) recorded.deepCopy();
		for (String name : List.of("agentDID", "grantId", "prevHash")) {
			entry.put(name,
					this.replacements.getOrDefault(entry.get(name).stringValue(), entry.get(name).stringValue()));
		}
		String recordedHash = recorded.get("hash").stringValue();
		boolean wholeForm = recorded.get("scopes").isArray();
		if (wholeForm && Device.hash((ObjectNode) recorded).equals(recordedHash.toLowerCase(Locale.ROOT))) {
			String hash = Device.hash(entry);
			boolean upper = !recordedHash.equals(recordedHash.toLowerCase(Locale.ROOT));
			entry.put("hash", upper ? hash.toUpperCase(Locale.ROOT) : hash);
			this.replacements.put(recordedHash, hash);
		}
		if (!isSignedByAnOldKey(recording, entry)) {
			this.device.sign(entry);
			this.replacements.put(signatureName(entry), entry.get("signature").stringValue());
		}
		spoilSignature(recording, entry);
		return entry;
	}

	private boolean isSignedByAnOldKey(Recording recording, ObjectNode entry) {
		String old = this.replacements.get(signatureName(entry));
		if (!recording.name().startsWith("sync-400-after-refresh") || old == null) {
			return false;
		}
		entry.put("signature", old);
		return true;
	}

	private static String signatureName(ObjectNode entry) {
		return "signature of " + entry.get("hash").stringValue();
	}

	private void spoilSignature(Recording recording, ObjectNode entry) {
		String signature = entry.get("signature").stringValue();
		switch (recording.name()) {
			case "sync-400-bad-signature", "sync-400-several-errors" -> {
				if (recording.name().endsWith("signature") || entry.get("seq").intValue() == 7) {
					entry.put("signature", ((signature.charAt(0) == '0') ? "1" : "0") + signature.substring(1));
				}
			}
			case "sync-400-bad-signature-other-key" ->
				entry.put("signature", new ReplayKey().sign(entry.get("hash").stringValue()));
			case "sync-400-signature-base64url" ->
				entry.put("signature", Base64.getUrlEncoder().encodeToString(HexFormat.of().parseHex(signature)));
			default -> {
			}
		}
	}

	private String recordedBundle(Recording recording) {
		JsonNode inBody = recording.request().path("body").path("bundleId");
		if (inBody.isString()) {
			return inBody.stringValue();
		}
		for (String segment : recording.target().split("[/?]")) {
			if (segment.startsWith("bundle_")) {
				return segment;
			}
		}
		return "no bundle";
	}

	private String replaced(String text) {
		String result = text;
		List<Map.Entry<String, String>> longestFirst = new ArrayList<>(this.replacements.entrySet());
		longestFirst.sort((a, b) -> b.getKey().length() - a.getKey().length());
		for (Map.Entry<String, String> replacement : longestFirst) {
			result = result.replace(replacement.getKey(), replacement.getValue());
		}
		return result;
	}

	/**
	 * A key that no bundle knows.
	 */
	private static final class ReplayKey {

		String sign(String hash) {
			try {
				Signature signer = Signature.getInstance("Ed25519");
				signer.initSign(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
				signer.update(hash.getBytes(StandardCharsets.US_ASCII));
				return HexFormat.of().formatHex(signer.sign());
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
