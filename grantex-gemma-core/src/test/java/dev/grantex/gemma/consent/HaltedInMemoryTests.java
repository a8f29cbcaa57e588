package dev.grantex.gemma.consent;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.disk.HeldOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Named.named;

/**
 * A disk that does not answer: whoever uses it waits, but nobody waits for somebody else
 * to learn whether a call may run, and a revocation counts at once.
 */
class HaltedInMemoryTests extends ServiceFixture {

	private RecordingFileSystem disk;

	private Device device;

	private interface Change {

		void make(HaltedInMemoryTests test);

	}

	@BeforeEach
	void startDevice() throws IOException {
		this.disk = RecordingFileSystem.unforced(this.directory);
		this.device = closeAfterTest(new Device(this.disk.root(), this.clock, this.request))
			.longestClosing(Duration.ZERO)
			.restart();
		this.device.consent().replace(issue(), this.request);
		this.device.calls(2);
	}

	static Stream<Named<Change>> changes() {
		return Stream.of(change("recording a call", (test) -> test.device.call("tool:slow")),
				change("beginning a refresh", (test) -> test.device.consent().auditKey().begin()),
				change("refreshing",
						(test) -> test.device.consent()
							.auditKey()
							.refresh(test.client.refresh(test.device.bundle().bundleId()))),
				change("confirming a key", (test) -> {
					test.device.consent().auditKey().begin();
					test.device.consent().auditKey().confirm();
				}), change("replacing the bundle", (test) -> test.device.consent().replace(test.issue(), test.request)),
				change("stranding", (test) -> test.device.consent().chain().strand(StrandingReason.KEY_LOST, 1L)));
	}

	private static Named<Change> change(String name, Change change) {
		return named(name, change);
	}

	@ParameterizedTest
	@MethodSource("changes")
	void decisionsDoNotWaitForAChange(Change change) throws Exception {
		HeldOperation held = nextOperation();
		CompletableFuture<Void> changing = start(held, () -> change.make(this));
		CompletableFuture<DenialReason> decided = CompletableFuture.supplyAsync(this.device::denial);
		assertThat(decided.get(60, TimeUnit.SECONDS)).isIn(null, DenialReason.KEY_LOST);
		assertThat(changing).isNotDone();
		release(held, changing);
	}

	@ParameterizedTest
	@MethodSource("changes")
	void revocationCountsAtOnceWhileSomethingElseIsChanged(Change change) throws Exception {
		ConsentBundle bundle = this.device.bundle();
		HeldOperation held = nextOperation();
		CompletableFuture<Void> changing = start(held, () -> change.make(this));
		CompletableFuture<Void> revoking = CompletableFuture.runAsync(this::revoke);
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.device.consent().status().denial() == DenialReason.REVOKED);
		assertThat(this.device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(this.device.consent().status().revocation()).isNotNull();
		assertThat(this.device.consent().verifier()).isEmpty();
		assertThat(changing).isNotDone();
		release(held, changing);
		revoking.get(60, TimeUnit.SECONDS);
		if (this.device.bundle().bundleId().equals(bundle.bundleId())) {
			assertThat(this.device.denial()).isEqualTo(DenialReason.REVOKED);
			assertThat(this.device.repository().load().orElseThrow().state().revocation()).isNotNull();
			assertThat(this.device.restart().denial()).isEqualTo(DenialReason.REVOKED);
		}
	}

	@Test
	void revocationThatCouldNotBeStoredStaysInMemoryWhateverIsChangedAfterIt() throws Exception {
		this.device.repository().failSaves(1);
		assertThatExceptionOfType(GrantexGemmaException.class).isThrownBy(this::revoke);
		assertThat(this.device.denial()).isEqualTo(DenialReason.REVOKED);
		this.device.consent().chain().markUnknown();
		this.device.consent().chain().markKnown();
		this.device.consent().auditKey().begin();
		assertThat(this.device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(this.device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void closingDeniesAtOnceAndGivesUpTheFilesWhenTheDiskAnswers() throws Exception {
		HeldOperation held = nextOperation();
		CompletableFuture<Void> changing = start(held, () -> this.device.consent().auditKey().begin());
		this.device.close();
		assertThat(this.device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
		release(held, changing);
		try (var log = this.device.auditLog(this.device.repository().load().orElseThrow()).open()) {
			assertThat(log.headSequence()).isEqualTo(2);
		}
	}

	@Test
	void consentThatIsOpenedAgainWaitsForTheFilesOfTheOneBefore() throws Exception {
		HeldOperation held = nextOperation();
		CompletableFuture<Void> changing = start(held, () -> this.device.consent().auditKey().begin());
		this.device.close();
		CompletableFuture<Void> opening = CompletableFuture.runAsync(() -> this.device.consent().open());
		release(held, changing);
		opening.get(60, TimeUnit.SECONDS);
		assertThat(this.device.denial()).isNull();
		assertThat(this.device.call("tool:again").seq()).isEqualTo(3);
	}

	@Test
	void interruptedThreadClosesAsAnyOther() throws Exception {
		CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> {
			Thread.currentThread().interrupt();
			this.device.close();
			return Thread.interrupted();
		});
		assertThat(closing.get(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
		assertThat(this.device.restart().denial()).isNull();
	}

	@Test
	void decisionsDoNotWaitForTheOneThatTriesToOpenTheLogAgain() throws Exception {
		this.device.close();
		ConsentBundle bundle = this.device.repository().load().orElseThrow();
		try (var log = this.device.auditLog(bundle).open()) {
			this.device.consent().open();
			assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_HELD);
		}
		this.clock.advance(Duration.ofSeconds(11));
		HeldOperation held = nextOperation();
		CompletableFuture<Void> opening = start(held, this.device::denial);
		this.clock.advance(Duration.ofSeconds(11));
		CompletableFuture<DenialReason> decided = CompletableFuture.supplyAsync(this.device::denial);
		assertThat(decided.get(60, TimeUnit.SECONDS)).isEqualTo(DenialReason.LOG_HELD);
		release(held, opening);
		assertThat(this.device.denial()).isNull();
	}

	@Test
	void decisionsDoNotWaitForAFormerChainThatIsBeingClosed() throws Exception {
		CallDecision call = this.device.consent().decide();
		this.device.consent().replace(issue(), this.request);
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		HeldOperation held = nextOperation();
		CompletableFuture<Void> ending = start(held, call::close);
		CompletableFuture<DenialReason> decided = CompletableFuture.supplyAsync(this.device::denial);
		assertThat(decided.get(60, TimeUnit.SECONDS)).isNull();
		assertThat(ending).isNotDone();
		release(held, ending);
	}

	/**
	 * Holds the next operation that somebody waits for. The log's own thread, which
	 * writes the seal a little after the calls, must not be the one that is held.
	 */
	private HeldOperation nextOperation() {
		return HeldOperation.next(this.disk.faults(),
				(operation) -> !Thread.currentThread().getName().equals("grantex-audit-log"));
	}

	private void revoke() {
		this.device.consent().revoke(new Revocation(this.clock.instant(), true));
	}

	private static CompletableFuture<Void> start(HeldOperation held, Runnable action) throws InterruptedException {
		CompletableFuture<Void> running = CompletableFuture.runAsync(action);
		held.await();
		return running;
	}

	private static void release(HeldOperation held, CompletableFuture<Void> running) throws Exception {
		held.release();
		running.get(60, TimeUnit.SECONDS);
	}

}
