package dev.grantex.gemma.sync;

import java.util.List;

/**
 * A chain as a device has it.
 *
 * @param first the sequence number of the first entry that is kept
 * @param hashes the hashes from there on
 */
record LocalChain(long first, List<String> hashes) {

	/**
	 * Whether the chain goes on from what the service has, or is there already.
	 */
	boolean continues(List<String> service) {
		int known = service.size() - (int) (this.first - 1);
		return known >= 0 && known <= this.hashes.size()
				&& service.subList((int) this.first - 1, service.size()).equals(this.hashes.subList(0, known));
	}

	/**
	 * Whether the service has all of it, and perhaps more.
	 */
	boolean isDelivered(List<String> service) {
		return service.size() >= last() && service.subList((int) this.first - 1, (int) last()).equals(this.hashes);
	}

	long last() {
		return this.first - 1 + this.hashes.size();
	}

	String hash(long sequence) {
		return this.hashes.get((int) (sequence - this.first));
	}

}
