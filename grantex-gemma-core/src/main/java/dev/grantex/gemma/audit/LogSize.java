package dev.grantex.gemma.audit;

/**
 * How many bytes the files of a chain hold.
 *
 * @param current bytes of the file that is appended to
 * @param all bytes of all files, that one included
 */
record LogSize(long current, long all) {

	LogSize plus(long bytes) {
		return new LogSize(this.current + bytes, this.all + bytes);
	}

}
