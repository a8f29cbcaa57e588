package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;

import dev.grantex.gemma.audit.store.ChainCodec;

/**
 * The files of one chain beside a log, whatever there is of them.
 *
 * @param names the names of all files beside the log
 * @param id what the chain is called in its seal
 * @param owner whom its lines name
 * @param codec what its lines say, and who has signed them
 */
record ChainFiles(SegmentNames names, String id, String owner, ChainCodec codec) {

	NavigableMap<Long, Path> closed() throws IOException {
		return this.names.closedFiles(this.owner);
	}

	/**
	 * What a closed file is called that begins with a line.
	 */
	Path closedName(long firstSequence) {
		return this.names.closed(this.owner, firstSequence);
	}

	ActiveFile active() {
		return new ActiveFile(this.names, this.codec);
	}

	SealLocation seals() {
		return new SealLocation(this);
	}

	/**
	 * Where the seal is as long as the chain does not have the active file.
	 */
	Path seal() {
		return this.names.seal(this.owner);
	}

}
