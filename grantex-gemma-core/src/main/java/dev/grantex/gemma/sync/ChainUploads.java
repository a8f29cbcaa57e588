package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.EntryError;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * Delivers chains: batch by batch from where the service has one, and for each refusal
 * the decision what follows from it.
 */
final class ChainUploads {

	private static final String INVALID_SIGNATURE = "INVALID_SIGNATURE";

	/** That there are other entries than ours in the chain. */
	private static final Set<String> FORKED = Set.of("DUPLICATE_SEQ", "BROKEN_CHAIN");

	private final CycleClient client;

	private final UploadCalls calls;

	private final BundleRefresh refresh;

	private final Clock serviceClock;

	/** Where chains failed last, over cycles, by their bundles. */
	private final Map<String, ErrorIsolation.Place> places = new HashMap<>();

	ChainUploads(CycleClient client, UploadCalls calls, BundleRefresh refresh, Clock serviceClock) {
		this.client = client;
		this.calls = calls;
		this.refresh = refresh;
		this.serviceClock = serviceClock;
	}

	/**
	 * Delivers a chain as far as it reaches now, in one cycle.
	 * @throws CallPausedException if the rest must wait
	 * @throws GrantexGemmaException if the rest was not delivered
	 */
	void deliver(DeliveredChain chain, CycleReport report) {
		new Delivery(chain, report).run();
	}

	/**
	 * Whether a refusal says that the service has other entries in the chain's place.
	 */
	static boolean isFork(AuditRejectedException rejected) {
		return rejected.isChainConflict() && rejected.errors().stream().anyMatch(ChainUploads::isFork);
	}

	private static boolean isFork(EntryError error) {
		return error.code() != null && FORKED.contains(error.code());
	}

	/**
	 * What the service holds against the entries of a batch, as far as it names them, in
	 * their order. One that was not in the batch is not believed.
	 */
	private static List<EntryError> named(AuditRejectedException rejected, DueEntries.Batch batch) {
		return rejected.errors()
			.stream()
			.filter((error) -> error.seq() != null && batch.holds(error.seq()))
			.sorted(Comparator.comparing(ChainUploads::sequence))
			.toList();
	}

	private static long sequence(EntryError error) {
		return Objects.requireNonNull(error.seq());
	}

	private final class Delivery {

		private final DeliveredChain chain;

		private final ChainEntries entries;

		private final CycleReport report;

		private final ErrorIsolation isolation;

		private long through;

		/** Ends the chain on the service, once what comes before was delivered. */
		private @Nullable AuditRejectedException refusal;

		private boolean keyRepaired;

		private boolean wentBack;

		Delivery(DeliveredChain chain, CycleReport report) {
			this.chain = chain;
			this.entries = chain.entries();
			this.report = report;
			this.isolation = new ErrorIsolation(ChainUploads.this.client, ChainUploads.this.calls,
					ChainUploads.this.serviceClock, ChainUploads.this.places, chain);
			this.through = chain.lastDue();
		}

		void run() {
			while (this.entries.position() < this.through) {
				sendAll();
			}
			if (this.refusal != null) {
				this.chain.strand(StrandingReason.ENTRY_REFUSED, this.through + 1);
				throw this.refusal;
			}
		}

		/**
		 * Reads once and sends until all is delivered or something is refused that can be
		 * helped.
		 */
		private void sendAll() {
			try (DueEntries due = new DueEntries(this.chain, this.entries.position() + 1, this.through)) {
				boolean goesOn = true;
				while (goesOn && this.entries.position() < this.through) {
					long left = this.through - this.entries.position();
					goesOn = send(
							ChainUploads.this.calls.next(due, left, this.isolation.most(this.entries.position())));
				}
			}
		}

		private boolean send(DueEntries.Batch batch) {
			try {
				SyncResponse answer = ChainUploads.this.calls.send(batch, this.chain);
				try {
					this.entries.markAccepted(batch.last());
					this.report.accepted(batch.size());
					this.isolation.accepted(batch);
					this.chain.confirmKey();
				}
				finally {
					this.chain.accepted(answer);
				}
				return true;
			}
			catch (GrantexAuthException ex) {
				decide(ex, batch);
				return false;
			}
		}

		private void decide(GrantexAuthException refusal, DueEntries.Batch batch) {
			if (refusal instanceof ApiServerErrorException error) {
				this.isolation.narrow(error, batch);
			}
			else if (refusal instanceof AuditRejectedException rejected) {
				decide(rejected, named(rejected, batch));
			}
			else if (refusal.statusCode() == 413) {
				shrink(refusal, batch);
			}
			else {
				if (CycleClient.isUnknownBundle(refusal) && isUnknown()) {
					this.chain.unknown();
				}
				BundleRefresh.tellIfWithdrawn(refusal, this.chain);
				throw refusal;
			}
		}

		/**
		 * Whether the service says, asked for nothing else, that it does not know the
		 * bundle. That an upload is not taken may have other causes.
		 */
		private boolean isUnknown() {
			try {
				return ChainUploads.this.client.find(this.chain.bundleId()).isEmpty();
			}
			catch (GrantexGemmaException ex) {
				return false;
			}
		}

		private void decide(AuditRejectedException rejected, List<EntryError> errors) {
			if (rejected.isChainConflict()) {
				conflict(rejected, errors);
			}
			else if (errors.isEmpty()) {
				throw rejected;
			}
			else if (INVALID_SIGNATURE.equals(errors.get(0).code())) {
				repairKey(rejected, sequence(errors.get(0)));
			}
			else {
				this.through = sequence(errors.get(0)) - 1;
				this.refusal = rejected;
			}
		}

		private void conflict(AuditRejectedException rejected, List<EntryError> errors) {
			Optional<EntryError> fork = errors.stream().filter(ChainUploads::isFork).findFirst();
			if (fork.isPresent()) {
				this.chain.strand(StrandingReason.FORKED, sequence(fork.get()));
				throw rejected;
			}
			long accepted = ChainUploads.this.client.accepted(this.chain.bundleId());
			if (this.wentBack || accepted >= this.entries.position()) {
				throw rejected;
			}
			this.wentBack = true;
			this.chain.goBackTo(accepted);
		}

		/**
		 * Entries verify locally before they are sent, so it is the key that is another.
		 */
		private void repairKey(AuditRejectedException rejected, long refused) {
			if (this.keyRepaired || !ChainUploads.this.refresh.isRepairAllowed(this.chain)) {
				throw rejected;
			}
			this.keyRepaired = true;
			ChainUploads.this.refresh.repair(this.chain, refused, this.report);
		}

		private void shrink(GrantexAuthException refusal, DueEntries.Batch batch) {
			if (batch.size() > 1) {
				ChainUploads.this.calls.halve(batch);
				return;
			}
			if (this.isolation.isCause(batch, refusal)) {
				this.chain.strand(StrandingReason.ENTRY_REFUSED, batch.first());
			}
			throw refusal;
		}

	}

}
