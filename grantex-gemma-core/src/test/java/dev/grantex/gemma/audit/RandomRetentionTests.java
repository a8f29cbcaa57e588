package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is done in whatever order, what the service does not have is there.
 */
class RandomRetentionTests extends RetentionFixture {

	private static final int STEPS = 80;

	private static final long TOTAL = 16_000;

	private static final ConsentBundle NEXT = TestBundles.forGrant("bundle_2", "grnt_2");

	/** The furthest that the service had accepted at any time. */
	private long accepted;

	private long head;

	private OfflineAuditLog log;

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4 })
	void neverDeletesWhatTheServiceDoesNotHave(long seed) {
		Random random = new Random(seed);
		this.log = reopened();
		try {
			for (int i = 0; i < STEPS; i++) {
				step(random);
				assertNothingIsLost();
			}
			assertThat(this.accepted).isPositive();
		}
		finally {
			this.log.close();
		}
		try (OfflineAuditLog next = builder(NEXT).maxTotalSize(TOTAL).open()) {
			this.log = builder().maxTotalSize(TOTAL).durability(Durability.OS).openRetired();
			assertNothingIsLost();
			assertThat(next.headSequence()).isZero();
		}
		finally {
			this.log.close();
		}
	}

	@ParameterizedTest
	@MethodSource
	@Tag("endurance")
	void neverInManyLives(long seed) {
		neverDeletesWhatTheServiceDoesNotHave(seed);
	}

	static LongStream neverInManyLives() {
		return LongStream.rangeClosed(100, 400);
	}

	private void step(Random random) {
		switch (random.nextInt(8)) {
			case 0, 1, 2 -> append(random);
			case 3, 4 -> mark(random);
			case 5 -> this.clock.advance(Duration.ofHours(random.nextInt(24 * 40) - 24 * 5));
			case 6 -> jump(random);
			default -> {
				this.log.close();
				this.log = reopened();
			}
		}
	}

	private void append(Random random) {
		for (int i = random.nextInt(8); i >= 0; i--) {
			try {
				this.log.checkWritable();
				if (random.nextInt(4) == 0) {
					this.log.appendOutcome("tool:x", this.grant, "error", large(random.nextInt(1500)), null);
				}
				else {
					this.log.append("tool:x", this.grant, "success", large(random.nextInt(300)));
				}
			}
			catch (AuditLogException ex) {
				assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_FULL);
			}
		}
		this.head = Math.max(this.head, this.log.headSequence());
	}

	private void mark(Random random) {
		long position = this.log.synchronizedThrough();
		long open = this.log.headSequence() - position;
		long next = (random.nextInt(6) == 0) ? Math.max(this.log.firstSequence() - 1, position - random.nextInt(5))
				: position + random.nextLong(open + 1);
		this.accepted = Math.max(this.accepted, next);
		try {
			this.log.markSynchronized(next);
		}
		catch (AuditLogException ex) {
			// Files are deleted a little after one was closed.
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_MISSING);
			assertThat(next).isLessThan(position);
			assertThat(this.log.firstSequence() - 1).isGreaterThan(next);
		}
		this.head = Math.max(this.head, this.log.headSequence());
	}

	private void jump(Random random) {
		Instant now = this.clock.instant();
		this.clock.set(random.nextBoolean() ? Instant.EPOCH : Instant.parse("9000-01-01T00:00:00Z"));
		try {
			append(random);
			mark(random);
		}
		finally {
			this.clock.set(now);
		}
	}

	private OfflineAuditLog reopened() {
		return builder().maxTotalSize(TOTAL).durability(Durability.OS).open();
	}

	private void assertNothingIsLost() {
		assertThat(this.log.headSequence()).isGreaterThanOrEqualTo(this.head);
		long first = this.log.firstSequence();
		assertThat(first).isLessThanOrEqualTo(this.accepted + 1);
		try {
			List<Long> kept = sequences(this.log, first);
			assertThat(kept)
				.isEqualTo(LongStream.rangeClosed(this.log.headSequence() - kept.size() + 1, this.log.headSequence())
					.boxed()
					.toList());
			assertThat(this.log.verify(this.log.verifier(List.of(this.publicKey))).reason()).isNull();
		}
		catch (AuditLogException ex) {
			// Files are deleted a little after one was closed.
			assertThat(ex.reason()).isEqualTo(AuditLogException.LOG_MISSING);
			assertThat(this.log.firstSequence()).isGreaterThan(first);
		}
		assertThat(this.log.damages()).isEmpty();
		assertThat(total()).isLessThanOrEqualTo(TOTAL);
	}

}
