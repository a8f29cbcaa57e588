package dev.grantex.gemma.sync;

import java.util.Map;

import dev.grantex.simulator.Customer;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Services that cannot be reached, refuse or answer nonsense: results, never exceptions.
 */
@ExtendWith(OutputCaptureExtension.class)
class OfflineTests extends SyncFixture {

	@Test
	void unreachableServiceIsAResult() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		this.simulator.faults().unreachable();
		SyncResult result = device.sync();
		assertThat(result.problems()).isNotEmpty()
			.allSatisfy((problem) -> assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.OFFLINE));
		assertThat(result.unsynchronized()).isEqualTo(2);
		assertThat(device.synchronizer().status().isOffline()).isTrue();
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void deviceWithoutBundleStaysWithoutWhileOffline() {
		SyncDevice device = emptySyncDevice();
		this.simulator.faults().unreachable();
		SyncResult result = device.synchronizer().issue();
		assertThat(result.issued()).isFalse();
		assertThat(result.problems()).extracting(SyncProblem::step).containsExactly(SyncStep.ISSUE);
		this.simulator.faults().reachable();
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void tellsOnceThatItIsOfflineAndOnceThatItIsBack(CapturedOutput output) {
		SyncDevice device = syncDevice();
		this.simulator.faults().unreachable();
		device.sync();
		device.sync();
		device.sync();
		this.simulator.faults().reachable();
		device.sync();
		device.sync();
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "working offline")).isOne();
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "can be reached again")).isOne();
	}

	@Test
	void countsFailuresInARow() {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 2);
		device.sync();
		device.sync();
		assertThat(device.synchronizer().status().failures()).isEqualTo(2);
		assertThat(device.synchronizer().status().lastSuccessAt()).isNull();
		device.sync();
		assertThat(device.synchronizer().status().failures()).isZero();
		assertThat(device.synchronizer().status().lastSuccessAt()).isEqualTo(this.clock.instant());
	}

	@Test
	void serverErrorIsOffline() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 502, "<html>", 1);
		assertThat(device.sync().problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.OFFLINE);
			assertThat(problem.step()).isEqualTo(SyncStep.UPLOAD);
		});
	}

	@Test
	void loginPageOfAHotelIsOffline() {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 200, "<html>Welcome</html>", 1);
		assertThat(device.sync().problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.OFFLINE);
			assertThat(problem.code()).isEqualTo("invalid_answer");
		});
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void unknownRouteIsNotAnUnknownBundle() {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 404, "{\"message\":\"Route not found\",\"statusCode\":404}", 1);
		assertThat(device.sync().problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.REFUSED);
			assertThat(problem.code()).isEqualTo("http_404");
		});
	}

	@Test
	void everyStepRunsWhateverTheOthersAnswered() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		leaveShare(device.device().bundle(), 0.05);
		this.simulator.faults().respond(Route.STATUS, 500, "{}", 1);
		this.simulator.faults().respond(Route.SYNC, 500, "{}", 1);
		SyncResult result = device.sync();
		assertThat(result.refreshed()).isTrue();
		assertThat(result.problems()).extracting(SyncProblem::step).containsExactly(SyncStep.STATUS, SyncStep.UPLOAD);
	}

	@Test
	void wrongKeyIsRefusedAndNothingIsLost(CapturedOutput output) {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		ConsentBundle before = device.device().bundle();
		device.apiKey("gx_test_wrong");
		SyncResult result = device.sync();
		device.sync();
		assertThat(result.problems()).isNotEmpty()
			.allSatisfy((problem) -> assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.KEY_REFUSED));
		assertThat(device.device().bundle()).isEqualTo(before);
		assertThat(device.device().denial()).isNull();
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "KEY_REFUSED")).isOne();
		assertThat(output.getAll()).doesNotContain("gx_test_wrong");
		device.apiKey(this.simulator.customer().apiKey());
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void missingKeyIsRefusedWithoutARequest() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.apiKey(null);
		assertThat(device.sync().problems()).isNotEmpty()
			.allSatisfy((problem) -> assertThat(problem.code()).isEqualTo("api_key_missing"));
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void keyOfAnotherAccountIsNoRevocation() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		Customer stranger = this.simulator.createCustomer("stranger");
		device.apiKey(stranger.apiKey());
		leaveShare(device.device().bundle(), 0.05);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isFalse();
		assertThat(result.problems()).isNotEmpty()
			.allSatisfy((problem) -> assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.NOT_FOUND));
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_UNKNOWN);
		assertThat(device.device().log().unsynchronized()).isEqualTo(2);
		device.apiKey(this.simulator.customer().apiKey());
		assertThat(device.sync().accepted()).isEqualTo(2);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void keyOfAnotherAccountDeletesNoReplacedBundle() {
		SyncDevice device = syncDevice();
		String former = bundleId(device);
		device.device().calls(2);
		device.device().consent().replace(issue(), this.request);
		device.apiKey(this.simulator.createCustomer("stranger").apiKey());
		device.sync();
		assertThat(device.device().retiredFile(former)).exists();
	}

	@Test
	void rateLimitOfTheStatusIsKeptForTheSchedule() {
		SyncDevice device = syncDevice();
		this.simulator.faults().respond(Route.STATUS, 429, "{}", Map.of("retry-after", "120"), 1);
		assertThat(device.sync().problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.retryAfter()).hasSeconds(120));
	}

	@Test
	void clientThatWasClosedIsALocalProblem() {
		SyncDevice device = syncDevice();
		device.close();
		assertThat(device.sync().problems()).extracting(SyncProblem::code).contains("closed");
		assertThat(device.synchronizer().status().isOffline()).isFalse();
	}

}
