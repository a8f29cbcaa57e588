package dev.grantex.gemma.disk;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A disk that does not answer once: whoever does the operation waits until it is
 * released, all others go on.
 */
public final class HeldOperation implements DiskFaults.Hook {

	private static final int PATIENCE = 300;

	private final Predicate<DiskOperation> operation;

	private final AtomicBoolean held = new AtomicBoolean();

	private final CountDownLatch reached = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	private HeldOperation(Predicate<DiskOperation> operation) {
		this.operation = operation;
	}

	/**
	 * Holds the next operation of some kind.
	 */
	public static HeldOperation next(DiskFaults disk, Predicate<DiskOperation> operation) {
		HeldOperation held = new HeldOperation(operation);
		disk.before(held);
		return held;
	}

	/**
	 * Holds the next operation.
	 */
	public static HeldOperation next(DiskFaults disk) {
		return next(disk, (operation) -> true);
	}

	/**
	 * Holds the next reading that somebody waits for. The log's own thread goes on, which
	 * tidies up whenever it likes.
	 */
	public static HeldOperation nextReading(DiskFaults disk) {
		HeldOperation held = new HeldOperation((operation) -> false);
		disk.beforeReading(() -> {
			if (!Thread.currentThread().getName().equals("grantex-audit-log")) {
				held.hold();
			}
		});
		return held;
	}

	/**
	 * Holds the next reading of whoever reads once something is so.
	 */
	public static HeldOperation nextReading(DiskFaults disk, BooleanSupplier when) {
		HeldOperation held = new HeldOperation((operation) -> false);
		disk.beforeReading(() -> {
			if (when.getAsBoolean()) {
				held.hold();
			}
		});
		return held;
	}

	/**
	 * Waits until the operation is held.
	 */
	public HeldOperation await() throws InterruptedException {
		if (!this.reached.await(PATIENCE, TimeUnit.SECONDS)) {
			throw new AssertionError("The operation was not done");
		}
		return this;
	}

	public void release() {
		this.released.countDown();
	}

	@Override
	public void before(DiskOperation operation) throws IOException {
		if (this.operation.test(operation)) {
			hold();
		}
	}

	private void hold() throws IOException {
		if (this.held.compareAndSet(false, true)) {
			this.reached.countDown();
			try {
				if (!this.released.await(PATIENCE, TimeUnit.SECONDS)) {
					throw new IOException("The operation was not released");
				}
			}
			catch (InterruptedException ex) {
				// As a channel does that closes.
				Thread.currentThread().interrupt();
				throw new IOException(ex);
			}
		}
	}

}
