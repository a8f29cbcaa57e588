package dev.grantex.gemma.audit.verifier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The first of many, and how many more there are.
 *
 * @param <T> what is listed
 */
public final class Listing<T> {

	private static final int MAX_LISTED = 50;

	@JsonProperty
	private final List<T> listed;

	@JsonProperty
	private long others;

	public Listing() {
		this(List.of(), 0);
	}

	public Listing(List<T> listed, long others) {
		this.listed = new ArrayList<>(listed);
		this.others = others;
	}

	/**
	 * Adds one more, which is listed if it is among the first.
	 */
	public void add(T item) {
		if (this.listed.size() < MAX_LISTED) {
			this.listed.add(item);
		}
		else {
			this.others++;
		}
	}

	<S> Listing<S> map(Function<T, S> shown) {
		return new Listing<>(this.listed.stream().map(shown).toList(), this.others);
	}

	List<T> listed() {
		return this.listed;
	}

	/**
	 * How many there are in all.
	 */
	long count() {
		return this.listed.size() + this.others;
	}

}
