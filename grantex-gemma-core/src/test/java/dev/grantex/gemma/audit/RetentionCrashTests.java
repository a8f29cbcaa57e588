package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for losses of power while {@link OfflineAuditLog} deletes files.
 */
class RetentionCrashTests extends RetentionFixture {

	private int mostStates = 60;

	@TempDir
	private Path states;

	@Test
	void whereverPowerIsLostWhileFilesGoTheChainGoesOn() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 7);
		}
		RecordingFileSystem disk = record();
		this.clock.advance(Duration.ofDays(31));
		try (OfflineAuditLog log = open()) {
			log.markSynchronized(3);
			log.markSynchronized(7);
			append(log, 2);
		}
		assertGoesOn(disk, 7);
	}

	@Test
	void whereverPowerIsLostWhileTheLastFileGoesTheChainGoesOn() throws IOException {
		long head;
		write(this.directory.resolve("audit.jsonl.torn-1"), "x".repeat(6000));
		try (OfflineAuditLog log = limited()) {
			while (this.file.toFile().length() < 4000) {
				append(log, 1);
			}
			head = log.headSequence();
		}
		RecordingFileSystem disk = record();
		try (OfflineAuditLog log = limited()) {
			log.markSynchronized(head);
			append(log, 2);
		}
		assertThat(closedFiles()).isEmpty();
		assertGoesOn(disk, head);
	}

	@Test
	void whereverPowerIsLostWhileAReplacedChainGoesItsBundleCanBeForgotten() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			log.markSynchronized(5);
		}
		builder(TestBundles.forGrant("bundle_2", "grnt_2")).open().close();
		RecordingFileSystem disk = record();
		this.clock.advance(Duration.ofDays(31));
		builder(TestBundles.forGrant("bundle_2", "grnt_2")).open().close();
		assertThat(closedFiles()).isEmpty();
		List<CrashState> all = states(disk);
		assertThat(all).hasSizeGreaterThan(5);
		for (CrashState state : all) {
			restore(state);
			try (OfflineAuditLog retired = builder().openRetired()) {
				assertThat(retired.unsynchronized()).as(state.toString()).isZero();
			}
		}
	}

	@Test
	void whereverPowerIsLostWhileAReplacedChainIsForgottenItIsForgottenLater() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			log.markSynchronized(5);
		}
		this.clock.advance(Duration.ofDays(31));
		builder(TestBundles.forGrant("bundle_2", "grnt_2")).open().close();
		assertThat(closedFiles()).isEmpty();
		RecordingFileSystem disk = record();
		try (OfflineAuditLog log = builder(TestBundles.forGrant("bundle_2", "grnt_2")).open()) {
			log.forgetReplaced(List.of("bundle_2"));
		}
		for (CrashState state : states(disk)) {
			restore(state);
			try (OfflineAuditLog log = builder(TestBundles.forGrant("bundle_2", "grnt_2")).open()) {
				log.forgetReplaced(List.of("bundle_2"));
			}
			assertThat(names()).as(state.toString())
				.filteredOn((name) -> name.contains(GRANT))
				.isSubsetOf("audit-" + GRANT + ".lock");
		}
	}

	@Test
	@Tag("endurance")
	void inEveryState() throws IOException {
		this.mostStates = Integer.MAX_VALUE;
		whereverPowerIsLostWhileFilesGoTheChainGoesOn();
	}

	@Test
	@Tag("endurance")
	void inEveryStateWithoutAnyFile() throws IOException {
		this.mostStates = Integer.MAX_VALUE;
		whereverPowerIsLostWhileTheLastFileGoesTheChainGoesOn();
	}

	private OfflineAuditLog limited() {
		return builder().maxSize(6000).maxTotalSize(12_000).open();
	}

	private RecordingFileSystem record() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		return disk;
	}

	private void assertGoesOn(RecordingFileSystem disk, long head) throws IOException {
		List<CrashState> all = states(disk);
		assertThat(all).hasSizeGreaterThan(20);
		for (CrashState state : all) {
			restore(state);
			try (OfflineAuditLog log = limited()) {
				assertThat(log.headSequence()).as(state.toString()).isGreaterThanOrEqualTo(head);
				assertThat(log.firstSequence()).as(state.toString()).isLessThanOrEqualTo(log.synchronizedThrough() + 1);
				assertKept(log, log.firstSequence(), log.headSequence());
				append(log, 1);
				assertKept(log, log.firstSequence(), log.headSequence());
			}
			assertThat(names()).as(state.toString()).filteredOn((name) -> name.contains("torn")).hasSizeLessThan(3);
		}
	}

	/**
	 * Some of the states, evenly over the time.
	 */
	private List<CrashState> states(RecordingFileSystem disk) {
		Map<Object, CrashState> different = new LinkedHashMap<>();
		disk.crashStates(7).all().forEach((state) -> different.putIfAbsent(state.image().files(), state));
		int step = different.size() / this.mostStates + 1;
		return IntStream.range(0, different.size())
			.filter((i) -> i % step == 0)
			.mapToObj(List.copyOf(different.values())::get)
			.toList();
	}

	private void restore(CrashState state) throws IOException {
		this.directory = Files.createTempDirectory(this.states, "state");
		state.image().writeTo(this.directory);
		this.file = this.directory.resolve("audit.jsonl");
	}

}
