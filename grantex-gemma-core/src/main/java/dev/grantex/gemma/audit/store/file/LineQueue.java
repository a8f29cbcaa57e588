package dev.grantex.gemma.audit.store.file;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;
import dev.grantex.gemma.audit.store.Linking;

/**
 * Lines that have their places behind the end of a chain and are not written yet. What is
 * in it and in its lines is guarded by the chain's mutex.
 */
final class LineQueue {

	private final Deque<Placed> lines = new ArrayDeque<>();

	private Head last;

	private long length;

	LineQueue(Head last) {
		this.last = last;
	}

	/**
	 * A line that has its place.
	 */
	static final class Placed {

		private final Linking linking;

		private final Head previous;

		private final Line line;

		private final boolean forced;

		private byte[] bytes = {};

		private boolean ready;

		private boolean written;

		private @Nullable Throwable failure;

		private Placed(Linking linking, Head previous, Line line, boolean forced) {
			this.linking = linking;
			this.previous = previous;
			this.line = line;
			this.forced = forced;
		}

		Line line() {
			return this.line;
		}

		/**
		 * Lets the line be written, now that it is signed.
		 */
		void ready(byte[] bytes) {
			this.bytes = bytes;
			this.ready = true;
		}

		void succeed() {
			this.written = true;
		}

		void fail(Throwable failure) {
			this.failure = failure;
			this.linking.undone();
		}

		boolean isDone() {
			return this.written || this.failure != null;
		}

		@Nullable Throwable failure() {
			return this.failure;
		}

	}

	/**
	 * Lines that are written at once, at least one.
	 */
	record Group(List<Placed> lines) {

		long firstSequence() {
			return this.lines.get(0).line.head().sequence();
		}

		int firstLength() {
			return this.lines.get(0).bytes.length;
		}

		Line last() {
			return this.lines.get(this.lines.size() - 1).line;
		}

		boolean isForced() {
			for (Placed placed : this.lines) {
				if (placed.forced) {
					return true;
				}
			}
			return false;
		}

		byte[] bytes() {
			if (this.lines.size() == 1) {
				return this.lines.get(0).bytes;
			}
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			this.lines.forEach((placed) -> all.writeBytes(placed.bytes));
			return all.toByteArray();
		}

	}

	/**
	 * The entry that the next line follows.
	 */
	Head last() {
		return this.last;
	}

	/**
	 * How many bytes the lines have at most.
	 */
	long length() {
		return this.length;
	}

	boolean isEmpty() {
		return this.lines.isEmpty();
	}

	/**
	 * Adds the line that a linking makes, if it makes one.
	 */
	@Nullable Placed add(Linking linking, boolean forced) {
		Line line = linking.after(this.last);
		if (line == null) {
			return null;
		}
		Placed placed;
		try {
			placed = new Placed(linking, this.last, line, forced);
			this.lines.add(placed);
		}
		catch (OutOfMemoryError ex) {
			linking.undone();
			throw ex;
		}
		this.last = line.head();
		this.length += linking.length();
		return placed;
	}

	boolean isReady() {
		Placed first = this.lines.peek();
		return first != null && first.ready;
	}

	int firstLength() {
		return this.lines.element().bytes.length;
	}

	/**
	 * Takes the first lines that can be written, as many as fit, but at least one.
	 */
	Group take(long maxLength) {
		List<Placed> group = new ArrayList<>();
		long taken = 0;
		while (isReady() && (group.isEmpty() || taken + firstLength() <= maxLength)) {
			Placed placed = this.lines.remove();
			taken += placed.bytes.length;
			this.length -= placed.linking.length();
			group.add(placed);
		}
		return new Group(group);
	}

	/**
	 * Fails a line and all behind it, none of which can have been written.
	 */
	void failFrom(Placed placed, Throwable cause) {
		List<Placed> taken = this.lines.stream().dropWhile((candidate) -> candidate != placed).toList();
		this.lines.removeAll(taken);
		this.length -= taken.stream().mapToLong((candidate) -> candidate.linking.length()).sum();
		this.last = placed.previous;
		taken.forEach((failed) -> failed.fail(cause));
	}

	/**
	 * Fails all lines, so that the next one follows another.
	 */
	void failAll(Head last, Throwable cause) {
		List<Placed> taken = List.copyOf(this.lines);
		this.lines.clear();
		this.length = 0;
		this.last = last;
		taken.forEach((failed) -> failed.fail(cause));
	}

}
