package dev.grantex.gemma.grant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.GrantTokenException;
import dev.grantex.gemma.ProcessResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class GrantTokenVerifierTests {

	private static final SignedTokens TOKENS = new SignedTokens("key-1");

	private static final SignedTokens ROTATED = new SignedTokens("key-2");

	private static final SignedTokens REKEYED = new SignedTokens("key-1");

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger redirected = new AtomicInteger();

	private final AtomicReference<HttpHandler> answer = new AtomicReference<>(json(TOKENS.jwks()));

	private final MovableClock clock = new MovableClock(SignedTokens.NOW);

	private final CountDownLatch finished = new CountDownLatch(1);

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private HttpServer server;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.executor);
		this.server.createContext("/jwks", (exchange) -> {
			this.requests.incrementAndGet();
			this.answer.get().handle(exchange);
		});
		this.server.createContext("/elsewhere", (exchange) -> {
			this.redirected.incrementAndGet();
			json(TOKENS.jwks()).handle(exchange);
		});
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.finished.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	@Test
	void verifiesWithThePublishedKeysAndFetchesThemOnce() {
		GrantTokenVerifier verifier = builder().build();
		assertThat(this.requests).hasValue(0);
		assertThat(verifier.verify(TOKENS.token("")).agentDid()).isEqualTo("did:grantex:ag_1");
		assertThat(verifier.verify(TOKENS.token("")).developerId()).isEqualTo("dev_1");
		assertThat(this.requests).hasValue(1);
	}

	@Test
	void fetchesTheKeysAgainWhenATokenNamesANewOne() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		this.answer.set(json(ROTATED.jwks()));
		assertThat(verifier.verify(ROTATED.token(""))).isNotNull();
		assertRefused(verifier, TOKENS.token(""));
	}

	@Test
	void doesNotLetUnknownKeysFloodTheService() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		for (int index = 0; index < 20; index++) {
			assertRefused(verifier, ROTATED.token(""));
		}
		assertThat(this.requests).hasValue(2);
		assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
		this.clock.advance(Duration.ofSeconds(31));
		assertRefused(verifier, ROTATED.token(""));
		assertThat(this.requests).hasValue(3);
	}

	@Test
	void takesTheNewKeyOfAnOldNameAtOnce() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		this.answer.set(json(REKEYED.jwks()));
		assertThat(verifier.verify(REKEYED.token(""))).isNotNull();
		assertThat(verifier.verify(REKEYED.token(""))).isNotNull();
		assertThat(this.requests).hasValue(2);
		assertRefused(verifier, TOKENS.token(""));
	}

	@Test
	void fetchesTheNewKeyOfAnOldNameOnceForAllWhoNeedIt() throws Exception {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch waiting = new CountDownLatch(8);
		this.answer.set((exchange) -> {
			asked.countDown();
			await(waiting);
			json(REKEYED.jwks()).handle(exchange);
		});
		String token = REKEYED.token("");
		List<Future<VerifiedGrant>> verified = new ArrayList<>();
		for (int thread = 0; thread < 8; thread++) {
			verified.add(this.executor.submit(() -> {
				waiting.countDown();
				return verifier.verify(token);
			}));
		}
		asked.await();
		for (Future<VerifiedGrant> grant : verified) {
			assertThat(grant.get().agentDid()).isEqualTo("did:grantex:ag_1");
		}
		assertThat(this.requests).hasValue(2);
	}

	@Test
	void doesNotLetBadSignaturesFloodTheServiceOrKeepGoodTokensOut() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		String forged = REKEYED.token("");
		for (int index = 0; index < 20; index++) {
			assertRefused(verifier, forged);
			assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
		}
		assertThat(this.requests).hasValue(2);
		this.answer.set(json(REKEYED.jwks()));
		this.clock.advance(Duration.ofSeconds(31));
		assertThat(verifier.verify(forged)).isNotNull();
		assertThat(this.requests).hasValue(3);
	}

	@Test
	void saysOfABadSignatureWhatItIsAlsoWithoutTheService() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(TOKENS.token(""));
		this.server.stop(0);
		for (int index = 0; index < 3; index++) {
			assertThatExceptionOfType(GrantTokenException.class).isThrownBy(() -> verifier.verify(REKEYED.token("")))
				.withMessageContaining("signature");
		}
		assertThat(verifier.verify(TOKENS.token(""))).isNotNull();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void fetchesLeaveNeitherThreadsNorDescriptors() {
		GrantTokenVerifier verifier = builder().build();
		fetch(verifier, 2);
		ProcessResources before = ProcessResources.now();
		fetch(verifier, 12);
		before.awaitAgain(3, 8 * 1024 * 1024);
		assertThat(this.requests).hasValue(14);
	}

	@Test
	void keepsVerifyingThroughAnOutageForADay() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(longLived());
		this.server.stop(0);
		this.clock.advance(Duration.ofHours(1));
		assertThat(verifier.verify(longLived())).isNotNull();
		this.clock.advance(Duration.ofHours(26));
		assertRefused(verifier, longLived());
	}

	@Test
	void forgetsAKeyThatIsNoLongerPublished() {
		GrantTokenVerifier verifier = builder().build();
		verifier.verify(longLived());
		this.answer.set(json(ROTATED.jwks()));
		this.clock.advance(Duration.ofMinutes(6));
		assertRefused(verifier, longLived());
	}

	@Test
	void refusesWhenTheServiceWasNeverReached() {
		this.server.stop(0);
		assertRefused(builder().build(), TOKENS.token(""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>", "[]", "{}", "{\"keys\":7}", "{\"keys\":[]}", "{\"keys\":[null,7,{}]}",
			"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"key-1\",\"n\":\"AA\",\"e\":\"AQAB\"}]}" })
	void refusesWhenTheAnswerHoldsNoKeys(String content) {
		this.answer.set(json(content));
		assertRefused(builder().build(), TOKENS.token(""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 201, 204, 304, 401, 404, 500, 503 })
	void refusesWhenTheAnswerIsNotOk(int status) {
		this.answer.set((exchange) -> {
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		assertRefused(builder().build(), TOKENS.token(""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void followsNoRedirect(int status) {
		this.answer.set((exchange) -> {
			exchange.getResponseHeaders().add("location", uri("/elsewhere").toString());
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		assertRefused(builder().build(), TOKENS.token(""));
		assertThat(this.redirected).hasValue(0);
	}

	@Test
	void hangsUpOnAnAnswerThatIsTooLarge() {
		this.answer.set(json("{\"keys\":[],\"x\":\"" + "x".repeat(2_000_000) + "\"}"));
		assertRefused(builder().build(), TOKENS.token(""));
	}

	@Test
	void doesNotWaitForAnAnswerThatNeverEnds() {
		this.answer.set((exchange) -> {
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write('{');
			exchange.getResponseBody().flush();
			await(this.finished);
		});
		assertRefused(builder().timeout(Duration.ofMillis(300)).build(), TOKENS.token(""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
			"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", "220 mail.example.com ESMTP\r\n\r\n" })
	void closesTheConnectionOfAnAnswerThatDoesNotComeOrIsNone(String answer) throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CountDownLatch asked = new CountDownLatch(1);
			Future<Boolean> closed = this.executor.submit(() -> {
				while (!socket.isClosed()) {
					try (Socket connection = socket.accept()) {
						InputStream in = connection.getInputStream();
						if (in.read() != -1) {
							asked.countDown();
							connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
							in.transferTo(OutputStream.nullOutputStream());
							return true;
						}
					}
					catch (SocketException ex) {
						// A reset is an end like any other.
						if (asked.getCount() == 0) {
							return true;
						}
					}
				}
				return false;
			});
			URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/jwks");
			do {
				// The time may be over before anything was sent.
				assertRefused(GrantTokenVerifier.builder(uri).timeout(Duration.ofSeconds(1)).build(), TOKENS.token(""));
			}
			while (asked.getCount() > 0 && !closed.isDone());
			assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void refusesWhenInterruptedAndStaysInterrupted() {
		Thread.currentThread().interrupt();
		assertRefused(builder().build(), TOKENS.token(""));
		assertThat(Thread.interrupted()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"dev\":\"dev_1\",", "\"iat\":1795283940,", "\"jti\":\"tok_1\",", "\"sub\":\"user_1\",",
			"\"agt\":\"did:grantex:ag_1\",", "\"scp\":[\"read:contacts\"],", "\"exp\":1795284600," })
	void needsEveryClaim(String member) {
		String claims = "{\"dev\":\"dev_1\",\"iat\":1795283940,\"jti\":\"tok_1\",\"sub\":\"user_1\","
				+ "\"agt\":\"did:grantex:ag_1\",\"scp\":[\"read:contacts\"],\"exp\":1795284600,\"x\":1}";
		GrantTokenVerifier verifier = builder().build();
		assertThat(verifier.verify(TOKENS.sign(claims))).isNotNull();
		assertRefused(verifier, TOKENS.sign(claims.replace(member, "")));
	}

	@Test
	void toleratesNoClockDifferenceUnlessTold() {
		this.clock.advance(Duration.ofSeconds(600));
		assertRefused(builder().build(), TOKENS.token(""));
		assertThat(builder().clockTolerance(Duration.ofSeconds(1)).build().verify(TOKENS.token(""))).isNotNull();
	}

	@Test
	void appliesItsOptions() {
		assertRefused(builder().requireScopes("admin").build(), TOKENS.token(""));
		assertRefused(builder().audience("https://a.example").build(), TOKENS.token(""));
		assertRefused(builder().issuer("https://other.example").build(), TOKENS.token(""));
		assertRefused(builder().developer("dev_2").build(), TOKENS.token(""));
		assertRefused(builder().maxDelegationDepth(0).build(), TOKENS.token(",\"delegationDepth\":1"));
		assertThat(builder().requireScopes("read:contacts")
			.audience("https://a.example")
			.issuer("https://grantex.dev")
			.developer("dev_1")
			.maxDelegationDepth(1)
			.build()
			.verify(TOKENS.token(",\"delegationDepth\":1,\"aud\":[\"https://a.example\"]"))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a.b.c", "...", "null" })
	void refusesWhatIsNoTokenWithoutAskingTheService(String token) {
		assertRefused(builder().build(), token);
		assertThat(this.requests).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://example.com/jwks", "http://127.0.0.1.example.com/jwks",
			"http://localhost.example/j", "ftp://localhost/jwks", "file:///etc/passwd", "/jwks", "https:///jwks",
			"https://user:secret@example.com/", "mailto:x", "http://0.0.0.0/jwks" })
	void refusesAnUntrustworthyUrl(String uri) {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantTokenVerifier.builder(URI.create(uri)).build())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://example.com/jwks", "HTTPS://EXAMPLE.COM/jwks", "http://localhost:1/jwks",
			"http://127.1.2.3/jwks", "http://[::1]:1/jwks" })
	void takesATrustworthyUrl(String uri) {
		assertThat(GrantTokenVerifier.builder(URI.create(uri)).build()).isNotNull();
	}

	@Test
	void takesPlainHttpWhereItIsAllowed() {
		assertThat(GrantTokenVerifier.builder(URI.create("http://example.com/jwks")).allowInsecureHttp(true).build())
			.isNotNull();
	}

	@Test
	void refusesOptionsThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ofMinutes(2)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ofSeconds(Long.MAX_VALUE)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ofSeconds(Long.MIN_VALUE)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder().clockTolerance(Duration.ofSeconds(-1)));
	}

	private void fetch(GrantTokenVerifier verifier, int times) {
		for (int time = 0; time < times; time++) {
			verifier.verify(longLived());
			this.clock.advance(Duration.ofMinutes(6));
		}
	}

	private void assertRefused(GrantTokenVerifier verifier, String token) {
		assertThatExceptionOfType(GrantTokenException.class).isThrownBy(() -> verifier.verify(token))
			.withNoCause()
			.satisfies((ex) -> assertThat(token.split("\\.")).filteredOn((part) -> part.length() > 8)
				.noneMatch(ex.getMessage()::contains));
	}

	private GrantTokenVerifier.Builder builder() {
		return GrantTokenVerifier.builder(uri("/jwks")).timeout(Duration.ofMinutes(1)).clock(this.clock);
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.server.getAddress().getPort() + path);
	}

	private static String longLived() {
		return TOKENS.sign("{\"dev\":\"dev_1\",\"iat\":1795283940,\"jti\":\"tok_1\",\"sub\":\"user_1\","
				+ "\"agt\":\"did:grantex:ag_1\",\"scp\":[\"read:contacts\"],\"exp\":4102444800}");
	}

	private static HttpHandler json(String content) {
		return (HttpExchange exchange) -> {
			byte[] body = content.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("content-type", "application/json");
			exchange.sendResponseHeaders(200, (body.length == 0) ? -1 : body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		};
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
