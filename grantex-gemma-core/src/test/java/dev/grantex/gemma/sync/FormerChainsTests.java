package dev.grantex.gemma.sync;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files of a former chain are touched only where something can be done about it.
 */
class FormerChainsTests extends SyncFixture {

	private final List<DiskOperation> operations = new CopyOnWriteArrayList<>();

	private RecordingFileSystem disk;

	private SyncDevice device;

	private ConsentBundle former;

	@BeforeEach
	void replaceABundle() throws IOException {
		this.disk = RecordingFileSystem.unforced(this.directory);
		Device unsynchronized = closeAfterTest(new Device(this.disk.root(), this.clock, this.request)).open();
		unsynchronized.consent().replace(issue(), this.request);
		unsynchronized.calls(3);
		unsynchronized.consent().replace(issue(), this.request);
		this.former = unsynchronized.repository().loadRetired().get(0);
		this.device = closeAfterTest(new SyncDevice(unsynchronized, this.clock, this.simulator.baseUrl(),
				this.simulator.customer().apiKey()));
		Thread cycles = Thread.currentThread();
		this.disk.faults().before((operation) -> {
			if (Thread.currentThread() == cycles) {
				this.operations.add(operation);
			}
		});
	}

	@Test
	void offlineCyclesLeaveThemAlone() {
		this.simulator.faults().unreachable();
		long read = this.disk.bytesRead();
		for (int i = 0; i < 3; i++) {
			assertThat(this.device.sync().problems()).isNotEmpty();
		}
		assertThat(this.operations).isEmpty();
		// The bundle's own file is looked at, not the log.
		assertThat(this.disk.bytesRead() - read).isLessThan(3 * 20_000);
		this.simulator.faults().clear();
		assertDelivered();
	}

	@Test
	void cyclesThatTheServiceRefusesOpenThemOnce() {
		this.simulator.faults().respond(Route.SYNC, 401, "{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}", 5);
		this.device.sync();
		this.operations.clear();
		for (int i = 0; i < 3; i++) {
			assertThat(this.device.sync().problems()).isNotEmpty();
		}
		assertThat(this.operations).isEmpty();
		this.simulator.faults().clear();
		assertDelivered();
	}

	@Test
	void closingTheConsentClosesThem() {
		this.simulator.faults().respond(Route.SYNC, 401, "{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}", 1);
		this.device.sync();
		this.device.device().close();
		try (OfflineAuditLog log = this.device.device().openRetired(this.former)) {
			assertThat(log.unsynchronized()).isEqualTo(3);
		}
		this.device.restart();
		assertDelivered();
	}

	private void assertDelivered() {
		assertThat(this.device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(this.former.bundleId())).hasSize(3);
		assertThat(this.device.device().repository().loadRetired()).isEmpty();
		assertThat(this.device.sync().isSuccessful()).isTrue();
	}

}
