package dev.grantex.gemma.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for a log that is far larger than the memory of the process that keeps it.
 */
@Tag("endurance")
class MillionEntriesTests extends StoredLogFixture {

	private static final int ENTRIES = 1_000_000;

	private static final int THREADS = 4;

	private static final long FILE_SIZE = 50L * 1024 * 1024;

	private static final long ROOM = 2_000_000_000;

	/** What opening may read, whatever the size of the log. */
	private static final long OPENING_READS = 1_000_000;

	private static final List<String> SMALL_HEAP = List.of("-Xmx64m", "-XX:+UseSerialGC");

	@Test
	void needASmallHeapAndOpenAtOnce() throws Exception {
		assumeThat(this.directory.toFile().getUsableSpace()).as("room for the log").isGreaterThan(ROOM);
		fill();
		Path small = this.directory.resolve("small/audit.jsonl");
		try (ChildLog child = ChildLog.start(this.acknowledgements, SMALL_HEAP)) {
			// Loads the classes, so that only the log's own reading is counted below.
			child.create(small, Durability.OS, FILE_SIZE);
			child.append(1, 10);
			child.ask("close");
			child.open(small, Durability.OS, FILE_SIZE);
			child.ask("close");
			long read = open(child);
			measure(child, "verify", "valid " + ENTRIES, "verified with signatures at -Xmx64m");
			measure(child, "read 1", "read " + ENTRIES, "read at -Xmx64m");
			measure(child, "upload 20 1000", "uploaded 20000",
					"20 batches of 1,000 from all over the log read for upload");
			measure(child, "close", "closed", "closed");
			assertThat(read).as("bytes read to open the log").isLessThan(OPENING_READS);
		}
	}

	private void fill() throws Exception {
		try (ChildLog child = ChildLog.start(this.acknowledgements, SMALL_HEAP)) {
			child.create(this.file, Durability.OS, FILE_SIZE);
			measure(child, "fill " + THREADS + " " + ENTRIES / THREADS, "appended " + ENTRIES,
					"appended by " + THREADS + " threads at -Xmx64m, " + Durability.OS);
			assertThat(child.ask("close")).isEqualTo("closed");
		}
		Endurance.report("%,d entries are %s", ENTRIES, Endurance.megabytes(Acknowledgements.files(this.file)));
	}

	/** Returns how many bytes the process read for it, 0 where that is not counted. */
	private long open(ChildLog child) throws Exception {
		boolean counted = Files.exists(Path.of("/proc/self/io"));
		long before = counted ? read(child) : 0;
		measure(child, ChildLog.opening("open", this.file, Durability.OS, FILE_SIZE), "opened " + ENTRIES, "opened");
		long read = counted ? read(child) - before : 0;
		Endurance.report("%,d entries: opening read %,d KB", ENTRIES, read / 1_000);
		return read;
	}

	private static long read(ChildLog child) throws Exception {
		return Long.parseLong(child.ask("io").substring("io ".length()));
	}

	private static void measure(ChildLog child, String command, String answer, String what) throws Exception {
		long start = System.nanoTime();
		assertThat(child.ask(command)).as(child.errors()).isEqualTo(answer);
		Endurance.report("%,d entries: %s in %,d ms", ENTRIES, what, (System.nanoTime() - start) / 1_000_000);
	}

}
