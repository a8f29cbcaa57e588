package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.consent.ServiceFixture;
import dev.grantex.gemma.disk.HeldOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who asks for the chain's verdict while another verifies it.
 */
class AuditChainCheckTests extends ServiceFixture {

	private static final Duration FOR_EVER = Duration.ofDays(1);

	private RecordingFileSystem disk;

	private final AtomicInteger openings = new AtomicInteger();

	private Device device;

	@BeforeEach
	void startDevice() throws IOException {
		this.disk = RecordingFileSystem.unforced(this.directory);
		this.device = closeAfterTest(new Device(this.disk.root(), this.clock, this.request)).open();
		this.device.consent().replace(issue(), this.request);
		this.device.calls(2);
	}

	@Test
	void isToldWhenToAskAgainWhileThereIsNoVerdict() throws Exception {
		AuditChainCheck check = check(Duration.ofNanos(1));
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		assertThatExceptionOfType(EndpointBusyException.class).isThrownBy(check::verify)
			.returns(Duration.ofSeconds(1), EndpointBusyException::retryAfter)
			.returns(this.clock.instant().plusSeconds(1), EndpointBusyException::until);
		held.release();
		assertThat(verifying.get(60, TimeUnit.SECONDS).entries()).isEqualTo(2);
		assertThat(check.verify().entries()).isEqualTo(2);
	}

	@Test
	void getsTheLastVerdictWithItsTime() throws Exception {
		AuditChainCheck check = check(Duration.ofNanos(1));
		Instant first = this.clock.instant();
		AuditVerdict last = check.verify();
		assertThat(last.verifiedAt()).isEqualTo(first);
		this.clock.advance(Duration.ofSeconds(10));
		this.device.calls(1);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		assertThat(check.verify()).isEqualTo(last);
		held.release();
		assertThat(verifying.get(60, TimeUnit.SECONDS)).returns(3L, AuditVerdict::entries)
			.returns(first.plusSeconds(10), AuditVerdict::verifiedAt);
	}

	@Test
	void getsNoVerdictOnTheChainOfAnotherBundle() throws Exception {
		AuditChainCheck check = check(Duration.ofNanos(1));
		check.verify();
		this.device.consent().replace(issue(), this.request);
		this.device.calls(1);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		assertThatExceptionOfType(EndpointBusyException.class).isThrownBy(check::verify);
		held.release();
		assertThat(verifying.get(60, TimeUnit.SECONDS).entries()).isEqualTo(1);
	}

	@Test
	void getsTheNewVerdictIfItComesInTime() throws Exception {
		AuditChainCheck check = check(FOR_EVER);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		CompletableFuture<AuditVerdict> waiting = CompletableFuture.supplyAsync(check::verify);
		held.release();
		assertThat(waiting.get(60, TimeUnit.SECONDS).entries()).isEqualTo(2);
		assertThat(verifying.get(60, TimeUnit.SECONDS).entries()).isEqualTo(2);
	}

