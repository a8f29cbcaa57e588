package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Where the seal of a bundle's chain is: beside the active file as long as the chain has
 * that, under the name of its grant before and after.
 */
record SealLocation(ChainFiles chain) {

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
		Optional<Found> found = signed().max(Comparator.comparingLong((own) -> own.statement().generation()));
		if (found.isEmpty() && hasDoubtful()) {
			throw isSealedWithAnotherKey() ? StoreException.outdated() : StoreException.corrupted();
		}
		return found;
	}

	/**
	 * Makes the seal if there is none.
	 * @param adopted whether another package may have begun the chain, whose end must
	 * hold then; if not, the chain's bundle was just issued
	 * @throws StoreException if what is there is not a chain's undamaged end
	 */
	void begin(boolean adopted, long clockFloor) throws IOException {
		if (adopted ? find().isPresent() : isBegun()) {
			return;
		}
		ActiveFile file = this.chain.active();
		if (adopted) {
			file.requireKnownForm(this.chain.owner());
		}
		NavigableMap<Long, Path> files = this.chain.closed();
		file.addTo(files, this.chain.owner(), LogEnd.EMPTY);
		LogEnd end = files.isEmpty() ? LogEnd.EMPTY : end(files.lastKey(), files.lastEntry().getValue());
		Head start = files.isEmpty() ? Head.GENESIS : start(files.firstEntry().getValue());
		new SealFile(this.chain.seal())
			.create(SealRecord.first(this.chain.id(), this.chain.owner(), end, start, clockFloor), this.chain.codec());
	}

	/**
	 * A seal beside the active file that cannot be read is not its own, which gets there
	 * only when the chain is opened.
	 */
	private boolean isBegun() {
		boolean found = signed().findAny().isPresent();
		if (!found && PrivateFiles.exists(this.chain.seal())) {
			throw StoreException.corrupted();
		}
		return found;
	}

	private Head start(Path file) throws IOException {
		return LogTail.first(file, this.chain.codec())
			.filter((first) -> first.sequence() >= 1)
			.map(ReadLine::previous)
			.orElseThrow(StoreException::corrupted);
	}

	private LogEnd end(long segment, Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail tail = LogTail.read(channel);
			ReadLine last = tail.last(this.chain.codec())
				.filter((line) -> line.isSigned() && line.owner().equals(this.chain.owner()))
				.orElseThrow(StoreException::corrupted);
			if (!isLinked(tail.lines()) || last.sequence() < segment) {
				throw StoreException.corrupted();
			}
			return new LogEnd(last.head(), segment, tail.complete());
		}
	}

	private boolean isLinked(List<String> lines) {
		Head before = null;
		for (String text : lines) {
			ReadLine line = this.chain.codec().read(text).filter(ReadLine::isWhole).orElse(null);
			if (line == null || !line.follows((before != null) ? before : startOf(line))) {
				return false;
			}
			before = line.head();
		}
		return true;
	}

	private static Head startOf(ReadLine first) {
		return (first.sequence() > 1) ? first.previous() : Head.GENESIS;
	}

	/**
	 * What the seal beside the active file states, if that is another chain's. Whether it
	 * is true cannot be known without that chain's keys.
	 */
	@Nullable SealRecord others() {
		return new SealFile(this.chain.names().activeSeal()).latest()
			.filter((statement) -> !statement.grantId().equals(this.chain.owner()))
			.orElse(null);
	}

	/**
	 * Moves the seal to where it belongs, and another chain's out of its way.
	 * @param active whether the chain has the active file
	 */
	SealFile place(SealFile seal, boolean active) throws IOException {
		Path target = active ? this.chain.names().activeSeal() : this.chain.seal();
		if (!seal.path().equals(target)) {
			clear(target);
			PrivateFiles.rename(seal.path(), target);
		}
		if (active) {
			clear(this.chain.seal());
		}
		return new SealFile(target);
	}

	private void clear(Path path) throws IOException {
		if (PrivateFiles.exists(path)) {
			PrivateFiles.rename(path, asideOf(new SealFile(path)));
		}
	}

	private Path asideOf(SealFile other) {
		String owner = other.latest().map(SealRecord::grantId).orElse(this.chain.owner());
		Path aside = this.chain.names().seal(owner);
		return (aside.equals(this.chain.seal()) || PrivateFiles.exists(aside))
				? SegmentNames.aside(other.path(), "former") : aside;
	}

	private Stream<Found> signed() {
		return Stream.of(this.chain.seal(), this.chain.names().activeSeal())
			.map(SealFile::new)
			.flatMap((file) -> file.slots()
				.stream()
				.filter(this::isOwn)
				.filter((slot) -> slot.isSignedBy(this.chain.codec()))
				.limit(1)
				.map((slot) -> new Found(file, slot.statement())));
	}

	/**
	 * Whether there is a file that may have been this chain's seal.
	 */
	private boolean hasDoubtful() {
		return PrivateFiles.exists(this.chain.seal()) || (PrivateFiles.exists(this.chain.names().activeSeal())
				&& new SealFile(this.chain.names().activeSeal()).slots().stream().allMatch(this::isOwn));
	}

	/**
	 * Whether both slots of a seal are as they should be but for the key: one alone could
	 * be damaged.
	 */
	private boolean isSealedWithAnotherKey() {
		return Stream.of(this.chain.seal(), this.chain.names().activeSeal())
			.map(SealFile::new)
			.anyMatch((file) -> file.slots().stream().filter(this::isOwn).count() == SealFile.SLOTS);
	}

	private boolean isOwn(SealFile.Slot slot) {
		return slot.statement().bundleId().equals(this.chain.id())
				&& slot.statement().grantId().equals(this.chain.owner());
	}

}
