package dev.grantex.gemma.autoconfigure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.grantex.gemma.ProcessResources;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a context leaves nothing behind when it is closed: the client's thread and
 * connections, schedules, timers, logs and locks.
 */
@EnabledOnOs(OS.LINUX)
class RestartLeakTests {

	private static final int TOLERATED = 3;

	private static final long TOLERATED_BYTES = 4 * 1024 * 1024;

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void restartsLeaveNeitherThreadsNorDescriptors() {
		afterRestartsAllIsAsBefore(8);
	}

	@Test
	@Tag("endurance")
	void aHundredRestartsLeaveNeitherThreadsNorDescriptors() {
		afterRestartsAllIsAsBefore(100);
	}

	private void afterRestartsAllIsAsBefore(int restarts) {
		restart(2);
		ProcessResources before = ProcessResources.now();
		restart(restarts);
		before.awaitAgain(TOLERATED, TOLERATED_BYTES);
	}

	private void restart(int times) {
		for (int time = 0; time < times; time++) {
			this.device.contexts().withUserConfiguration(Contacts.class).run((context) -> {
				assertThat(context.getBean(Contacts.class).find()).isEqualTo("Ada");
				context.getBean(AuditSynchronizer.class).sync();
			});
		}
	}

}
