package dev.grantex.gemma.guard;

/**
 * Whether a thread's stack has room for what the guard does. Where it has not, anything
 * may fail at any point, even giving back what is held.
 */
final class StackRoom {

	/** Several times as many frames as a record takes, listeners included. */
	private static final int FRAMES = 1000;

	private StackRoom() {
	}

	static boolean isEnough() {
		try {
			return descend(FRAMES, 1, 2, 3, 4) != 0;
		}
		catch (StackOverflowError ex) {
			return false;
		}
	}

	private static long descend(int frames, long a, long b, long c, long d) {
		return (frames == 0) ? (a | 1) : descend(frames - 1, b, c, d, a) | 1;
	}

}
