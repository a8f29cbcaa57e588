package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What comes of a service that gives no complete answer.
 */
@Timeout(60)
class UnreachableTests {

	private static final String BUNDLE = "bundle_1";

	@Test
	void aRefusedConnection() throws IOException {
		// A port that is taken and does not listen: a free one could be taken meanwhile.
		try (Socket silent = new Socket()) {
			silent.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
			URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
			assertThat(unreachable(client(uri)).reason()).isEqualTo(Reason.NOT_CONNECTED);
		}
	}

	@Test
	void anAnswerThatDoesNotCome() throws IOException {
		try (RecordingServer server = silent()) {
			assertThat(reason(server.uri())).isEqualTo(Reason.TIMEOUT);
		}
	}

	@Test
	void anAnswerThatStopsAfterItsHead() throws IOException {
		try (RecordingServer server = new RecordingServer((out, request) -> {
			write(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
			request.awaitServerClose();
		})) {
			assertThat(reason(server.uri())).isEqualTo(Reason.TIMEOUT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 200 OK\r\nx: ", "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n",
			"HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n",
			"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n" })
	void anAnswerThatTricklesIsWaitedForNoLongerThanTheReadTimeOut(String head) throws IOException {
		try (RecordingServer server = new RecordingServer((out, request) -> {
			write(out, head);
			while (true) {
				out.write(' ');
				LockSupport.parkNanos(1_000_000);
			}
		});
				GrantexClient client = GrantexClient.builder()
					.baseUrl(server.uri())
					.apiKey("key")
					.connectTimeout(Duration.ofHours(1))
					.readTimeout(Duration.ofMillis(200))
					.build()) {
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.revocationStatus(BUNDLE))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TIMEOUT));
		}
	}

	@Test
	void aConnectionIsWaitedForNoLongerThanTheConnectTimeOut() throws IOException {
		try (UnansweredPort port = new UnansweredPort();
				GrantexClient client = GrantexClient.builder()
					.baseUrl(port.uri())
					.apiKey("key")
					.connectTimeout(Duration.ofMillis(200))
					.readTimeout(Duration.ofHours(1))
					.build()) {
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.revocationStatus(BUNDLE))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TIMEOUT));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
			"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{", "SSH-2.0-secret-banner\r\n\r\n",
			"HTTP/1.1 200 OK\r\ncontent-length: secret\r\n\r\n" })
	void anAnswerThatIsCutOff(String answer) throws IOException {
		try (RecordingServer server = new RecordingServer((out, request) -> {
			write(out, answer);
			throw new IOException("cut off");
		})) {
			ApiUnreachableException unreachable = unreachable(client(server.uri()));
			assertThat(unreachable.reason()).isEqualTo(Reason.CONNECTION_LOST);
			assertThat(unreachable).hasNoCause().hasMessageNotContaining("secret");
		}
	}

	@Test
	void aLostAnswerIsNotAskedForAgain() throws IOException {
		try (RecordingServer server = new RecordingServer((out, request) -> {
			throw new IOException("lost");
		}); GrantexClient client = client(server.uri())) {
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.refresh(BUNDLE));
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void theNextCallAfterALostAnswerWorks() throws IOException {
		HttpVector vector = HttpVector.load("get-200");
		try (RecordingServer server = new RecordingServer((out, request) -> {
			throw new IOException("lost");
		}); GrantexClient client = client(server.uri())) {
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.refresh(BUNDLE));
			server.answerWith(vector);
			assertThat(client.bundle("bundle_01M7ZHC6Z29PZV1V2111WMNWC1")).isNotNull();
		}
	}

	@Test
	void anInterruptedCallEndsAtOnceQuietlyAndKeepsTheFlag() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (RecordingServer server = new RecordingServer((out, request) -> {
			asked.countDown();
			request.awaitServerClose();
		}); GrantexClient client = client(server.uri()); CapturedLogs logs = new CapturedLogs()) {
			FutureTask<Boolean> call = new FutureTask<>(() -> {
				ApiUnreachableException ex = catchThrowableOfType(ApiUnreachableException.class,
						() -> client.revocationStatus(BUNDLE));
				return ex.reason() == Reason.INTERRUPTED && Thread.currentThread().isInterrupted();
			});
			Thread thread = new Thread(call);
			thread.start();
			asked.await();
			thread.interrupt();
			assertThat(call.get()).isTrue();
			assertThat(logs.warningsAndErrors()).isEmpty();
		}
	}

	@Test
	void anInterruptedThreadSendsNothing() throws IOException {
		try (RecordingServer server = silent(); GrantexClient client = client(server.uri())) {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.refresh(BUNDLE))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.INTERRUPTED));
			assertThat(Thread.interrupted()).isTrue();
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void closingEndsWaitingCallsQuietly() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (RecordingServer server = new RecordingServer((out, request) -> {
			asked.countDown();
			request.awaitServerClose();
		}); GrantexClient client = client(server.uri()); CapturedLogs logs = new CapturedLogs()) {
			FutureTask<RevocationStatus> call = new FutureTask<>(() -> client.revocationStatus(BUNDLE));
			new Thread(call).start();
			asked.await();
			client.close();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(call::get)
				.havingCause()
				.isInstanceOfSatisfying(ApiUnreachableException.class,
						(ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			assertThat(logs.warningsAndErrors()).isEmpty();
		}
	}

	@Test
	void aClosedClientRefusesCalls() throws IOException {
		try (RecordingServer server = silent()) {
			GrantexClient client = client(server.uri());
			client.close();
			client.close();
			assertThatExceptionOfType(ApiUnreachableException.class).isThrownBy(() -> client.refresh(BUNDLE))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void theClientsThreadsDoNotKeepTheProcessAlive() throws IOException {
		try (RecordingServer server = RecordingServer.replaying(HttpVector.load("get-200"));
				GrantexClient client = client(server.uri())) {
			client.bundle("bundle_01M7ZHC6Z29PZV1V2111WMNWC1");
			assertThat(Thread.getAllStackTraces().keySet())
				.filteredOn((thread) -> thread.getName().startsWith("grantex-http-")
						|| thread.getName().startsWith("HttpClient-"))
				.isNotEmpty()
				.allMatch(Thread::isDaemon);
		}
	}

	@Test
	void aThreadThatMustNotBlockIsRefused() throws IOException {
		try (RecordingServer server = silent(); GrantexClient client = client(server.uri())) {
			assertThatIllegalStateException()
				.isThrownBy(() -> Mono.fromCallable(() -> client.revocationStatus(BUNDLE))
					.subscribeOn(Schedulers.parallel())
					.block())
				.withMessageContaining("non-blocking");
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void theReasonIsFoundAmongTheCauses() {
		assertThat(UnreachableReasons.of(wrapped(new UnresolvedAddressException()))).isEqualTo(Reason.UNKNOWN_HOST);
		assertThat(UnreachableReasons.of(new UnknownHostException())).isEqualTo(Reason.UNKNOWN_HOST);
		assertThat(UnreachableReasons.of(wrapped(new SSLHandshakeException("")))).isEqualTo(Reason.TLS);
		assertThat(UnreachableReasons.of(new HttpConnectTimeoutException("").initCause(new ConnectException())))
			.isEqualTo(Reason.TIMEOUT);
		assertThat(UnreachableReasons.of(null)).isEqualTo(Reason.CONNECTION_LOST);
	}

	@Test
	void causesThatFormACircleEnd() {
		IOException first = new IOException();
		first.initCause(new IOException(first));
		assertThat(UnreachableReasons.of(first)).isEqualTo(Reason.CONNECTION_LOST);
	}

	private static Throwable wrapped(Throwable cause) {
		return new IllegalStateException(new ConnectException().initCause(cause));
	}

	private static RecordingServer silent() throws IOException {
		return new RecordingServer((out, request) -> request.awaitServerClose());
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
	}

	private static Reason reason(URI uri) {
		return unreachable(imclient(uri)).reason();
	}

	private static ApiUnreachableException unreachable(GrantexClient client) {
		try (client) {
			return catchThrowableOfType(ApiUnreachableException.class, () -> client.revocationStatus(BUNDLE));
		}
	}

	private static GrantexClient imclient(URI uri) {
		return GrantexClient.builder()
			.baseUrl(uri)
			.apiKey("key")
			.connectTimeout(Duration.ofMillis(200))
			.readTimeout(Duration.ofMillis(200))
			.build();
	}

	private static GrantexClient client(URI uri) {
		return GrantexClient.builder().baseUrl(uri).apiKey("key").build();
	}

}
