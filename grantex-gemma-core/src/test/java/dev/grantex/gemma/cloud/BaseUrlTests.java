package dev.grantex.gemma.cloud;

import java.net.URI;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BaseUrlTests {

	@ParameterizedTest
	@ValueSource(strings = { "http://api.grantex.dev", "http://192.168.0.1", "http://128.0.0.1", "http://0.0.0.0",
			"http://127.0.0.1.example.com", "http://localhost.example.com", "http://xlocalhost", "http://[::2]",
			"http://[::ffff:192.168.0.1]", "HTTP://api.grantex.dev" })
	void plainHttpToAnotherMachineIsRefusedUnlessAllowed(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().baseUrl(URI.create(url)).build())
			.withMessageContaining("plain http");
		GrantexClient.builder().baseUrl(URI.create(url)).allowInsecureHttp(true).build().close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1:3001", "http://127.1.2.3", "http://localhost:8080/x", "http://LOCALHOST",
			"http://[::1]:3001", "http://[0:0:0:0:0:0:0:1]", "https://api.grantex.dev", "HTTPS://192.168.0.1/" })
	void plainHttpToLoopbackAndHttpsAreAllowed(String url) {
		GrantexClient.builder().baseUrl(URI.create(url)).build().close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "api.grantex.dev", "/v1", "ftp://api.grantex.dev", "file:///etc", "https:///path",
			"https://user:pw@api.grantex.dev", "https://api.grantex.dev?x=1", "https://api.grantex.dev#x",
			"https:api.grantex.dev", "http://127.1" })
	void anythingThatIsNoBaseUrlIsRefusedWithoutRepeatingIt(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().baseUrl(URI.create(url)).build())
			.withMessageStartingWith("The base URL must ")
			.withMessageNotContaining("pw");
	}

	@ParameterizedTest
	@CsvSource({ "https://api.grantex.dev,https://API.grantex.dev:443/x,true",
			"https://api.grantex.dev,https://api.grantex.dev:8443,false",
			"https://api.grantex.dev,https://api.grantex.dev.evil.example,false",
			"https://api.grantex.dev,https://user@api.grantex.dev,false", "https://api.grantex.dev,/v1,false",
			"http://localhost,http://localhost:80,true", "http://localhost,https://localhost,false",
			"http://localhost,http://127.0.0.1,false" })
	void anOriginIsSchemeHostAndPort(String baseUrl, URI uri, boolean same) {
		assertThat(BaseUrl.of(URI.create(baseUrl), false).isOriginOf(uri)).isEqualTo(same);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.0001S", "PT1H0.001S", "PT2562047788015215H" })
	void timeOutsThatCannotBeAreRefused(Duration timeout) {
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().connectTimeout(timeout));
		assertThatIllegalArgumentException().isThrownBy(() -> GrantexClient.builder().readTimeout(timeout));
	}

	@Test
	void theDefaultIsTheHostedService() {
		try (GrantexClient client = GrantexClient.builder().build()) {
			assertThat(client).hasToString("GrantexClient[https://api.grantex.dev]");
		}
	}

}
