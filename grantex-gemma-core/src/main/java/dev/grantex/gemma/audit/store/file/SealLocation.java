package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Where the seal of a bundle's chain is: beside the active file as long as the chain has
 * that, under the name of its grant before and after.
 */
final class SealLocation {

	private final SegmentNames names;

	private final String bundleId;

	private final String grantId;

	private final ChainCodec codec;

	SealLocation(SegmentNames names, String bundleId, String grantId, ChainCodec codec) {
		this.names = names;
		this.bundleId = bundleId;
		this.grantId = grantId;
		this.codec = codec;
	}

	/**
	 * A seal of this chain.
	 *
	 * @param file the file
	 * @param statement the latest statement in it that one of the chain's keys has signed
	 */
	record Found(SealFile file, SealRecord statement) {
	}

	/**
	 * The latest seal of this chain, if there is one.
	 * @throws StoreException if one is there, but unreadable, forged, or signed with a
	 * key that the bundle does not know
	 */
	Optional<Found> find() {
		Optional<Found> found = Stream.of(this.names.seal(this.grantId), this.names.activeSeal())
			.map(SealFile::new)
			.flatMap(this::own)
			.max(Comparator.comparingLong((own) -> own.statement().generation()));
		if (found.isEmpty() && hasDoubtful()) {
			throw isSealedWithAnotherKey() ? StoreException.outdated() : StoreException.corrupted();
		}
		return found;
	}

	/**
	 * Whether the chain of a bundle that was just issued has its seal. A seal beside the
	 * active file that cannot be read is not its own, which gets there only when the
	 * chain is opened.
	 * @throws StoreException if one is there under the chain's name, but unreadable or
	 * forged
	 */
	boolean isBegun() {
		boolean found = Stream.of(this.names.seal(this.grantId), this.names.activeSeal())
			.map(SealFile::new)
			.flatMap(this::own)
			.findAny()
			.isPresent();
		if (!found && new SealFile(this.names.seal(this.grantId)).exists()) {
			throw StoreException.corrupted();
		}
		return found;
	}

	/**
	 * What the seal beside the active file states, if that is another chain's. Whether it
	 * is true cannot be known without that chain's keys.
	 */
	@Nullable SealRecord others() {
		return statements(new SealFile(this.names.activeSeal())).findFirst()
			.map(SealFile.Slot::statement)
			.filter((statement) -> !statement.grantId().equals(this.grantId))
			.orElse(null);
	}

	/**
	 * Moves the seal to where it belongs, and another chain's out of its way.
	 * @param active whether the chain has the active file
	 */
	SealFile place(SealFile seal, boolean active) throws IOException {
		Path target = active ? this.names.activeSeal() : this.names.seal(this.grantId);
		if (!seal.path().equals(target)) {
			clear(target);
			PrivateFiles.rename(seal.path(), target);
		}
		if (active) {
			clear(this.names.seal(this.grantId));
		}
		return new SealFile(target);
	}

	private void clear(Path path) throws IOException {
		SealFile present = new SealFile(path);
		if (present.exists()) {
			PrivateFiles.rename(path, asideOf(present));
		}
	}

	private Path asideOf(SealFile other) {
		String grant = statements(other).findFirst()
			.map(SealFile.Slot::statement)
			.map(SealRecord::grantId)
			.orElse(this.grantId);
		Path aside = this.names.seal(grant);
		return (grant.equals(this.grantId) || PrivateFiles.exists(aside)) ? SegmentNames.aside(other.path(), "former")
				: aside;
	}

	private Stream<Found> own(SealFile file) {
		return statements(file).filter(this::isOwn)
			.filter((slot) -> slot.isSignedBy(this.codec))
			.limit(1)
			.map((slot) -> new Found(file, slot.statement()));
	}

	/**
	 * Whether there is a file that may have been this chain's seal.
	 */
	private boolean hasDoubtful() {
		SealFile own = new SealFile(this.names.seal(this.grantId));
		SealFile active = new SealFile(this.names.activeSeal());
		return own.exists() || (active.exists() && statements(active).allMatch(this::isOwn));
	}

	/**
	 * Whether both slots of a seal are as they should be but for the key: one alone could
	 * be damaged.
	 */
	private boolean isSealedWithAnotherKey() {
		return Stream.of(this.names.seal(this.grantId), this.names.activeSeal())
			.map(SealFile::new)
			.anyMatch((file) -> statements(file).filter(this::isOwn).count() == SealFile.SLOTS);
	}

	private boolean isOwn(SealFile.Slot slot) {
		return slot.statement().bundleId().equals(this.bundleId) && slot.statement().grantId().equals(this.grantId);
	}

	private static Stream<SealFile.Slot> statements(SealFile file) {
		return file.slots().orElse(List.of()).stream();
	}

}
