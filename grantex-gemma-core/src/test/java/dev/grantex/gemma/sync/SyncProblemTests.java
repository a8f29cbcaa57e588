package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.sync.SyncProblem.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator is told to do.
 */
class SyncProblemTests {

	private static final String BASE_URL = "grantex.gemma.api.base-url";

	@ParameterizedTest
	@CsvSource({ "500,", "500,INTERNAL_ERROR", "502,", "503,SERVICE_UNAVAILABLE", "504,", "511,", "599," })
	void aServerErrorDoesNotPointAtTheAddress(int status, String code) {
		SyncProblem problem = problem(new ApiServerErrorException(status, code));
		assertThat(problem.kind()).isEqualTo(Kind.OFFLINE);
		assertThat(problem.code()).isEqualTo("http_" + status);
		assertThat(problem.remedy()).contains("tried again").doesNotContain(BASE_URL);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = "PROXY_AUTH_REQUIRED")
	void aProxyThatWantsCredentialsIsNamedAsThat(@Nullable String code) {
		SyncProblem problem = problem(new GrantexAuthException("Refused", 407, code));
		assertThat(problem.kind()).isEqualTo(Kind.OFFLINE);
		assertThat(problem.code()).isEqualTo("http_407");
		assertThat(problem.remedy()).contains("proxy").doesNotContain(BASE_URL);
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 307, 308 })
	void aRedirectPointsAtTheAddress(int status) {
		assertThat(problem(new GrantexAuthException("Moved", status, null)).remedy()).contains(BASE_URL);
	}

	@ParameterizedTest
	@EnumSource(value = ApiUnreachableException.Reason.class,
			names = { "UNKNOWN_HOST", "NOT_CONNECTED", "TLS", "TIMEOUT", "CONNECTION_LOST" })
	void noAnswerAtAllPointsAtTheAddress(ApiUnreachableException.Reason reason) {
		assertThat(problem(new ApiUnreachableException(reason)).remedy()).contains(BASE_URL);
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403 })
	void aRefusedKeyDoesNotPointAtTheAddress(int status) {
		assertThat(problem(new GrantexAuthException("No", status, null)).remedy()).contains("grantex.gemma.api.key")
			.doesNotContain(BASE_URL);
	}

	private static SyncProblem problem(RuntimeException failure) {
		return SyncProblem.of(SyncStep.UPLOAD, failure, null);
	}

}
