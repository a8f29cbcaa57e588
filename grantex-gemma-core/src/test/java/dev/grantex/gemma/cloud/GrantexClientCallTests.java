package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What each call sends, and what it makes of the hosted API's recorded answers.
 */
class GrantexClientCallTests {

	private static final String API_KEY = "dev-api-key-local";

	private final List<Instant> serviceTimes = new CopyOnWriteArrayList<>();

	private RecordingServer server;

	private GrantexClient client;

	@BeforeEach
	void start() throws IOException {
		this.server = RecordingServer.answering("");
		this.client = client(this.server.uri());
	}

	@AfterEach
	void stop() throws IOException {
		this.client.close();
		this.server.close();
	}

	@Test
	void createsABundle() {
		HttpVector vector = replay("create-201");
		ConsentBundle bundle = this.client.createConsentBundle(new BundleRequest("ag_01M7ZH38ZHFMSYYT6KS3ZVNZ2V",
				"user_alice", List.of("read:contacts", "write:calendar"), "72h", "device-01", "linux"));
		assertSent(vector);
		assertThat(this.server.request().headers()).containsEntry("content-type", "application/json");
		assertThat(bundle).isEqualTo(ConsentBundle.parse(vector.answer().toString()));
		assertThat(this.serviceTimes).containsExactly(Instant.parse("2026-11-21T17:10:01Z"));
	}

	@Test
	void leavesOutWhatIsNotAskedFor() {
		replay("create-201-minimal");
		this.client.createConsentBundle(new BundleRequest("ag_1", "user_bob", List.of("send:email"), null, null, null));
		assertThat(this.server.request().body()).isEqualTo("{\"agentId\":\"ag_1\",\"userId\":\"user_bob\","
				+ "\"scopes\":[\"send:email\"],\"offlineAuditKeyAlgorithm\":\"Ed25519\"}");
	}

	@Test
	void doesNotTakeADeviceStateFromTheService() {
		HttpVector vector = HttpVector.load("create-201");
		String withState = ConsentBundle.parse(vector.answer().toString())
			.withState(new BundleState(null, List.of(), true, null))
			.toJson();
		assertThat(ConsentBundle.parse(withState).state()).isNotNull();
		this.server.answerWith(vector, withState);
		assertThat(create().state()).isNull();
	}

	@Test
	void refreshesWithoutContentTypeAndBody() {
		HttpVector vector = replay("refresh-200");
		ConsentBundle bundle = this.client.refresh("bundle_01M7ZHC8N8G8X9904QW0PR6NCC");
		assertSent(vector);
		assertThat(this.server.request().headers()).doesNotContainKey("content-type")
			.doesNotContainKey("transfer-encoding");
		assertThat(bundle.bundleId()).isEqualTo("bundle_01M7ZHC8N8G8X9904QW0PR6NCC");
	}

	@ParameterizedTest
	@CsvSource({ "active,false,false", "after-second-revoke,true,false", "expired,false,false",
			"grant-only-revoked,false,true", "revoked-keep-grant,true,false", "revoked-with-grant,true,true" })
	void tellsWhetherTheConsentStands(String state, boolean revoked, boolean grantRevoked) {
		HttpVector vector = replay("revocation-status-200-" + state);
		RevocationStatus status = this.client
			.revocationStatus(vector.answer().get("data").get("bundleId").stringValue());
		assertSent(vector);
		assertThat(status.revoked()).isEqualTo(revoked);
		assertThat(status.grantRevoked()).isEqualTo(grantRevoked);
		assertThat(status.isWithdrawn()).isEqualTo(revoked || grantRevoked);
		assertThat(status.revokedAt() != null).isEqualTo(revoked);
		assertThat(status.checkpointAt()).isNotNull();
	}

	@Test
	void revokesABundleAndItsGrant() {
		HttpVector vector = replay("revoke-200-with-grant");
		Instant revokedAt = this.client.revoke("bundle_01M7ZHE1EN2ZAFV6XA5RRY74BY", true);
		assertSent(vector);
		assertThat(revokedAt).isEqualTo(Instant.parse("2026-11-21T17:11:01.351Z"));
	}

	@Test
	void revokesABundleAndKeepsItsGrant() {
		HttpVector vector = replay("revoke-200-keep-grant");
		this.client.revoke("bundle_01M7ZHC8Q6GHZEWE0G8V3X6SCG", false);
		assertSent(vector);
	}

