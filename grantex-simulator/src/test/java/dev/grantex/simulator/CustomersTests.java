package dev.grantex.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class CustomersTests extends SimulatorFixture {

	@Test
	void customersDoNotSeeEachOthersBundles() {
		Device device = device();
		TestClient stranger = new TestClient(this.simulator, this.simulator.createCustomer("stranger"));
		String path = "/v1/consent-bundles/" + device.bundleId();
		for (String target : List.of(path, path + "/revocation-status", path + "/audit")) {
			assertThat(stranger.get(target).status()).isEqualTo(404);
		}
		for (String target : List.of(path + "/refresh", path + "/revoke")) {
			assertThat(stranger.post(target).status()).isEqualTo(404);
		}
		assertThat(stranger.post("/v1/audit/offline-sync", device.batch(device.append(1))).status()).isEqualTo(404);
		assertThat(
				stranger.exchange("DELETE", "/v1/grants/" + device.grantId(), Map.of("authorization", "Bearer x"), null)
					.status())
			.isEqualTo(401);
		assertThat(stranger.get("/v1/consent-bundles").json().get("bundles")).isEmpty();
	}

	@Test
	void oneKeySignsForAllCustomers() {
		Customer stranger = this.simulator.createCustomer("stranger");
		String token = stranger.mintToken(this.agent, "user_eve", "read:contacts");
		JsonNode verified = this.client.post("/v1/tokens/verify", Json.object().put("token", token)).json();
		assertThat(verified.get("valid").booleanValue()).isTrue();
		assertThat(claims(token).get("dev").stringValue()).isEqualTo(stranger.developerId());
	}

	@Test
	void mintedTokensTakeExtraClaimsAndAnyLifetime() {
		Map<String, Object> extra = new HashMap<>(Map.of("delegationDepth", 2, "iss", "https://other.example"));
		extra.put("jti", null);
		String token = this.simulator.customer()
			.mintToken(this.agent, "user_alice", List.of("read:contacts"), Duration.ofHours(-1), extra);
		JsonNode claims = claims(token);
		assertThat(claims.get("delegationDepth").intValue()).isEqualTo(2);
		assertThat(claims.get("iss").stringValue()).isEqualTo("https://other.example");
		assertThat(claims.has("jti")).isFalse();
		assertThat(claims.has("aud")).isFalse();
		assertThat(claims.get("agt").stringValue()).isEqualTo(this.agent.did());
		assertThat(this.client.post("/v1/tokens/verify", Json.object().put("token", token)).text())
			.isEqualTo("{\"valid\":false}");
	}

	@Test
	void agentsMayBeRegisteredOverHttp() {
		JsonNode json = this.client.post("/v1/agents", "{\"name\":\"new\",\"scopes\":[\"read:files\"]}").json();
		String request = "{\"agentId\":\"" + json.get("agentId").stringValue()
				+ "\",\"userId\":\"u\",\"scopes\":[\"read:files\"]}";
		assertThat(this.client.post("/v1/consent-bundles", request).status()).isEqualTo(201);
	}

	private static JsonNode claims(String token) {
		return Device.claims(Json.object().put("grantToken", token));
	}

}
