package dev.grantex.gemma.disk;

/**
 * What one loss of power could have left on a disk.
 *
 * @param operations after how many operations the power was lost
 * @param mixture what of the unforced operations reached the disk
 * @param image what is on the disk
 */
public record CrashState(int operations, String mixture, DiskImage image) {

	@Override
	public String toString() {
		return "power lost after " + this.operations + " operations: " + this.mixture;
	}

}