	@Test
	void readsABundlesMetadata() {
		HttpVector vector = replay("get-200-after-sync");
		BundleMetadata metadata = this.client.bundle("bundle_01M7ZHC76WGXA3NFC36YWTPXPY");
		assertSent(vector);
		assertThat(metadata).isEqualTo(new BundleMetadata("bundle_01M7ZHC76WGXA3NFC36YWTPXPY",
				"ag_01M7ZH38ZHFMSYYT6KS3ZVNZ2V", "grnt_01M7ZHC76RR01CKQVSD9054DVV", "user_alice",
				List.of("read:contacts", "write:calendar"), "active", "device-02", "raspberry-pi",
				Instant.parse("2026-11-24T17:10:01.688Z"), Instant.parse("2026-11-21T17:10:01.688Z"), 5,
				Instant.parse("2026-11-21T17:10:01.741Z"), Instant.parse("2026-11-21T17:10:01.692Z"), null));
		assertThat(metadata.isRevoked()).isFalse();
	}

	@Test
	void knowsARevokedBundleByItsMetadata() {
		replay("get-200-revoked");
		assertThat(this.client.bundle("bundle_01M7ZHC8Q6GHZEWE0G8V3X6SCG").isRevoked()).isTrue();
	}

	@Test
	void listsBundlesPageByPage() {
		HttpVector vector = replay("list-200-cursor");
		BundlePage page = this.client.bundles(new BundleQuery(null, null, 2, "2026-11-21T17:10:01.508Z"));
		assertSent(vector);
		assertThat(page.bundles()).hasSize(2);
		assertThat(page.nextCursor()).isEqualTo("2026-11-21T17:10:01.474Z");
	}

	@Test
	void listsAllBundlesOnOnePage() {
		HttpVector vector = replay("list-200");
		BundlePage page = this.client.bundles(new BundleQuery(null, null, null, null));
		assertSent(vector);
		assertThat(page.nextCursor()).isNull();
	}

	@Test
	void encodesQueryParameters() {
		replay("list-200");
		this.client.bundles(new BundleQuery("active", "a&b=c d#/ü", null, null));
		assertThat(this.server.request().line())
			.isEqualTo("GET /v1/consent-bundles?status=active&agentId=a%26b%3Dc+d%23%2F%C3%BC HTTP/1.1");
	}

	@Test
	void readsTheEntriesTheServiceHas() {
		HttpVector vector = replay("audit-200");
		List<SyncedAuditEntry> entries = this.client.auditEntries("bundle_01M7ZHC76WGXA3NFC36YWTPXPY");
		assertSent(vector);
		assertThat(entries).extracting(SyncedAuditEntry::seq).containsExactly(1L, 2L, 3L, 4L, 5L);
		assertThat(entries.get(0).metadata()).isEqualTo("{\"n\":1}");
		assertThat(entries.get(0).syncedAt()).isEqualTo(Instant.parse("2026-11-21T17:10:01.709Z"));
	}

	@Test
	void uploadsEntriesByteForByte() {
		HttpVector vector = replay("sync-200");
		SyncResponse response = this.client.syncAudit("bundle_01M7ZHC76WGXA3NFC36YWTPXPY", "device-02", null,
				vector.entries());
		assertSent(vector);
		assertThat(this.server.request().headers()).containsEntry("content-type", "application/json");
		assertThat(response).isEqualTo(new SyncResponse(3, 0, false, null, List.of(), null));
	}

	@Test
	void learnsFromAnUploadThatTheGrantWasRevoked() {
		HttpVector vector = replay("sync-200-grant-revoked");
		SyncResponse response = this.client.syncAudit("bundle_01M7ZHE1EN2ZAFV6XA5RRY74BY", null, null,
				vector.entries());
		assertSent(vector);
		assertThat(response.revoked()).isTrue();
		assertThat(response.revokedAt()).isEqualTo(Instant.parse("2026-11-21T17:11:01.351Z"));
	}

