package dev.grantex.gemma.sync;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.EntryError;

/**
 * What the service holds against the entries of a batch, as far as it names them. One
 * that was not in the batch is not believed.
 */
final class EntryErrors {

	private static final String INVALID_SIGNATURE = "INVALID_SIGNATURE";

	/** That there are other entries than ours in the chain. */
	private static final Set<String> FORKED = Set.of("DUPLICATE_SEQ", "BROKEN_CHAIN");

	private final List<EntryError> errors;

	private EntryErrors(List<EntryError> errors) {
		this.errors = errors;
	}

	static EntryErrors of(AuditRejectedException rejected, DueBatch batch) {
		return new EntryErrors(rejected.errors()
			.stream()
			.filter((error) -> error.seq() != null && batch.holds(error.seq()))
			.sorted(Comparator.comparing((error) -> Objects.requireNonNull(error.seq())))
			.toList());
	}

	/**
	 * The first entry that was refused.
	 */
	@Nullable Long firstSequence() {
		return this.errors.isEmpty() ? null : this.errors.get(0).seq();
	}

	/**
	 * Whether the first one was refused for its signature.
	 */
	boolean isOfSignature() {
		return !this.errors.isEmpty() && INVALID_SIGNATURE.equals(this.errors.get(0).code());
	}

	/**
	 * The first entry in whose place the service has another one.
	 */
	@Nullable Long forkedAt() {
		return this.errors.stream().filter(EntryErrors::isFork).map(EntryError::seq).findFirst().orElse(null);
	}

	/**
	 * Whether a refusal says that the service has other entries in the chain's place.
	 */
	static boolean isFork(AuditRejectedException rejected) {
		return rejected.isChainConflict() && rejected.errors().stream().anyMatch(EntryErrors::isFork);
	}

	private static boolean isFork(EntryError error) {
		return error.code() != null && FORKED.contains(error.code());
	}

}
