package dev.grantex.gemma.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.consent.ServiceFixture;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What guarded calls leave in a real log on a disk that can fail.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallEvidenceTests extends ServiceFixture {

	private final List<CallDenied> denials = new ArrayList<>();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private RecordingFileSystem disk;

	private Device device;

	private HomeTools tools;

	@BeforeEach
	void putTheDeviceOnAFaultyDisk() throws IOException {
		this.denials.clear();
		this.meters.clear();
		this.disk = RecordingFileSystem.over(this.directory);
		this.device = closeAfterTest(new Device(this.disk.root(), this.clock, this.request)).open();
		this.device.consent().replace(issue(), this.request);
		this.tools = guarded(GrantSource.BUNDLE);
	}

	@AfterEach
	void signOut() {
		SecurityContextHolder.clearContext();
	}

	@Test
	void outcomeNamesTheIntentAndNobodyForgesIt() {
		this.tools.forge(1);
		List<SignedAuditEntry> entries = entries();
		assertThat(entries).extracting(SignedAuditEntry::result).containsExactly("started", "success");
		assertThat(entries.get(0).metadata()).doesNotContainKeys("intent", "count", "caller");
		assertThat(entries.get(1).metadata()).containsEntry("intent", 1L)
			.containsEntry("intent_2", 1L)
			.containsEntry("count_2", 1L)
			.containsEntry("caller_2", 1L)
			.doesNotContainKeys("count", "caller");
	}

	@Test
	void callWhoseOutcomeCannotBeWrittenSaysSoAndTheNextOnesAreDenied() {
		assertThatExceptionOfType(CallNotRecordedException.class)
			.isThrownBy(() -> this.tools.run(() -> this.disk.faults().readOnly()));
		assertDenied(() -> this.tools.run(() -> {
		}), "log_unwritable");
		assertThat(this.denials).containsExactly(new CallDenied("HomeTools.run", "log_unwritable", false));
		this.clock.advance(Duration.ofMinutes(2));
		this.disk.faults().clear();
		this.tools.forge(1);
		assertThat(entries()).extracting(SignedAuditEntry::result).containsExactly("success", "started", "success");
		assertThat(entries().get(0).timestamp()).isEqualTo("2026-11-21T12:00:00.250Z");
		assertThat(entries().get(1).timestamp()).isEqualTo("2026-11-21T12:02:00.250Z");
	}

	@Test
	void failureWhoseRecordCannotBeWrittenIsWrittenLater() {
		IllegalStateException failure = new IllegalStateException("secret");
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.run(() -> {
			this.disk.faults().failForces();
			throw failure;
		})).satisfies((ex) -> assertThat(ex.getSuppressed()).containsExactly(failure));
		this.disk.faults().clear();
		this.device.denial();
		assertThat(entries()).singleElement()
			.satisfies((entry) -> assertThat(entry.metadata())
				.isEqualTo(Map.of("method", "HomeTools.run", "exception", "java.lang.IllegalStateException")));
	}

	@Test
	void outcomeOfACallDuringWhichTheBundleWasSwappedIsOnTheChainThatPermittedIt() {
		var former = this.device.bundle();
		this.tools.runIntended(() -> this.device.consent().replace(issue(), this.request));
		assertThat(this.device.log().headSequence()).isZero();
		try (OfflineAuditLog log = this.device.openRetired(former)) {
			assertThat(entries(log)).extracting(SignedAuditEntry::result).containsExactly("started", "success");
			assertThat(entries(log).get(1).metadata()).containsEntry("intent", 1L);
		}
	}

	@Test
	void tenThousandDenialsInAMinuteMakeElevenEntriesWhateverTheArguments() throws IOException {
		for (int i = 0; i < 10_000; i++) {
			int argument = i;
			assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.alert(argument));
		}
		assertThat(this.denials).hasSize(10_000)
			.containsOnly(new CallDenied("HomeTools.alert", "scope_violation", true));
		assertThat(deniedCount()).isEqualTo(10_000);
		this.device.close();
		this.device.open();
		assertThat(entries()).hasSize(11);
		assertThat(entries().get(9).metadata()).containsEntry("argument", 9L);
		assertThat(entries().get(10).metadata()).isEqualTo(Map.of("count", 9_990L, "method", "HomeTools.alert",
				"reason", "scope_violation", "required_scopes", List.of("alert"), "missing_scopes", List.of("alert")));
		assertThat(this.device.verifyChain().valid()).isTrue();
	}

	@Test
	void actionsAndReasonsAreToldApart() {
		repeat(12, () -> this.tools.alert(1));
		repeat(12, () -> this.tools.alertTwice(1));
		this.clock.set(this.device.bundle().offlineExpiresAt());
		repeat(12, () -> this.tools.alert(1));
		this.device.close();
		this.device.open();
		assertThat(entries()).hasSize(33);
		assertThat(entries()).filteredOn((entry) -> entry.metadata().containsKey("count"))
			.extracting((entry) -> entry.action() + " " + entry.metadata().get("reason") + " "
					+ entry.metadata().get("count"))
			.containsExactlyInAnyOrder("HomeTools.alert scope_violation 2", "HomeTools.alertTwice scope_violation 2",
					"HomeTools.alert expired 2");
	}

	@Test
	void callersAreToldApartAndNobodyForgesOne() {
		this.tools = guarded(GrantSource.CALLER);
		for (String user : List.of("user_bob", "user_eve")) {
			signIn(this.simulator.customer().mintToken(this.agent, user, "read:sensor"));
			repeat(12, () -> this.tools.alert(1));
		}
		this.clock.advance(Duration.ofMinutes(1));
		repeat(1, () -> this.tools.alert(1));
		assertThat(entries()).hasSize(23).allSatisfy((entry) -> assertThat(entry.metadata()).containsKey("caller"));
		assertThat(entries()).filteredOn((entry) -> entry.metadata().containsKey("count"))
			.extracting((entry) -> ((Map<?, ?>) entry.metadata().get("caller")).get("principalDid").toString())
			.containsExactlyInAnyOrder("user_bob", "user_eve");
	}

	@Test
	void entryTellsThatTheCallersGrantWasDelegated() {
		this.tools = guarded(GrantSource.CALLER);
		signIn(this.simulator.customer()
			.mintToken(this.agent, "user_bob", List.of("read:sensor"), Duration.ofHours(1), Map.of("grnt", "grnt_child",
					"delegationDepth", 2, "parentGrnt", "grnt_parent", "parentAgt", "did:grantex:ag_parent")));
		this.tools.run(() -> {
		});
		repeat(1, () -> this.tools.alert(1));
		signIn(this.simulator.customer().mintToken(this.agent, "user_bob", "read:sensor"));
		this.tools.run(() -> {
		});
		assertThat(entries()).hasSize(3);
		assertThat(entries().subList(0, 2)).allSatisfy((entry) -> assertThat(caller(entry)).containsEntry("depth", 2L)
			.containsEntry("parentGrantId", "grnt_parent")
			.containsEntry("grantId", "grnt_child"));
		assertThat(caller(entries().get(2))).doesNotContainKeys("depth", "parentGrantId");
	}

	@Test
	@Tag("endurance")
	void callWhoseRecordIsHeldUpByTheDiskCountsAsUnrecorded() throws Exception {
		CountDownLatch stuck = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Thread caller = new Thread(() -> this.tools.run(() -> this.disk.faults().before((operation) -> {
			stuck.countDown();
			awaitUninterrupted(release);
		})));
		caller.start();
		assertThat(stuck.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.device.consent().status().unrecorded()).isZero();
		await().atMost(Duration.ofSeconds(60)).until(() -> this.device.consent().status().unrecorded() == 1);
		this.disk.faults().clear();
		release.countDown();
		caller.join(60_000);
		assertThat(this.device.consent().status().unrecorded()).isZero();
		assertThat(entries()).hasSize(1);
	}

	private static void awaitUninterrupted(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, Object> caller(SignedAuditEntry entry) {
		Map<String, Object> caller = new LinkedHashMap<>();
		((Map<?, ?>) entry.metadata().get("caller")).forEach((name, value) -> caller.put(name.toString(), value));
		return caller;
	}

	@Test
	void denialsWithoutAKeyAreLoggedCountedAndPublishedButNoEntries(CapturedOutput output) throws IOException {
		this.device.consent().revoke(new Revocation(this.clock.instant(), true));
		List<String> before = log();
		repeat(20, () -> this.tools.alert(1));
		assertThat(log()).isEqualTo(before);
		assertThat(this.denials).hasSize(20).containsOnly(new CallDenied("HomeTools.alert", "revoked", false));
		assertThat(deniedCount()).isEqualTo(20);
		assertThat(output).contains("Denied 'HomeTools.alert' without an entry in the audit log: revoked");
	}

	@Test
	void denialsWithoutABundleAreNoEntries() throws IOException {
		Path empty = Files.createDirectory(this.disk.root().resolve("empty"));
		this.device = closeAfterTest(new Device(empty, this.clock, this.request)).open();
		this.tools = guarded(GrantSource.BUNDLE);
		repeat(20, () -> this.tools.alert(1));
		assertThat(this.denials).hasSize(20).containsOnly(new CallDenied("HomeTools.alert", "no_bundle", false));
		assertThat(deniedCount()).isEqualTo(20);
		assertThat(empty).isEmptyDirectory();
	}

	@Test
	void invalidTokensAreOnlyCounted() throws IOException {
		this.tools = guarded(GrantSource.CALLER);
		signIn("e30.e30.e30");
		repeat(20, () -> this.tools.alert(1));
		assertThat(entries()).isEmpty();
		assertThat(this.denials).hasSize(20).containsOnly(new CallDenied("HomeTools.alert", "auth_failure", false));
		assertThat(deniedCount()).isEqualTo(20);
	}

	private HomeTools guarded(GrantSource source) {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
		CallGuard guard = new CallGuard(this.device.consent(), source, false, observations, (event) -> {
			if (event instanceof CallDenied denied) {
				this.denials.add(denied);
			}
		});
		ProxyFactory factory = new ProxyFactory(new HomeTools());
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new RequiresScopeAdvisor(() -> guard));
		return (HomeTools) factory.getProxy();
	}

	private static void signIn(String token) {
		SecurityContextHolder.getContext()
			.setAuthentication(new JwtAuthenticationToken(
					Jwt.withTokenValue(token).header("alg", "RS256").subject("user").build(), List.of()));
	}

	private static void repeat(int times, Runnable call) {
		for (int i = 0; i < times; i++) {
			assertThat(catchThrowable(call::run)).isInstanceOf(GrantexGemmaException.class);
		}
	}

	private static void assertDenied(Runnable call, String reason) {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	private long deniedCount() {
		return this.meters.get("grantex.gemma.guard").tag("result", "denied").timer().count();
	}

	private List<String> log() throws IOException {
		return Files.exists(this.device.logFile()) ? Files.readAllLines(this.device.logFile()) : List.of();
	}

	private List<SignedAuditEntry> entries() {
		return entries(this.device.log());
	}

	private static List<SignedAuditEntry> entries(OfflineAuditLog log) {
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			return entries.toList();
		}
	}

	static class HomeTools {

		@RequiresScope("read:sensor")
		public void run(Runnable body) {
			body.run();
		}

		@RequiresScope(value = "read:sensor", recordIntent = RecordIntent.ALWAYS)
		public void runIntended(Runnable body) {
			body.run();
		}

		@RequiresScope(value = "read:sensor", recordIntent = RecordIntent.ALWAYS,
				metadata = "{'intent': #value, 'count': #value, 'caller': #value}")
		public void forge(int value) {
		}

		@RequiresScope(value = "alert", metadata = "{'argument': #value}")
		public void alert(int value) {
			throw new AssertionError("Must never run without consent");
		}

		@RequiresScope(value = "alert", metadata = "{'argument': #value, 'caller': 'forged'}")
		public void alertTwice(int value) {
			throw new AssertionError("Must never run without consent");
		}

	}

}
