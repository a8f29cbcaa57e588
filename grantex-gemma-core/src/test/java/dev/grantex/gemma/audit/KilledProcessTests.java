package dev.grantex.gemma.audit;

import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for processes that are killed while they append to a log, open or close it.
 */
class KilledProcessTests extends StoredLogFixture {

	private static final long SEED = 20261121;

	private static final int THREADS = 8;

	private static final long[] MAX_SIZES = { 20_000, 400_000, ChildLog.NEVER_FULL };

	private final Random random = new Random(SEED);

	private int whileReopening;

	@Test
	void everyRestartGoesOn() throws Exception {
		builder().begin();
		for (int i = 0; i < 3; i++) {
			killOnce(i == 1, 1 + this.random.nextInt(300));
			assertGoesOn();
		}
		assertThat(this.acknowledgements.assertKeptOnDisk(this.file)).isGreaterThan(3);
	}

	@Test
	@Tag("endurance")
	void twoHundredRestartsInARowGoOn() throws Exception {
		int kills = 200;
		long start = System.nanoTime();
		builder().begin();
		for (int i = 0; i < kills; i++) {
			// As many short runs as long ones, some of them longer than a second.
			killOnce(this.random.nextInt(4) == 0, (int) Math.exp(this.random.nextDouble() * Math.log(5_000)));
			// Otherwise the next process is the first to see what the killed one left.
			if (this.random.nextBoolean()) {
				assertGoesOn();
			}
		}
		assertGoesOn();
		long entries = this.acknowledgements.assertKeptOnDisk(this.file);
		long torn = names().stream().filter((name) -> name.contains(".torn-")).count();
		Endurance.report(
				"kill -9: %,d times in a row, %d of them while opening and closing (seed %d); %,d entries "
						+ "acknowledged, %,d on disk in %,d files, %d torn lines moved aside; %s",
				kills, this.whileReopening, SEED, this.acknowledgements.count(), entries,
				Acknowledgements.files(this.file).size(), torn, Endurance.since(start));
	}

	private void killOnce(boolean reopening, int after) throws Exception {
		Durability durability = this.random.nextBoolean() ? Durability.OS : Durability.FSYNC;
		long maxSize = MAX_SIZES[this.random.nextInt(MAX_SIZES.length)];
		try (ChildLog child = ChildLog.start(this.acknowledgements)) {
			if (reopening) {
				this.whileReopening++;
				child.tell(ChildLog.opening("reopen", this.file, durability, maxSize));
			}
			else {
				child.tell(ChildLog.opening("open", this.file, durability, maxSize));
				child.tell("append " + THREADS + " " + Integer.MAX_VALUE);
			}
			child.awaitAcknowledged(reopening ? 1 + after % 100 : after);
			child.kill();
		}
	}

	private void assertGoesOn() {
		try (OfflineAuditLog log = open()) {
			this.acknowledgements.assertKeptBy(log);
			appendAcknowledged(log, 1);
		}
	}

}
