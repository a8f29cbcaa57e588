package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.disk.DiskFaults;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for what still uses a log while or after it is closed, when another process may
 * have it already.
 */
class ClosingTheLogTests extends StoredLogFixture {

	private final ExecutorService executor = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	@Test
	void nothingTouchesAClosedLog() throws IOException {
		OfflineAuditLog log = create(Durability.FSYNC);
		appendAcknowledged(log, 3);
		log.close();
		byte[] seal = Files.readAllBytes(this.file.resolveSibling("audit.seal"));
		byte[] entries = Files.readAllBytes(this.file);
		refused(() -> appendAcknowledged(log, 1), AuditLogException.LOG_CLOSED);
		refused(() -> log.appendIntent("a", this.grant, null), AuditLogException.LOG_CLOSED);
		refused(() -> log.appendOutcome("a", this.grant, "success", null, null), AuditLogException.LOG_CLOSED);
		refused(() -> log.appendDenial("a", this.grant, Map.of("reason", "expired"), Map.of()),
				AuditLogException.LOG_CLOSED);
		refused(() -> log.markSynchronized(2), AuditLogException.LOG_CLOSED);
		refused(log::checkWritable, AuditLogException.LOG_CLOSED);
		log.close();
		assertThat(Files.readAllBytes(this.file.resolveSibling("audit.seal"))).isEqualTo(seal);
		assertThat(Files.readAllBytes(this.file)).isEqualTo(entries);
	}

	@Test
	void aLogThatWasClosedCannotDisturbTheNextOne() throws IOException {
		OfflineAuditLog closed = create(Durability.FSYNC);
		appendAcknowledged(closed, 3);
		closed.close();
		try (OfflineAuditLog log = open()) {
			appendAcknowledged(log, 1);
			catchThrowable(() -> append(closed, 1));
			catchThrowable(() -> closed.markSynchronized(1));
			catchThrowable(closed::checkWritable);
			closed.close();
			appendAcknowledged(log, 1);
			this.acknowledgements.assertKeptBy(log);
			assertThat(log.synchronizedThrough()).isZero();
		}
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			assertThat(log.synchronizedThrough()).isZero();
		}
	}

	@Test
	void aLogThatIsClosedWhileItRecoversStaysClosed() throws Exception {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		try (OfflineAuditLog begun = create(Durability.FSYNC)) {
			appendAcknowledged(begun, 1);
		}
		// The first entry lets the log tidy up a little later, which closing waits for.
		OfflineAuditLog log = open();
		disk.faults().failForces();
		refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
		CountDownLatch recovering = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		disk.faults().clear();
		stopAtForce(disk.faults(), recovering, goOn);
		Future<Throwable> appended = this.executor.submit(() -> catchThrowable(() -> append(log, 1)));
		assertThat(recovering.await(1, TimeUnit.MINUTES)).isTrue();
		Future<?> closed = this.executor.submit(log::close);
		while (!AuditLogException.LOG_CLOSED.equals(log.failure()) && !closed.isDone()) {
			Thread.onSpinWait();
		}
		goOn.countDown();
		closed.get(1, TimeUnit.MINUTES);
		appended.get(1, TimeUnit.MINUTES);
		assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CLOSED);
		refused(() -> append(log, 1), AuditLogException.LOG_CLOSED);
		refused(log::checkWritable, AuditLogException.LOG_CLOSED);
	}

	private static void stopAtForce(DiskFaults faults, CountDownLatch reached, CountDownLatch goOn) {
		faults.before((operation) -> {
			if (operation instanceof DiskOperation.Force) {
				reached.countDown();
				try {
					goOn.await(1, TimeUnit.MINUTES);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		});
	}

}
