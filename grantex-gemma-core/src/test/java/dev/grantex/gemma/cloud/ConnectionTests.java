package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * When connections are kept, replaced and closed, as the other side sees it.
 */
@Timeout(60)
class ConnectionTests {

	private static final Duration READ_TIMEOUT = Duration.ofMillis(300);

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T18:00:00Z"));

	@Test
	void callsThatFollowEachOtherShareAConnection() throws IOException {
		try (ScriptedServer server = ScriptedServer.plain(ScriptedServer.OK); ApiTransport transport = patient()) {
			call(server, transport);
			advance(Duration.ofSeconds(19));
			call(server, transport);
			advance(Duration.ofSeconds(19));
			call(server, transport);
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT20S", "PT5M", "PT-20S", "P-1D" })
	void anIdleConnectionIsReplacedAndClosed(Duration idle) throws IOException {
		try (ScriptedServer server = ScriptedServer.plain(ScriptedServer.OK); ApiTransport transport = patient()) {
			call(server, transport);
			advance(idle);
			call(server, transport);
			assertThat(server.connections()).isEqualTo(2);
			server.awaitClosed(1);
		}
	}

	@Test
	void aConnectionThatAGatewayForgotCostsNoCallWhenItWasIdle() throws IOException {
		try (ScriptedServer server = ScriptedServer.forgetful(); ApiTransport transport = patient()) {
			call(server, transport);
			advance(Duration.ofSeconds(20));
			call(server, transport);
		}
	}

	@Test
	void aConnectionInUseIsNotReplaced() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		try (ScriptedServer server = ScriptedServer.answeringAfter(answer); ApiTransport transport = patient()) {
			FutureTask<ApiAnswer> slow = new FutureTask<>(() -> transport.exchange(request(server), null));
			new Thread(slow).start();
			server.awaitRequests(1);
			advance(Duration.ofMinutes(1));
			FutureTask<ApiAnswer> other = new FutureTask<>(() -> transport.exchange(request(server), null));
			new Thread(other).start();
			server.awaitRequests(2);
			answer.countDown();
			assertThat(slow.get().status()).isEqualTo(200);
			assertThat(other.get().status()).isEqualTo(200);
		}
	}

	@Test
	void closingClosesIdleConnections() throws IOException {
		try (ScriptedServer server = ScriptedServer.plain(ScriptedServer.OK)) {
			try (ApiTransport transport = patient()) {
				call(server, transport);
			}
			server.awaitClosed(1);
		}
	}

	@ParameterizedTest
	@EnumSource(BadAnswer.class)
	void anExchangeThatEndsEarlyClosesItsConnection(BadAnswer bad) throws Exception {
		try (ScriptedServer server = ScriptedServer.plain(bad);
				ApiTransport transport = bad.isNoticed() ? patient() : hasty()) {
			assertEndsEarly(bad, server, transport);
		}
	}

	@ParameterizedTest
	@EnumSource(BadAnswer.class)
	void anExchangeThatEndsEarlyClosesItsEncryptedConnection(BadAnswer bad) throws Exception {
		try (TrustedTls tls = new TrustedTls();
				ScriptedServer server = ScriptedServer.encrypted(tls.context(), bad);
				ApiTransport transport = bad.isNoticed() ? patient() : hasty()) {
			assertEndsEarly(bad, server, transport);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{" })
	void anInterruptedCallClosesItsConnectionAndKeepsTheFlag(String sent) throws Exception {
		try (ScriptedServer server = ScriptedServer.plain(sent.getBytes()); ApiTransport transport = patient()) {
			FutureTask<Boolean> call = new FutureTask<>(() -> {
				assertThatExceptionOfType(ApiUnreachableException.class)
					.isThrownBy(() -> transport.exchange(request(server), null))
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.INTERRUPTED));
				return Thread.currentThread().isInterrupted();
			});
			Thread thread = new Thread(call);
			thread.start();
			server.awaitRequests(1);
			thread.interrupt();
			assertThat(call.get()).isTrue();
			server.awaitClosed(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{" })
	void closingClosesTheConnectionsOfWaitingCalls(String sent) throws Exception {
		try (ScriptedServer server = ScriptedServer.plain(sent.getBytes()); ApiTransport transport = patient()) {
			FutureTask<Throwable> call = new FutureTask<>(
					() -> catchThrowable(() -> transport.exchange(request(server), null)));
			new Thread(call).start();
			server.awaitRequests(1);
			transport.close();
			assertThat(call.get()).isInstanceOfSatisfying(ApiUnreachableException.class,
					(ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			server.awaitClosed(1);
		}
	}

	@Test
	void aCallAfterOneThatEndedEarlyGetsAConnectionOfItsOwn() throws IOException {
		try (ScriptedServer server = ScriptedServer.plain(BadAnswer.STALLS_IN_BODY); ApiTransport transport = hasty()) {
			assertThat(catchThrowable(() -> transport.exchange(request(server), null))).isNotNull();
			server.answerWith(ScriptedServer.OK);
			try (ApiTransport other = patient()) {
				call(server, other);
			}
		}
	}

	/**
	 * Asks until there was a connection: without one there is none to be closed, and who
	 * is in a hurry may give up before.
	 */
	private static void assertEndsEarly(BadAnswer bad, ScriptedServer server, ApiTransport transport) {
		do {
			assertThat(catchThrowable(() -> transport.exchange(bad.request(server.uri()), null)))
				.isInstanceOf(bad.failure());
		}
		while (server.connections() == 0);
		server.awaitClosed(1);
	}

	private ApiTransport patient() {
		return new ApiTransport(Duration.ofMinutes(1), Duration.ofMinutes(1), (InstantSource) this.now::get);
	}

	private ApiTransport hasty() {
		return new ApiTransport(READ_TIMEOUT, READ_TIMEOUT, (InstantSource) this.now::get);
	}

	private void advance(Duration duration) {
		this.now.updateAndGet((instant) -> instant.plus(duration));
	}

	private static void call(ScriptedServer server, ApiTransport transport) {
		assertThat(transport.exchange(request(server), null).status()).isEqualTo(200);
	}

	private static ApiRequest request(ScriptedServer server) {
		return ApiRequest.get(server.uri());
	}

}
