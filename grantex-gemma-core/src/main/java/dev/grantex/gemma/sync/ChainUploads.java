package dev.grantex.gemma.sync;

import java.time.Clock;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * Delivers chains, and knows what deliveries have in common over chains and cycles.
 */
final class ChainUploads {

	private final SyncCalls calls;

	private final BundleRefresh refresh;

	private final ServerErrors errors;

	/**
	 * Creates the deliveries.
	 * @param batchSize how many entries go up at once, unless there are more
	 */
	ChainUploads(CycleClient client, BundleRefresh refresh, int batchSize, Clock clock, Clock serviceClock) {
		this.calls = new SyncCalls(client, new UploadPace(clock), batchSize);
		this.refresh = refresh;
		this.errors = new ServerErrors(serviceClock);
	}

	/**
	 * Begins a cycle.
	 */
	void nextCycle() {
		this.calls.nextCycle();
	}

	/**
	 * Delivers a chain as far as it reaches now.
	 * @throws UploadPausedException if the rest must wait
	 * @throws GrantexGemmaException if the rest was not delivered
	 */
	void deliver(UploadedChain chain, CycleReport report) {
		new ChainUpload(this.calls, this.refresh, this.errors, chain, report).run();
	}

}