	@Test
	void takesANewBundleFromAnUpload() {
		HttpVector vector = HttpVector.load("sync-200");
		String bundle = HttpVector.load("create-201").answer().toString();
		this.server.answerWith(vector,
				vector.answer().toString().replace("\"newBundle\":null", "\"newBundle\":" + bundle));
		SyncResponse response = this.client.syncAudit("bundle_1", null, null, vector.entries());
		assertThat(response.newBundle()).isEqualTo(ConsentBundle.parse(bundle));
	}

	@Test
	void readsThePublicKeysWithoutShowingTheApiKey() {
		HttpVector vector = replay("jwks-200");
		assertThat(this.client.jwks()).isEqualTo(vector.answer().toString());
		assertThat(this.server.request().line()).isEqualTo("GET /.well-known/jwks.json HTTP/1.1");
		assertThat(this.server.request().headers()).doesNotContainKey("authorization");
		assertThat(this.serviceTimes).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "///" })
	void acceptsABaseUrlWithTrailingSlashes(String slashes) {
		replay("get-200");
		try (GrantexClient slashed = client(URI.create(this.server.uri() + slashes))) {
			slashed.bundle("bundle_01M7ZHC6Z29PZV1V2111WMNWC1");
		}
		assertThat(this.server.request().line()).startsWith("GET /v1/consent-bundles/bundle_");
	}

	@Test
	void keepsTheBaseUrlsPath() {
		replay("get-200");
		try (GrantexClient prefixed = client(URI.create(this.server.uri() + "/grantex/api/"))) {
			prefixed.bundle("bundle_01M7ZHC6Z29PZV1V2111WMNWC1");
		}
		assertThat(this.server.request().line()).startsWith("GET /grantex/api/v1/consent-bundles/bundle_");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", ".", "..", "a/b", "a/../b", "a%2Fb", "a?b", "a#b", "a b", "a\r\nb", "ä" })
	void refusesABundleIdThatWouldChangeTheAddress(String bundleId) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.client.revocationStatus(bundleId))
			.withMessage("The bundle id is not valid");
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void aListenerThatFailsDoesNotLoseTheAnswer() {
		replay("refresh-200");
		try (GrantexClient listening = GrantexClient.builder()
			.baseUrl(this.server.uri())
			.apiKey(API_KEY)
			.serviceTimeListener((time) -> {
				throw new IllegalStateException("listener");
			})
			.build()) {
			assertThat(listening.refresh("bundle_01M7ZHC8N8G8X9904QW0PR6NCC")).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "soon", "Sat, 21 Nov", "99999999999999999999" })
	void anUnreadableDateIsNotReported(String date) {
		HttpVector vector = HttpVector.load("get-200");
		String answer = new String(vector.bytes(), StandardCharsets.UTF_8).replaceAll("date: [^\r]*", "date: " + date);
		this.server.answerWith(answer);
		this.client.bundle("bundle_01M7ZHC6Z29PZV1V2111WMNWC1");
		assertThat(this.serviceTimes).isEmpty();
	}

	@Test
	void manyThreadsMayCallAtOnce() throws Exception {
		replay("revocation-status-200-active");
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<RevocationStatus>> answers = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				answers.add(threads.submit(() -> this.client.revocationStatus("bundle_01M7ZHC6Z29PZV1V2111WMNWC1")));
			}
			for (Future<RevocationStatus> answer : answers) {
				assertThat(answer.get().isWithdrawn()).isFalse();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.serviceTimes).hasSize(64);
	}

	private ConsentBundle create() {
		return this.client.createConsentBundle(new BundleRequest("ag_1", "user_1", List.of("a"), null, null, null));
	}

	private HttpVector replay(String name) {
		HttpVector vector = HttpVector.load(name);
		this.server.answerWith(vector);
		return vector;
	}

	private void assertSent(HttpVector vector) {
		assertThat(this.server.requests()).hasSize(1);
		RecordingServer.Request request = this.server.request();
		assertThat(request.line()).isEqualTo(vector.method() + " " + vector.path() + " HTTP/1.1");
		assertThat(request.headers()).containsEntry("authorization", "Bearer " + API_KEY)
			.doesNotContainKeys("upgrade", "http2-settings");
		assertThat(request.body()).isEqualTo(vector.requestBody());
	}

	private GrantexClient client(URI baseUrl) {
		return GrantexClient.builder()
			.baseUrl(baseUrl)
			.apiKey(API_KEY)
			.serviceTimeListener(this.serviceTimes::add)
			.build();
	}

}
