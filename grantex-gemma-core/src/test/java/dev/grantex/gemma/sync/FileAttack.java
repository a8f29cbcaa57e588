package dev.grantex.gemma.sync;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What was done to a file or to the directory, and what can be done about it.
 */
final class FileAttack {

	/**
	 * What an adversary does.
	 */
	enum Kind {

		/** The name goes; the content stays as long as the file is open. */
		DELETE(false), MOVE(false),

		/** Something else takes the name. */
		OLDER(false), EMPTY(false), SWAP(false), LINK(false),

		/** The content goes, also for who has the file open. */
		TRUNCATE(true), FLIP(true), OVERWRITE(true),

		/** Neither goes. */
		HARD_LINK(false), MODE(false), LOCK(false),

		/** The directory's name goes, is a link, or everybody may write there. */
		DIRECTORY_MOVE(false), DIRECTORY_LINK(false), DIRECTORY_MODE(false);

		private final boolean inPlace;

		Kind(boolean inPlace) {
			this.inPlace = inPlace;
		}

		boolean isInPlace() {
			return this.inPlace;
		}

		boolean isOfDirectory() {
			return this == DIRECTORY_MOVE || this == DIRECTORY_LINK || this == DIRECTORY_MODE;
		}

	}

	/**
	 * Puts right what was done.
	 */
	interface Undoing {

		/**
		 * Puts it right as far as that can be done.
		 * @return whether everything is as if it had not been done
		 */
		boolean undo() throws Exception;

	}

	private final Kind kind;

	private final Path target;

	private final Set<Path> paths = new HashSet<>();

	/** The calls whose entries were in what was attacked. */
	private final Set<String> held;

	private final Map<Path, byte[]> left = new HashMap<>();

	private boolean onOpenLog;

	private final long begun;

	private final @Nullable Object life;

	private long ended;

	private long undone;

	private boolean busy;

	private String what;

	private Undoing undoing = () -> true;

	FileAttack(Kind kind, Path target, Set<String> held, boolean onOpenLog, long begun, @Nullable Object life) {
		this.kind = kind;
		this.target = target;
		this.held = new HashSet<>(held);
		this.paths.add(target);
		this.onOpenLog = onOpenLog;
		this.begun = begun;
		this.life = life;
		this.what = kind + " " + target.getFileName();
	}

	Kind kind() {
		return this.kind;
	}

	Path target() {
		return this.target;
	}

	@Nullable Object life() {
		return this.life;
	}

	boolean concerns(Path file) {
		return this.paths.contains(file);
	}

	boolean holdsEntries() {
		return this.onOpenLog || !this.held.isEmpty();
	}

	boolean isDamageToOpenLog() {
		return this.onOpenLog && this.kind.isInPlace();
	}

	/**
	 * Takes note of what stands at a path now.
	 */
	void leaves(Path file, byte[] content) {
		this.left.put(file, content);
	}

	/**
	 * Whether what stands at a path is what was left there, as far as that is known.
	 */
	boolean isAsLeft(Path file, byte[] content) {
		byte[] known = this.left.get(file);
		return known == null || Arrays.equals(known, content);
	}

	/**
	 * Takes note of what else was attacked.
	 */
	void hits(Path other, Set<String> calls, boolean openLog) {
		this.paths.add(other);
		this.held.addAll(calls);
		this.onOpenLog |= openLog;
	}

	void describe(String more) {
		this.what += " " + more;
	}

	void undoing(Undoing undoing) {
		this.undoing = undoing;
	}

	boolean undo() {
		try {
			return this.undoing.undo();
		}
		catch (Exception ex) {
			throw new IllegalStateException(toString(), ex);
		}
	}

	/**
	 * Takes note that it is done.
	 * @param busy whether calls were made meanwhile
	 */
	void ended(long moment, boolean busy) {
		this.ended = moment;
		this.busy = busy;
	}

	/**
	 * Takes note that it was put right as far as somebody outside can.
	 */
	void undone(long moment) {
		this.undone = moment;
	}

	long undone() {
		return this.undone;
	}

	/**
	 * Whether nobody can tell exactly what it hit.
	 */
	boolean isVague() {
		return this.busy;
	}

	/**
	 * Whether it may have hit the entry of a call.
	 */
	boolean mayHaveHit(Witness.Call call) {
		return this.held.contains(call.id()) || (this.onOpenLog && call.overlaps(this.begun, this.ended));
	}

	@Override
	public String toString() {
		return this.what;
	}

}
