package dev.grantex.gemma.disk;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.grantex.gemma.disk.DiskOperation.FailedForce;
import dev.grantex.gemma.disk.DiskOperation.Force;

/**
 * What is certainly on a disk while operations are done to it, and what only may be.
 */
final class UnforcedOperations {

	private final DiskImage durable;

	/** By their place in the record. */
	private final SortedMap<Integer, DiskOperation> unforced = new TreeMap<>();

	private int done;

	UnforcedOperations(DiskImage start) {
		this.durable = start.copy();
	}

	/**
	 * Does the next operation.
	 * @return whether it made anything durable
	 */
	boolean done(DiskOperation operation) {
		int before = this.unforced.size();
		if (operation instanceof Force force) {
			Collection<DiskOperation> done = this.unforced.headMap(force.covered()).values();
			done.stream().filter(force::concerns).forEach((forced) -> forced.applyTo(this.durable));
			done.removeIf(force::concerns);
		}
		else if (operation instanceof FailedForce force) {
			this.unforced.headMap(force.covered()).values().removeIf(force::drops);
		}
		else {
			this.unforced.put(this.done, operation);
		}
		this.done++;
		return this.unforced.size() < before;
	}

	/**
	 * What is on the disk in any case.
	 */
	DiskImage durable() {
		return this.durable;
	}

	/**
	 * What may or may not be on the disk, or in part, in the order in which it was done.
	 */
	List<DiskOperation> unforced() {
		return List.copyOf(this.unforced.values());
	}

}
