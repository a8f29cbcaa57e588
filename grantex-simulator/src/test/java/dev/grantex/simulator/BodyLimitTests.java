package dev.grantex.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BodyLimitTests extends SimulatorFixture {

	private static final int LIMIT = 1_048_576;

	@Test
	void takesAMebibyte() {
		TestClient.Result result = this.client.post("/v1/audit/offline-sync", body(LIMIT));
		assertThat(result.status()).isEqualTo(400);
		assertThat(result.text()).contains("bundleId is required");
	}

	@Test
	void refusesOneByteMoreAndCloses() {
		TestClient.Result result = this.client.post("/v1/audit/offline-sync", body(LIMIT + 1));
		assertThat(result.status()).isEqualTo(413);
		assertThat(result.header("connection")).isEqualTo("close");
	}

	@Test
	void takesSmallerBodiesWhenAskedTo() {
		this.simulator.faults().bodyLimit(1000);
		assertThat(this.client.post("/v1/audit/offline-sync", body(1000)).status()).isEqualTo(400);
		TestClient.Result refused = this.client.post("/v1/audit/offline-sync", body(1001));
		assertThat(refused.status()).isEqualTo(413);
		assertThat(refused.header("connection")).isEqualTo("close");
		this.simulator.faults().clear();
		assertThat(this.client.post("/v1/audit/offline-sync", body(1001)).status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, LIMIT + 1 })
	void takesNoLimitOutOfRange(int bytes) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.faults().bodyLimit(bytes));
	}

	@Test
	void remembersHowLargeABodyWasThatItRefused() {
		this.client.post("/v1/audit/offline-sync", body(LIMIT + 77));
		RecordedRequest request = this.simulator.requests(Route.SYNC).get(0);
		assertThat(request.body()).isEmpty();
		assertThat(request.bodySize()).isEqualTo(LIMIT + 77);
	}

	@Test
	void refusesAChunkedBodyThatIsTooLong() throws IOException {
		String answer = raw("POST /v1/audit/offline-sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
				+ "transfer-encoding: chunked\r\n\r\n" + Integer.toHexString(LIMIT + 1) + "\r\n" + body(LIMIT + 1)
				+ "\r\n0\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
	}

	@Test
	void takesChunkedBodies() throws IOException {
		String answer = raw("POST /v1/audit/offline-sync HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
				+ "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
		assertThat(answer).startsWith("HTTP/1.1 401 ");
	}

	@Test
	void closesTheConnectionAfterABodyThatIsNotJson() throws IOException {
		String answer = raw("POST /v1/agents HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
				+ "content-length: 1\r\n\r\n{");
		assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("}");
	}

	private static String body(int length) {
		String frame = "{\"a\":\"\"}";
		return "{\"a\":\"" + "x".repeat(length - frame.length()) + "\"}";
	}

	/**
	 * Sends a request and reads until the service closes the connection.
	 */
	private String raw(String request) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", this.simulator.baseUrl().getPort())) {
			socket.setSoTimeout(60_000);
			OutputStream out = socket.getOutputStream();
			out.write(request.getBytes(StandardCharsets.US_ASCII));
			out.flush();
			InputStream in = socket.getInputStream();
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
