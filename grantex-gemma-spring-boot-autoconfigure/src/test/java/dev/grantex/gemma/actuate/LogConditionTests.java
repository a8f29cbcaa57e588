package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.audit.LogDamage;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.guard.RecordIntent;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What health and endpoint tell of a log in which something is wrong.
 */
class LogConditionTests {

	private static final String[] OFFLINE = { "grantex.gemma.sync.on-startup=false",
			"grantex.gemma.sync.on-shutdown=false" };

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void downAsLongAsAnOutcomeWaitsToBeWritten() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.device.directory());
		Path file = disk.root().resolve("audit.jsonl");
		this.device.contexts()
			.withBean(Tool.class)
			.withBean(AuditLogs.class, () -> (bundle) -> OfflineAuditLog.builder(file, bundle))
			.withPropertyValues(OFFLINE)
			.run((context) -> {
				Tool tool = context.getBean(Tool.class);
				assertThatExceptionOfType(CallNotRecordedException.class)
					.isThrownBy(() -> tool.run(() -> disk.faults().readOnly()));
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
				assertThat(health(context).getDetails()).containsEntry("reason", "log_unwritable")
					.containsEntry("unwritten", 1);
				assertThat(audit(context).unwritten()).isOne();
				disk.faults().clear();
				tool.run(() -> {
				});
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				assertThat(health(context).getDetails()).doesNotContainKey("unwritten");
				assertThat(this.device.results()).containsExactly("success", "success");
			});
	}

	@Test
	void callsThatTheProcessBeforeHasNotFinishedAreShown(@TempDir Path copy) {
		this.device.contexts().withBean(Tool.class).withPropertyValues(OFFLINE).run((context) -> {
			context.getBean(Tool.class).runIntended(() -> copyFiles(this.device.directory(), copy));
			assertThat(health(context).getDetails()).doesNotContainKeys("unfinished", "damagedAt");
		});
		copyFiles(copy, this.device.directory());
		this.device.contexts().withBean(Tool.class).withPropertyValues(OFFLINE).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).containsEntry("unfinished", 1);
			assertThat(audit(context).unfinished()).containsExactly(1L);
		});
	}

	@Test
	void damageAmongEntriesThatTheServiceHasIsShown() {
		String rotating = "grantex.gemma.audit.max-size=1B";
		this.device.contexts()
			.withBean(Tool.class)
			.withPropertyValues(OFFLINE)
			.withPropertyValues(rotating)
			.run((context) -> {
				for (int i = 0; i < 3; i++) {
					context.getBean(Tool.class).run(() -> {
					});
				}
				context.getBean(AuditSynchronizer.class).sync();
			});
		deleteSecondFile();
		this.device.contexts().withPropertyValues(OFFLINE).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).containsEntry("damagedAt", List.of(2L));
			assertThat(audit(context).damages()).containsExactly(new LogDamage(2, true));
		});
	}

	private void deleteSecondFile() {
		try (Stream<Path> files = Files.list(this.device.directory())) {
			Files.delete(
					files.filter((file) -> file.toString().endsWith("-000000000002.jsonl")).findFirst().orElseThrow());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void copyFiles(Path from, Path to) {
		try (Stream<Path> files = Files.list(from)) {
			for (Path file : files.toList()) {
				Files.copy(file, to.resolve(file.getFileName().toString()), StandardCopyOption.COPY_ATTRIBUTES,
						StandardCopyOption.REPLACE_EXISTING);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Health health(AssertableApplicationContext context) {
		return context.getBean(GrantexHealthIndicator.class).health();
	}

	private static GrantexDescriptor.AuditDescriptor audit(AssertableApplicationContext context) {
		return context.getBean(GrantexEndpoint.class).status().audit();
	}

	static class Tool {

		@RequiresScope("read:contacts")
		public void run(Runnable body) {
			body.run();
		}

		@RequiresScope(value = "read:contacts", recordIntent = RecordIntent.ALWAYS)
		public void runIntended(Runnable body) {
			body.run();
		}

	}

}
