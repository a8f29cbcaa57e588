package dev.grantex.gemma.audit.verifier;

import java.util.ArrayList;
import java.util.List;

import dev.grantex.gemma.audit.verifier.report.Listing;

/**
 * Keeps the first of many, and how many more there were.
 *
 * @param <T> what is kept
 */
final class Capped<T> {

	private static final int MAX = 50;

	private final List<T> kept = new ArrayList<>();

	private long others;

	void add(T item) {
		if (this.kept.size() < MAX) {
			this.kept.add(item);
		}
		else {
			this.others++;
		}
	}

	Listing<T> report() {
		return new Listing<>(this.kept, this.others);
	}

}