	@Test
	void waitsNoLongerWhenItIsInterrupted() throws Exception {
		AuditChainCheck check = check(FOR_EVER);
		AuditVerdict last = check.verify();
		this.device.calls(1);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		AtomicReference<AuditVerdict> given = new AtomicReference<>();
		AtomicReference<Boolean> interrupted = new AtomicReference<>();
		Thread waiting = new Thread(() -> {
			given.set(check.verify());
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		waiting.start();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
		waiting.interrupt();
		waiting.join();
		assertThat(given.get()).isEqualTo(last);
		assertThat(interrupted.get()).isTrue();
		held.release();
		verifying.get(60, TimeUnit.SECONDS);
	}

	@Test
	void whoseClientLeavesEndsNoVerification() throws Exception {
		AuditChainCheck check = check(FOR_EVER);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		AtomicReference<AuditVerdict> given = new AtomicReference<>();
		AtomicReference<Boolean> interrupted = new AtomicReference<>();
		Thread leaving = new Thread(() -> {
			given.set(check.verify());
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		leaving.start();
		held.await();
		leaving.interrupt();
		held.release();
		leaving.join();
		assertThat(given.get().valid()).isTrue();
		assertThat(interrupted.get()).isTrue();
		assertThat(this.device.denial()).isNull();
		this.device.calls(1);
		assertThat(check.verify().entries()).isEqualTo(3);
	}

	@Test
	void whoseClientHasLeftBeforehandHarmsNothing() {
		AuditChainCheck check = check(FOR_EVER);
		Thread.currentThread().interrupt();
		AuditVerdict verdict = check.verify();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(verdict.valid()).isTrue();
		assertThat(this.device.denial()).isNull();
	}

	@Test
	void verificationEndsWhenTheConsentIsClosedMeanwhile() throws Exception {
		AuditChainCheck check = check(FOR_EVER);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(check::verify);
		held.await();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(this.device::close);
		held.release();
		assertThat(verifying.get(60, TimeUnit.SECONDS).reason()).isIn(null, "log_closed");
		closing.get(60, TimeUnit.SECONDS);
		assertThat(check.verify()).isNull();
	}

	@Test
	void overHttpItIs503WithTheTimeToAskAgain() throws Exception {
		GrantexEndpoint endpoint = new GrantexEndpoint(this.device.consent(), null, this.clock, Duration.ofNanos(1),
				Duration.ofNanos(1));
		GrantexEndpointWebExtension web = new GrantexEndpointWebExtension(endpoint);
		HeldOperation held = HeldOperation.nextReading(this.disk.faults());
		CompletableFuture<AuditVerdict> verifying = CompletableFuture.supplyAsync(() -> endpoint.verify("audit"));
		held.await();
		assertThat(web.verify("audit").getStatus()).isEqualTo(503);
		assertThat(web.verify("audit").getBody())
			.hasToString("{retryAfter=1, until=" + this.clock.instant().plusSeconds(1) + "}");
		held.release();
		verifying.get(60, TimeUnit.SECONDS);
		assertThat(web.verify("audit").getStatus()).isEqualTo(200);
		assertThat(web.verify("keys").getStatus()).isEqualTo(404);
	}

	@Test
	void damageThatItFindsDeniesCallsAlsoAfterARestart() throws IOException {
		Path log = this.directory.resolve("audit.jsonl");
		Files.writeString(log, Files.readString(log).replaceFirst("success", "succeed"));
		assertThat(check(FOR_EVER).verify()).returns(false, AuditVerdict::valid).returns(0, AuditVerdict::brokenAt);
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		this.device.restart();
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
	}

	@Test
	void anErrorOfTheDiskDeniesOnlyAsLongAsItLasts() {
		AuditChainCheck check = check(FOR_EVER);
		this.disk.faults().beforeReading(() -> {
			throw new IOException("Input/output error");
		});
		assertThat(check.verify()).returns("log_unwritable", AuditVerdict::reason);
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(this.device.consent().status().remedy()).contains("cannot be read");
		this.disk.faults().clear();
		assertThat(this.device.denial()).isNull();
		assertThat(check.verify()).returns(true, AuditVerdict::valid).returns(2L, AuditVerdict::entries);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal" })
	void aFileThatOthersMayWriteDeniesUntilItIsPutRight(String name) throws IOException {
		Path file = this.directory.resolve(name);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
		assertThat(check(FOR_EVER).verify()).returns("log_unsafe", AuditVerdict::reason);
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_UNSAFE);
		assertThat(this.device.consent().status().remedy()).contains("chmod 600", name);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
		assertThat(this.device.denial()).isNull();
		assertThat(check(FOR_EVER).verify().valid()).isTrue();
	}

	@Test
	void anOlderCopyInThePlaceOfTheOpenLogDeniesOnlyAsLongAsItLiesThere() throws IOException {
		Path log = this.directory.resolve("audit.jsonl");
		Path older = Files.copy(log, this.directory.resolve("older"), StandardCopyOption.COPY_ATTRIBUTES);
		this.device.calls(2);
		AuditChainCheck check = check(FOR_EVER);
		Files.move(older, log, StandardCopyOption.ATOMIC_MOVE);
		assertThat(check.verify()).returns("log_missing", AuditVerdict::reason);
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_DISPLACED);
		assertThat(this.device.consent().status().remedy()).contains("away", "do not stop");
		assertThat(this.device.consent().chain().stranding()).isEmpty();
		Files.move(log, older);
		assertThat(this.device.denial()).isNull();
		assertThat(check.verify()).returns(true, AuditVerdict::valid).returns(4L, AuditVerdict::entries);
	}

	@Test
	void anotherFileInThePlaceOfAClosedOneDeniesOnlyAsLongAsItLiesThere() throws IOException {
		this.device.maxSize(1_500).restart();
		this.device.calls(6);
		Path closed = closedFiles().get(0);
		Path away = Files.move(closed, this.directory.resolve("away"));
		Files.writeString(closed, Files.readString(away).replaceFirst("success", "succeed"));
		Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
		AuditChainCheck check = check(FOR_EVER);
		assertThat(check.verify()).returns("log_missing", AuditVerdict::reason);
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_MISSING);
		Files.move(away, closed, StandardCopyOption.ATOMIC_MOVE);
		assertThat(this.device.denial()).isNull();
		assertThat(check.verify()).returns(true, AuditVerdict::valid).returns(8L, AuditVerdict::entries);
	}

	@Test
	void aFileThatIsReplacedWhileItIsReadCondemnsNothing() throws IOException {
		this.device.maxSize(1_500).restart();
		this.device.calls(6);
		// Or the log's own thread would look at the file that it just closed, too.
		this.device.restart();
		Path closed = closedFiles().get(0);
		Path away = this.directory.resolve("away");
		AtomicBoolean swapped = new AtomicBoolean();
		Thread verifying = Thread.currentThread();
		this.disk.faults().beforeOpening((opened) -> {
			if (Thread.currentThread() != verifying) {
				return;
			}
			if (opened.equals(closed) && this.openings.incrementAndGet() == 3 && swapped.compareAndSet(false, true)) {
				Files.move(closed, away);
				Files.writeString(closed, Files.readString(away).replaceFirst("success", "succeed"));
				Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
			}
			else if (swapped.get() && Files.exists(away)) {
				Files.move(away, closed, StandardCopyOption.ATOMIC_MOVE);
			}
		});
		assertThat(check(FOR_EVER).verify().valid()).isTrue();
		assertThat(swapped).isTrue();
		assertThat(this.device.denial()).isNull();
	}

	private List<Path> closedFiles() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.getFileName().toString().matches("audit-.+-[0-9]{12}.jsonl"))
				.sorted()
				.toList();
		}
	}

	private AuditChainCheck check(Duration longestWait) {
		return new AuditChainCheck(this.device.consent(), this.clock, longestWait);
	}

}
