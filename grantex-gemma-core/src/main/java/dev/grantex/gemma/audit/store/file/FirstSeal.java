package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Makes the first seal of a chain: of one that has no entries yet, or of one that was
 * begun by another package, of which the end must hold.
 */
final class FirstSeal {

	private final ChainFiles chain;

	FirstSeal(ChainFiles chain) {
		this.chain = chain;
	}

	/**
	 * Makes the seal if there is none.
	 * @param adopted whether another package may have begun the chain
	 * @param clockFloor the moment at which the chain's clock starts
	 * @throws StoreException if what is there is not a chain's undamaged end
	 */
	void run(boolean adopted, long clockFloor) throws IOException {
		SealLocation seals = this.chain.seals();
		boolean begun = adopted ? seals.find().isPresent() : seals.isBegun();
		if (begun) {
			return;
		}
		ActiveFile active = this.chain.active();
		if (adopted) {
			active.requireKnownForm(this.chain.owner());
		}
		NavigableMap<Long, Path> files = this.chain.closed();
		active.addTo(files, this.chain.owner(), LogEnd.EMPTY);
		LogEnd end = files.isEmpty() ? LogEnd.EMPTY : end(files.lastKey(), files.lastEntry().getValue());
		Head start = files.isEmpty() ? Head.GENESIS : start(files.firstEntry().getValue());
		new SealFile(this.chain.seal())
			.create(SealRecord.first(this.chain.id(), this.chain.owner(), end, start, clockFloor), this.chain.codec());
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

}
