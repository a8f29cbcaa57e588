package dev.grantex.sample.home;

import org.jspecify.annotations.Nullable;

/**
 * Motorized blinds. They stop at whatever stands in their way.
 */
public final class Blinds {

	private static final int CLOSED = 100;

	private final @Nullable Integer obstacle;

	private int position;

	/**
	 * Creates open blinds.
	 * @param obstacle the position in percent beyond which they cannot close, or
	 * {@code null} if nothing is in their way
	 */
	Blinds(@Nullable Integer obstacle) {
		this.obstacle = obstacle;
	}

	/**
	 * How far they are closed, from 0 (open) to 100.
	 */
	public synchronized int position() {
		return this.position;
	}

	/**
	 * Moves them.
	 * @param target how far to close them, from 0 to 100
	 * @throws IllegalArgumentException if the target is out of range
	 * @throws BlindsJammedException if something stops them; they stay where they met it
	 */
	public synchronized void moveTo(int target) {
		if (target < 0 || target > CLOSED) {
			throw new IllegalArgumentException("Blinds can be closed by 0 to 100 percent");
		}
		if (this.obstacle != null && target > this.obstacle) {
			this.position = this.obstacle;
			throw new BlindsJammedException(this.obstacle);
		}
		this.position = target;
	}

}
