package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for file systems that fill up or become read-only under a log. They are mounted
 * in a mount namespace that ends with the process, which everybody may have where the
 * kernel lets users create namespaces. Elsewhere the tests are skipped.
 */
@Tag("endurance")
class FailingFileSystemTests extends StoredLogFixture {

	private static final String MOUNTING = "mount -t tmpfs -o size=2m,mode=700 tmpfs \"$0\" && exec \"$@\"";

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aFullDiskDeniesUntilThereIsRoom(Durability durability) throws Exception {
		Path disk = disk();
		try (ChildLog child = startOnTmpfs(disk)) {
			this.file = disk.resolve("audit.jsonl");
			run(child, "head -c 1000000 /dev/zero > " + disk + "/ballast");
			child.create(this.file, durability);
			// One thread is told that it could not write, the others that there is no
			// room.
			assertThat(child.append(8, 10_000)).matches("refused log_(unwritable|full)");
			long before = assertNothingIsLost(child);
			assertThat(child.ask("writable")).isEqualTo("refused log_full");
			assertThat(child.append(8, 10)).isEqualTo("refused log_full");
			run(child, "rm " + disk + "/ballast");
			assertThat(child.ask("writable")).isEqualTo("writable");
			assertThat(child.append(8, 20)).isEqualTo("appended " + (before + 160));
			assertReopens(child, durability);
			Endurance.report("full tmpfs of 2 MB, %s: refused after %,d entries, went on after room was made",
					durability, before);
		}
	}

	@ParameterizedTest
	@EnumSource(Durability.class)
	void aReadOnlyDirectoryDeniesUntilItIsWritable(Durability durability) throws Exception {
		Path disk = disk();
		try (ChildLog child = startOnTmpfs(disk)) {
			this.file = disk.resolve("audit.jsonl");
			child.create(this.file, durability, 20_000);
			assertThat(child.append(8, 50)).isEqualTo("appended 400");
			// The kernel refuses to remount what is open for writing; a read-only mount
			// over
			// the directory lets nothing be created, renamed or opened for writing.
			run(child, "mount --bind " + disk + " " + disk + " && mount -o remount,bind,ro " + disk);
			assertThat(child.append(8, 1_000)).isEqualTo("refused log_unwritable");
			long before = assertNothingIsLost(child);
			assertThat(child.append(1, 1)).isEqualTo("refused log_unwritable");
			run(child, "umount " + disk);
			assertThat(child.ask("writable")).isEqualTo("writable");
			assertThat(child.append(8, 20)).isEqualTo("appended " + (before + 160));
			assertReopens(child, durability);
			Endurance.report("read-only mount over the directory, %s: refused after %,d entries, went on after it",
					durability, before);
		}
	}

	@Test
	void aFileSystemThatIsRemountedReadOnlyCannotBeOpenedUntilItIsWritable() throws Exception {
		Path disk = disk();
		try (ChildLog child = startOnTmpfs(disk)) {
			this.file = disk.resolve("audit.jsonl");
			child.create(this.file, Durability.FSYNC);
			assertThat(child.append(2, 10)).isEqualTo("appended 20");
			child.ask("close");
			run(child, "mount -o remount,ro " + disk);
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("refused log_unwritable");
			run(child, "mount -o remount,rw " + disk);
			assertThat(child.open(this.file, Durability.FSYNC)).isEqualTo("opened 20");
			assertThat(child.append(2, 10)).isEqualTo("appended 40");
			assertThat(child.ask("verify")).isEqualTo("valid 40");
		}
	}

	private Path disk() throws IOException {
		return Files.createDirectory(this.directory.resolve("disk"));
	}

	private ChildLog startOnTmpfs(Path disk) throws Exception {
		ChildLog child = ChildLog.start(this.acknowledgements, "unshare", "-rm", "sh", "-c", MOUNTING, disk.toString());
		assumeAnswer(child, "grep -q '" + disk + " tmpfs' /proc/self/mounts",
				"The kernel lets this user mount nothing (unshare -rm)");
		return child;
	}

	private static void assumeAnswer(ChildLog child, String command, String reason) throws Exception {
		String answer;
		try {
			answer = child.ask("shell " + command);
		}
		catch (AssertionError | IOException ex) {
			answer = "no process";
		}
		assumeThat(answer).as("%s: %s", reason, child.errors()).isEqualTo("exit 0");
	}

	private static void run(ChildLog child, String command) throws Exception {
		assertThat(child.ask("shell " + command)).as(child.errors()).isEqualTo("exit 0");
	}

	private long assertNothingIsLost(ChildLog child) throws Exception {
		String listed = child.ask("list");
		assertThat(listed).startsWith("listed ");
		long head = Long.parseLong(listed.substring("listed ".length()));
		assertThat(head).isGreaterThanOrEqualTo(this.acknowledgements.last());
		assertThat(child.ask("verify")).isEqualTo("valid " + head);
		return head;
	}

	private void assertReopens(ChildLog child, Durability durability) throws Exception {
		long head = assertNothingIsLost(child);
		assertThat(child.ask("close")).isEqualTo("closed");
		assertThat(child.open(this.file, durability)).isEqualTo("opened " + head);
		assertNothingIsLost(child);
	}

}
