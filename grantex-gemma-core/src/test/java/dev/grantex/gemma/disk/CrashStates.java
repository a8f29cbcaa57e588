package dev.grantex.gemma.disk;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.grantex.gemma.disk.DiskOperation.Write;

/**
 * What losses of power could have left on a disk, as far as POSIX and a disk that fails
 * between any two bytes go: what was forced is there, of everything else any part may be,
 * in any order. Of the innumerable mixtures of unforced operations these are tried: none,
 * all, each alone, all but each, all with each write torn, and some at random with torn
 * and reordered writes. The same record and seed give the same states.
 */
public final class CrashStates {

	private static final int MAX_SINGLED_OUT = 6;

	private static final int RANDOM_MIXTURES = 8;

	private final DiskImage start;

	private final List<DiskOperation> operations;

	private final long seed;

	CrashStates(DiskImage start, List<DiskOperation> operations, long seed) {
		this.start = start;
		this.operations = operations;
		this.seed = seed;
	}

	/**
	 * The states that can be left at any moment.
	 */
	public Stream<CrashState> all() {
		return IntStream.rangeClosed(0, this.operations.size()).boxed().flatMap((done) -> after(done).stream());
	}

	/**
	 * The states that can be left after so many operations.
	 */
	public Collection<CrashState> after(int operations) {
		Mixtures mixtures = new Mixtures(operations, disk(operations));
		mixtures.collect(new Random(this.seed * 31 + operations));
		return mixtures.states.values();
	}

	private UnforcedOperations disk(int operations) {
		UnforcedOperations disk = new UnforcedOperations(this.start);
		this.operations.subList(0, operations).forEach(disk::done);
		return disk;
	}

	/**
	 * What is left after so many operations in any case.
	 */
	public DiskImage durable(int operations) {
		return disk(operations).durable();
	}

	/**
	 * After how many operations a text was sure to be in a file, whatever happened.
	 * @throws IllegalArgumentException if it never was
	 */
	public int durableAfter(String text) {
		return durableAfter(Set.of(text)).get(text);
	}

	/**
	 * After how many operations each of some texts was sure to be in a file, whatever
	 * happened.
	 * @throws IllegalArgumentException if one of them never was
	 */
	public Map<String, Integer> durableAfter(Collection<String> texts) {
		Map<String, Integer> found = new HashMap<>();
		Set<String> missing = new HashSet<>(texts);
		UnforcedOperations disk = new UnforcedOperations(this.start);
		for (int done = 1; done <= this.operations.size() && !missing.isEmpty(); done++) {
			if (disk.done(this.operations.get(done - 1))) {
				String present = disk.durable().text();
				int operations = done;
				missing.removeIf((text) -> present.contains(text) && found.put(text, operations) == null);
			}
		}
		if (!missing.isEmpty()) {
			throw new IllegalArgumentException("Never forced: " + missing);
		}
		return found;
	}

	/**
	 * The different states at one moment.
	 */
	private static final class Mixtures {

		private final Map<Map<Path, ByteBuffer>, CrashState> states = new LinkedHashMap<>();

		private final int done;

		private final DiskImage durable;

		private final List<DiskOperation> unforced;

		Mixtures(int done, UnforcedOperations disk) {
			this.done = done;
			this.durable = disk.durable();
			this.unforced = disk.unforced();
		}

		void collect(Random random) {
			add("nothing unforced", List.of());
			add("everything", this.unforced);
			for (int i : singledOut(random)) {
				DiskOperation single = this.unforced.get(i);
				add("only " + single, List.of(single));
				add("all but " + single, replaced(i, List.of()));
				if (single instanceof Write write) {
					for (Tear tear : Tear.values()) {
						Write torn = tear.of(write, random);
						add("all with " + tear + " of " + single + ": " + torn, replaced(i, List.of(torn)));
					}
				}
			}
			for (int i = 0; i < RANDOM_MIXTURES && !this.unforced.isEmpty(); i++) {
				List<DiskOperation> mixture = random(random);
				add("mixture " + i + ": " + mixture, mixture);
			}
		}

		private int[] singledOut(Random random) {
			int size = this.unforced.size();
			return (size <= MAX_SINGLED_OUT) ? IntStream.range(0, size).toArray()
					: random.ints(0, size).distinct().limit(MAX_SINGLED_OUT).toArray();
		}

		private List<DiskOperation> random(Random random) {
			List<DiskOperation> mixture = new ArrayList<>();
			for (DiskOperation operation : this.unforced) {
				if (random.nextInt(4) > 0) {
					boolean torn = operation instanceof Write && random.nextBoolean();
					DiskOperation part = torn ? Tear.any(random).of((Write) operation, random) : operation;
					mixture.add(canComeEarlier(part) ? random.nextInt(mixture.size() + 1) : mixture.size(), part);
				}
			}
			return mixture;
		}

		/**
		 * Names are kept in order by every journal; what is written into files is not.
		 */
		private static boolean canComeEarlier(DiskOperation operation) {
			return operation instanceof Write;
		}

		private List<DiskOperation> replaced(int index, List<DiskOperation> replacement) {
			List<DiskOperation> applied = new ArrayList<>(this.unforced);
			applied.remove(index);
			applied.addAll(index, replacement);
			return applied;
		}

		private void add(String mixture, List<DiskOperation> applied) {
			DiskImage image = this.durable.copy();
			applied.forEach((operation) -> operation.applyTo(image));
			this.states.putIfAbsent(image.files(), new CrashState(this.done, mixture, image));
		}

	}

}
