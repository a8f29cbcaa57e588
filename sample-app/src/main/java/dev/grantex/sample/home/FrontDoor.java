package dev.grantex.sample.home;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The front door's lock, locked at first.
 */
public final class FrontDoor {

	private final AtomicBoolean locked = new AtomicBoolean(true);

	FrontDoor() {
	}

	public boolean isLocked() {
		return this.locked.get();
	}

	public void unlock() {
		this.locked.set(false);
	}

}
