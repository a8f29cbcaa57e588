package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * The first of many.
 *
 * @param listed the first ones
 * @param others how many more there are
 * @param <T> what is listed
 */
public record Listing<T>(List<T> listed, long others) {

	public Listing {
		listed = List.copyOf(listed);
	}

	/**
	 * How many there are in all.
	 */
	public long count() {
		return this.listed.size() + this.others;
	}

}
