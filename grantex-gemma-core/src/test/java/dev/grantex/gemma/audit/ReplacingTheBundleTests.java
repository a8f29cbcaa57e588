package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the log of a bundle that another one replaces.
 */
class ReplacingTheBundleTests extends AuditLogFixture {

	@Test
	void closesOffTheLogOfAnotherBundle() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
		}
		String before = Files.readString(this.file);
		ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, next)) {
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(1);
		}
		Path closed = this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl");
		assertThat(Files.readString(closed)).isEqualTo(before);
		assertVerifies(this.file, 1, this.publicKey);
	}

	@Test
	void neverOverwritesAClosedFile() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
		Path closed = this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl");
		write(closed, "evidence\n");
		refused(() -> OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2")),
				AuditLogException.LOG_CORRUPTED);
		assertThat(Files.readString(closed)).isEqualTo("evidence\n");
		assertThat(Files.readString(this.file)).isNotEmpty();
	}

	@Test
	void grantsWithSimilarNamesNeverShareFiles() {
		for (String grantId : List.of("g/1", "g_1", "g:1", "../g", "G_1", "g".repeat(128), "g".repeat(127) + "h")) {
			try (OfflineAuditLog log = OfflineAuditLog.open(this.file, TestBundles.forGrant("b", grantId))) {
				assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(1);
			}
		}
		assertThat(this.directory).isDirectoryNotContaining("glob:**/..*");
		assertThat(names()).filteredOn((name) -> name.endsWith(".jsonl")).hasSize(7);
		assertThat(names()).allMatch((name) -> name.startsWith("audit"));
	}

	@Test
	void aRetiredLogTakesLateEntriesWhileTheNextBundlesLogIsOpen() throws IOException {
		OfflineAuditLog retired = open();
		append(retired, 2);
		retired.retire();
		retired.retire();
		try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2"))) {
			assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(3);
			append(next, 2);
			assertThat(sequences(retired, 1)).containsExactly(1L, 2L, 3L);
			assertThat(sequences(next, 1)).containsExactly(1L, 2L);
		}
		retired.close();
		assertVerifies(this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl"), 3, this.publicKey);
	}

	@Test
	void appendsInFlightSurviveARetirement() throws Exception {
		OfflineAuditLog retired = rotating(5000);
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				calls.add(executor.submit(() -> append(retired, 50)));
			}
			retired.retire();
			try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2"))) {
				append(next, 10);
				for (Future<?> call : calls) {
					call.get(1, TimeUnit.MINUTES);
				}
				assertThat(HashChain.verify(next.lines(), this.publicKey).entries()).isEqualTo(10);
			}
			assertThat(HashChain.verify(retired.lines(), this.publicKey).entries()).isEqualTo(200);
		}
		finally {
			executor.shutdownNow();
			retired.close();
		}
	}

	@Test
	void aRetiredLogWithoutEntriesLeavesNothingButCanStillBegin() {
		try (OfflineAuditLog retired = open()) {
			retired.retire();
			try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2"))) {
				append(next, 1);
				assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(1);
				assertThat(sequences(next, 1)).containsExactly(1L);
			}
		}
		assertThat(names()).contains("audit-" + GRANT + "-000000000001.jsonl");
	}

	@Test
	void opensARetiredChainAfterARestart() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 5);
			log.markSynchronized(2);
		}
		try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2"));
				OfflineAuditLog retired = OfflineAuditLog.builder(this.file, this.bundle).openRetired()) {
			append(next, 1);
			assertThat(retired.synchronizedThrough()).isEqualTo(2);
			assertThat(sequences(retired, 3)).containsExactly(3L, 4L, 5L);
			assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(6);
			assertThat(HashChain.verify(retired.lines(), this.publicKey).entries()).isEqualTo(6);
		}
	}

	@Test
	void openingARetiredChainFreesTheActiveNameIfACrashLeftItThere() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		try (OfflineAuditLog retired = OfflineAuditLog.builder(this.file, this.bundle).openRetired()) {
			assertThat(sequences(retired, 1)).containsExactly(1L, 2L);
			assertThat(this.file).doesNotExist();
		}
	}

}
