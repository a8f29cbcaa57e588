package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.ProcessResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That bad answers leave nothing behind, however many there are, while client and servers
 * stay open.
 */
@EnabledOnOs(OS.LINUX)
class LeakTests {

	private static final Duration TIMEOUT = Duration.ofMillis(20);

	/** As much longer as it takes to encrypt a connection. */
	private static final Duration ENCRYPTED_TIMEOUT = Duration.ofMillis(60);

	private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);

	@Test
	void badAnswersLeaveNeitherThreadsNorDescriptorsNorHeap() throws Exception {
		try (Network network = new Network(BadAnswer.values())) {
			leavesNothing("each kind", 2, network, (number) -> {
				network.answerBadly(number);
				network.leaveUnanswered(number);
				network.endStalled(number);
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	@Tag("endurance")
	void aThousandBadAnswersLeaveNothing(BadAnswer bad) throws Exception {
		try (Network network = new Network(bad)) {
			leavesNothing(bad.name(), 1000, network, network::answerBadly);
		}
	}

	@Test
	@Tag("endurance")
	void aThousandUnansweredConnectionsLeaveNothing() throws Exception {
		try (Network network = new Network()) {
			leavesNothing("unanswered", 1000, network, network::leaveUnanswered);
		}
	}

	@Test
	@Tag("endurance")
	void aThousandStalledCallsThatAreEndedLeaveNothing() throws Exception {
		try (Network network = new Network()) {
			leavesNothing("interrupted or shut down", 1000, network, network::endStalled);
		}
	}

	private static void leavesNothing(String what, int number, Network network, Exchanges exchanges) throws Exception {
		exchanges.make(1);
		ProcessResources before = ProcessResources.settled();
		int encrypted = network.encryptedRequests();
		exchanges.make(number);
		ProcessResources after = before.awaitAgain(3, 2 * 1024 * 1024);
		System.out.printf("endurance: %s, %d times, %d requests over TLS: %s before, %s after%n", what, number,
				network.encryptedRequests() - encrypted, before, after);
	}

	/**
	 * A number of exchanges that end badly.
	 */
	@FunctionalInterface
	private interface Exchanges {

		void make(int number) throws Exception;

	}

	/**
	 * Servers that answer badly, and clients that trust them: made after the trust, else
	 * nothing would come after the handshake.
	 */
	private static final class Network implements AutoCloseable {

		private final TrustedTls tls = new TrustedTls();

		private final ApiTransport plain = new ApiTransport(TIMEOUT, TIMEOUT);

		private final ApiTransport encrypted = new ApiTransport(ENCRYPTED_TIMEOUT, ENCRYPTED_TIMEOUT);

		/** For what ends without a time-out. */
		private final ApiTransport patient = new ApiTransport(LONG_TIMEOUT, LONG_TIMEOUT);

		private final Map<BadAnswer, ScriptedServer> plainServers = new EnumMap<>(BadAnswer.class);

		private final Map<BadAnswer, ScriptedServer> encryptedServers = new EnumMap<>(BadAnswer.class);

		private final ScriptedServer stalling = ScriptedServer.plain(BadAnswer.STALLS_IN_BODY);

		private final UnansweredPort unanswered = new UnansweredPort();

		Network(BadAnswer... kinds) throws IOException, GeneralSecurityException {
			for (BadAnswer bad : kinds) {
				this.plainServers.put(bad, ScriptedServer.plain(bad));
				this.encryptedServers.put(bad, ScriptedServer.encrypted(this.tls.context(), bad));
			}
		}

		int encryptedRequests() {
			return this.encryptedServers.values().stream().mapToInt(ScriptedServer::requests).sum();
		}

		void answerBadly(int number) {
			this.plainServers.forEach((bad, server) -> fail(bad.isNoticed() ? this.patient : this.plain,
					bad.request(server.uri()), number));
			this.encryptedServers.forEach((bad, server) -> fail(bad.isNoticed() ? this.patient : this.encrypted,
					bad.request(server.uri()), number));
		}

		void leaveUnanswered(int number) {
			fail(this.plain, ApiRequest.get(this.unanswered.uri()), number);
		}

		private static void fail(ApiTransport transport, ApiRequest request, int number) {
			for (int time = 0; time < number; time++) {
				assertThat(catchThrowable(() -> transport.exchange(request, null))).isNotNull();
			}
		}

		/**
		 * Ends calls whose answers have stalled, by an interrupt and by a shutdown.
		 */
		void endStalled(int number) throws Exception {
			URI uri = this.stalling.uri();
			for (int time = 0; time < number; time++) {
				int asked = this.stalling.requests();
				try (ApiTransport transport = new ApiTransport(Duration.ofMinutes(1), Duration.ofMinutes(1))) {
					FutureTask<Throwable> call = new FutureTask<>(
							() -> catchThrowable(() -> transport.exchange(ApiRequest.get(uri), null)));
					Thread thread = new Thread(call);
					thread.start();
					this.stalling.awaitRequests(asked + 1);
					if (time % 2 == 0) {
						thread.interrupt();
					}
					else {
						transport.close();
					}
					assertThat(call.get()).isNotNull();
				}
			}
		}

		@Override
		public void close() throws IOException {
			this.plain.close();
			this.encrypted.close();
			this.patient.close();
			for (ScriptedServer server : this.plainServers.values()) {
				server.close();
			}
			for (ScriptedServer server : this.encryptedServers.values()) {
				server.close();
			}
			this.stalling.close();
			this.unanswered.close();
			this.tls.close();
		}

	}

}
