package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.FileAttack.Kind;

/**
 * An adversary who does one thing at a time to the files of a device, and the operator
 * who puts it right: takes away what does not belong there, and puts back what the device
 * cannot have, if there is a copy.
 */
final class FileAttacks {

	private static final String OPEN_LOG = "audit.jsonl";

	private static final int MAX_ATTEMPTS = 5;

	private final Attackable device;

	private final Path outside;

	private final Witness witness;

	private final RandomGenerator random;

	private final List<Kind> kinds;

	/** What is not put right yet. */
	private final List<FileAttack> active = new ArrayList<>();

	/** What could not be put right. */
	private final List<FileAttack> scars = new ArrayList<>();

	/** What the device has to put right itself, from what it has open. */
	private final List<FileAttack> left = new ArrayList<>();

	private final Map<String, byte[]> older = new HashMap<>();

	private int names;

	/**
	 * Creates an adversary.
	 * @param outside a directory of the same disk for what is taken away
	 */
	FileAttacks(Attackable device, Path outside, Witness witness, RandomGenerator random, Set<Kind> kinds) {
		this.device = device;
		this.outside = outside;
		this.witness = witness;
		this.random = random;
		this.kinds = List.copyOf(kinds);
	}

	List<FileAttack> active() {
		return this.active;
	}

	List<FileAttack> scars() {
		return this.scars;
	}

	/**
	 * Forgets what was done to files that are of no account any more.
	 */
	void forgetScars() {
		this.scars.clear();
	}

	/**
	 * Whether the entry of a call may be gone because of what was done.
	 */
	boolean mayHaveHit(Witness.Call call) {
		return Stream.of(this.active, this.scars, this.left)
			.flatMap(List::stream)
			.anyMatch((attack) -> attack.mayHaveHit(call));
	}

	/**
	 * Whether something of the content of an open log was changed.
	 */
	boolean hasDamagedOpenLog() {
		return Stream.concat(this.active.stream(), this.scars.stream()).anyMatch(FileAttack::isDamageToOpenLog);
	}

	/**
	 * After a call is on record the device has put right what is left to it.
	 */
	void settle() {
		this.left.removeIf((attack) -> attack.holdsEntries()
				? this.witness.recorded().stream().anyMatch((call) -> call.begun() > attack.undone())
				: exists(attack.target()));
	}

	/**
	 * The process has ended.
	 * @param killed whether it had no time to save what it had open
	 */
	void ended(boolean killed) {
		List<FileAttack> ended = List.copyOf(this.left);
		this.left.clear();
		if (killed) {
			ended.forEach(this::undo);
		}
	}

	/**
	 * Takes copies of some files, to be put back later.
	 */
	void copySome() throws IOException {
		for (Path file : files()) {
			if (this.random.nextBoolean()) {
				content(file).ifPresent((content) -> this.older.put(name(file), content));
			}
		}
	}

	/**
	 * Does one thing.
	 * @param busy whether calls are made meanwhile
	 */
	String attack(BooleanSupplier busy) throws IOException {
		if (this.kinds.isEmpty() || !Files.isDirectory(this.device.directory())
				|| this.active.stream().anyMatch((attack) -> attack.kind().isOfDirectory())) {
			return "nothing to attack";
		}
		Kind kind = this.kinds.get(this.random.nextInt(this.kinds.size()));
		if (kind.isOfDirectory()) {
			return this.active.isEmpty() ? attackDirectory(kind, busy) : "nothing to attack";
		}
		List<Path> targets = targets(kind);
		if (targets.isEmpty()) {
			return "nothing to attack";
		}
		Path target = targets.get(this.random.nextInt(targets.size()));
		boolean wasBusy = busy.getAsBoolean();
		try {
			long begun = this.witness.now();
			byte[] before = Files.readAllBytes(target);
			FileAttack attack = new FileAttack(kind, target, calls(before), name(target).equals(OPEN_LOG), begun,
					this.device.hasUsed() ? this.device.life() : null);
			boolean done = perform(attack, before);
			if (done) {
				attack.ended(this.witness.now(), wasBusy || busy.getAsBoolean());
				this.active.add(attack);
			}
			return done ? attack.toString() : "nothing to attack";
		}
		catch (NoSuchFileException ex) {
			return "nothing to attack";
		}
	}

	/**
	 * Takes away what is of no use to anybody.
	 */
	void takeAway(String name) throws IOException {
		Files.move(this.device.directory().resolve(name), elsewhere());
	}

	/**
	 * Puts right what was done last.
	 */
	String undoLast() {
		if (this.active.isEmpty()) {
			return "nothing to put right";
		}
		return undo(this.active.remove(this.active.size() - 1));
	}

	private String undo(FileAttack attack) {
		boolean undone = attack.undo();
		boolean same = attack.life() != null && attack.life() == this.device.life();
		if (!undone || attack.isVague() && (attack.kind().isInPlace() || !same)) {
			this.scars.add(attack);
		}
		else if (same && !attack.kind().isInPlace()) {
			attack.undone(this.witness.now());
			this.left.add(attack);
		}
		return "put right " + (undone ? "" : "as far as possible ") + attack;
	}

	private String attackDirectory(Kind kind, BooleanSupplier busy) throws IOException {
		Path directory = this.device.directory();
		Set<String> held = new HashSet<>();
		long begun = this.witness.now();
		boolean wasBusy = busy.getAsBoolean();
		for (Path file : files()) {
			content(file).ifPresent((content) -> held.addAll(calls(content)));
		}
		FileAttack attack = new FileAttack(kind, directory, held, true, begun, this.device.life());
		switch (kind) {
			case DIRECTORY_MOVE -> {
				Path moved = directory.resolveSibling("moved-" + ++this.names);
				Files.move(directory, moved);
				attack.undoing(() -> putBackDirectory(moved));
			}
			case DIRECTORY_LINK -> {
				Path moved = elsewhere();
				Files.move(directory, moved);
				linkTo(moved);
				attack.undoing(() -> {
					if (Files.isSymbolicLink(directory)) {
						Files.delete(directory);
					}
					return putBackDirectory(moved);
				});
			}
			default -> {
				mode(directory, "rwxrwxrwx");
				attack.undoing(() -> {
					mode(directory, "rwx------");
					return true;
				});
			}
		}
		attack.ended(this.witness.now(), wasBusy || busy.getAsBoolean());
		this.active.add(attack);
		return attack.toString();
	}

	private void linkTo(Path moved) throws IOException {
		try {
			Files.createSymbolicLink(this.device.directory(), moved);
		}
		catch (FileAlreadyExistsException ex) {
			// The device has just made its directory again, which then is only gone.
			return;
		}
	}

	/**
	 * What the device has written again meanwhile is the newer.
	 */
	private boolean putBackDirectory(Path moved) throws IOException {
		Path directory = this.device.directory();
		try {
			Files.move(moved, directory);
			return true;
		}
		catch (FileSystemException ex) {
			// The device has made it again, perhaps in this very moment.
			if (!Files.isDirectory(directory)) {
				throw ex;
			}
			for (Path file : list(moved)) {
				putBack(file, directory.resolve(name(file)));
			}
			return true;
		}
	}

	private static void putBack(Path file, Path place) throws IOException {
		try {
			Files.move(file, place);
		}
		catch (FileAlreadyExistsException | NoSuchFileException ex) {
			// The device has written it again, or has moved what it wrote meanwhile.
			return;
		}
	}

	private boolean perform(FileAttack attack, byte[] before) throws IOException {
		Path target = attack.target();
		boolean copy = this.random.nextInt(3) > 0;
		if (!copy && !attack.kind().isInPlace()) {
			attack.describe("without a copy");
		}
		switch (attack.kind()) {
			case DELETE -> {
				Files.delete(target);
				attack.undoing(() -> restore(attack, null, copy ? before : null));
			}
			case MOVE -> {
				Path moved = elsewhere();
				Files.move(target, moved);
				attack.undoing(() -> restore(attack, null, copy ? before : null));
			}
			case OLDER, EMPTY -> {
				byte[] content = (attack.kind() == Kind.EMPTY) ? new byte[0] : older(target, before);
				if (content == null) {
					return false;
				}
				Path foreign = elsewhere();
				write(foreign, content);
				Object key = key(foreign);
				Files.move(foreign, target, StandardCopyOption.ATOMIC_MOVE);
				attack.leaves(target, content);
				attack.undoing(() -> restore(attack, key, copy ? before : null));
			}
			case LINK -> {
				Path moved = elsewhere();
				Files.move(target, moved);
				Object key = link(target, moved);
				attack.undoing(() -> {
					if (copy && key != null && key.equals(keyOrNull(target))) {
						Files.move(moved, target, StandardCopyOption.ATOMIC_MOVE);
						return true;
					}
					return restore(attack, key, copy ? before : null);
				});
			}
			case SWAP -> {
				return swap(attack, before);
			}
			case HARD_LINK -> {
				Path link = elsewhere();
				Files.createLink(link, target);
				attack.undoing(() -> Files.deleteIfExists(link));
			}
			case MODE -> {
				Object key = key(target);
				mode(target, "rw-rw-rw-");
				attack.undoing(() -> {
					takeBackMode(key);
					return true;
				});
			}
			case LOCK -> {
				Path foreign = elsewhere();
				write(foreign, new byte[0]);
				FileChannel channel = FileChannel.open(foreign, StandardOpenOption.WRITE);
				channel.lock();
				Files.move(foreign, target, StandardCopyOption.ATOMIC_MOVE);
				attack.undoing(() -> {
					channel.close();
					return true;
				});
			}
			default -> {
				return changeInPlace(attack, before, copy);
			}
		}
		return true;
	}

	/**
	 * Puts a link at a path.
	 * @return the link's key, or null if the device has written there again before or
	 * since
	 */
	private static @Nullable Object link(Path target, Path moved) throws IOException {
		try {
			Files.createSymbolicLink(target, moved);
			BasicFileAttributes attributes = attributes(target);
			return attributes.isSymbolicLink() ? attributes.fileKey() : null;
		}
		catch (FileAlreadyExistsException | NoSuchFileException ex) {
			return null;
		}
	}

	private boolean swap(FileAttack attack, byte[] before) throws IOException {
		Path target = attack.target();
		List<Path> others = targets(Kind.SWAP).stream().filter((file) -> !file.equals(target)).toList();
		if (others.isEmpty()) {
			return false;
		}
		Path other = others.get(this.random.nextInt(others.size()));
		byte[] beforeOther = Files.readAllBytes(other);
		Object key = key(target);
		Object keyOther = key(other);
		attack.hits(other, calls(beforeOther), name(other).equals(OPEN_LOG));
		if (!exchange(target, other)) {
			attack.describe("for a moment and " + name(other));
			attack.undoing(() -> false);
			return true;
		}
		attack.leaves(target, beforeOther);
		attack.leaves(other, before);
		attack.describe("and " + name(other));
		attack.undoing(() -> {
			if (key.equals(keyOrNull(other)) && keyOther.equals(keyOrNull(target)) && exchange(target, other)) {
				return true;
			}
			Path log = this.device.directory().resolve(OPEN_LOG);
			Object open = attack.concerns(log) ? null : keyOrNull(log);
			if (key.equals(open) || keyOther.equals(open)) {
				return takeOutOfItsPlace(attack, log, key.equals(open) ? target : other);
			}
			return restore(attack, target, keyOther, before) & restore(attack, other, key, beforeOther);
		});
		return true;
	}

	/**
	 * Puts a closed file back that lies in the open log's place, as it does if the device
	 * was just closing the other one. That lies in its place, and the device has it open.
	 */
	private boolean takeOutOfItsPlace(FileAttack attack, Path log, Path closed) throws IOException {
		if (attack.life() == null || attack.life() != this.device.life()) {
			return false;
		}
		if (exists(closed)) {
			Files.move(closed, elsewhere());
		}
		Files.move(log, closed);
		return true;
	}

	/**
	 * Lets two files have each other's name, unless the device writes or moves one of
	 * them in this very moment: then both have their own again.
	 */
	private boolean exchange(Path one, Path other) throws IOException {
		Path between = elsewhere();
		Files.move(one, between);
		try {
			Files.move(other, one);
		}
		catch (FileAlreadyExistsException | NoSuchFileException ex) {
			putBack(between, one);
			return false;
		}
		try {
			Files.move(between, other);
		}
		catch (FileAlreadyExistsException ex) {
			putBack(one, elsewhere());
			putBack(between, one);
			return false;
		}
		return true;
	}

	/**
	 * Makes a file the device's own again, whatever it is called by now.
	 */
	private void takeBackMode(Object key) throws IOException {
		for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
			for (Path file : files()) {
				if (key.equals(keyOrNull(file)) && takeBackMode(file)) {
					return;
				}
			}
		}
	}

	private static boolean takeBackMode(Path file) throws IOException {
		try {
			mode(file, "rw-------");
			return true;
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	private boolean changeInPlace(FileAttack attack, byte[] before, boolean copy) throws IOException {
		Path target = attack.target();
		if (before.length == 0) {
			return false;
		}
		int at = this.random.nextInt(before.length);
		Object key = key(target);
		byte[] left = switch (attack.kind()) {
			case TRUNCATE -> Arrays.copyOf(before, at);
			case FLIP -> flipped(before, at);
			default -> older(target, before);
		};
		if (left == null || Arrays.equals(left, before)) {
			return false;
		}
		try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
			if (attack.kind() == Kind.FLIP) {
				channel.write(ByteBuffer.wrap(left, at, 1), at);
			}
			else {
				if (attack.kind() == Kind.OVERWRITE) {
					channel.write(ByteBuffer.wrap(left), 0);
				}
				channel.truncate(left.length);
			}
		}
		attack.describe((copy ? "" : "without a copy ") + "at " + at + " of " + before.length);
		attack.undoing(() -> copy && changeBack(attack, key, before, left, at));
		return true;
	}

	/**
	 * Writes back what was there, if nobody has written since.
	 */
	private boolean changeBack(FileAttack attack, Object key, byte[] before, byte[] left, int at) throws IOException {
		for (Path file : files()) {
			if (!key.equals(keyOrNull(file))) {
				continue;
			}
			byte[] now = Files.readAllBytes(file);
			if (attack.kind() == Kind.FLIP
					? now.length >= left.length && Arrays.equals(now, 0, left.length, left, 0, left.length)
					: Arrays.equals(now, left)) {
				try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
					channel.write(ByteBuffer.wrap(before), 0);
				}
				return true;
			}
			// The device has overwritten it: that is for it to know.
			return !attack.holdsEntries();
		}
		return !attack.holdsEntries();
	}

	private static byte[] flipped(byte[] before, int at) {
		byte[] flipped = before.clone();
		flipped[at] ^= 1;
		return flipped;
	}

	private byte @Nullable [] older(Path target, byte[] before) {
		byte[] copy = this.older.get(name(target));
		if (copy != null) {
			return Arrays.equals(copy, before) ? null : copy;
		}
		if (!name(target).endsWith(".jsonl")) {
			return null;
		}
		int half = before.length / 2;
		while (half > 0 && before[half - 1] != '\n') {
			half--;
		}
		return (half < before.length) ? Arrays.copyOf(before, half) : null;
	}

	private boolean restore(FileAttack attack, @Nullable Object foreign, byte @Nullable [] copy) throws IOException {
		return restore(attack, attack.target(), foreign, copy);
	}

	/**
	 * Takes away what does not belong there, and puts back what the device cannot have.
	 */
	private boolean restore(FileAttack attack, Path target, @Nullable Object foreign, byte @Nullable [] copy)
			throws IOException {
		boolean same = attack.life() != null && attack.life() == this.device.life();
		if (foreign != null && foreign.equals(keyOrNull(target))) {
			if (!same && this.device.hasUsed()) {
				// It was taken for the log at a start that could not know better.
				return false;
			}
			if (!same && !attack.isAsLeft(target, Files.readAllBytes(target))) {
				// What the device has written there is newer than any copy.
				return !attack.holdsEntries();
			}
			Files.move(target, elsewhere());
		}
		if (same && isKnownToDevice(target) || isElsewhere(copy)) {
			return true;
		}
		if (exists(target)) {
			return !attack.holdsEntries();
		}
		Path saved = saved(target);
		if (saved != null) {
			Files.move(saved, target);
			return true;
		}
		if (copy == null) {
			return name(target).endsWith(".lock");
		}
		write(target, copy);
		return true;
	}

	/**
	 * Whether the entries of a copy are all there, perhaps under another name.
	 */
	private boolean isElsewhere(byte @Nullable [] copy) throws IOException {
		if (copy == null || Evidence.entries(copy).isEmpty()) {
			return false;
		}
		Set<String> hashes = new HashSet<>();
		for (Path file : files()) {
			content(file)
				.ifPresent((content) -> Evidence.entries(content).forEach((entry) -> hashes.add(entry.hash())));
		}
		return Evidence.entries(copy).stream().allMatch((entry) -> hashes.contains(entry.hash()));
	}

	/**
	 * Whether a running device has the content open or in memory.
	 */
	private static boolean isKnownToDevice(Path file) {
		String name = name(file);
		return name.equals(OPEN_LOG) || name.equals("audit.seal") || name.equals("bundle.enc")
				|| name.endsWith(".lock");
	}

	/**
	 * What the device has saved of its open file.
	 */
	private @Nullable Path saved(Path target) throws IOException {
		return list(target.getParent()).stream()
			.filter((file) -> name(file).startsWith(name(target) + ".open-"))
			.max(Comparator.comparing(FileAttacks::name))
			.orElse(null);
	}

	private List<Path> targets(Kind kind) throws IOException {
		List<Path> targets = new ArrayList<>();
		for (Path file : files()) {
			String name = name(file);
			boolean fit = switch (kind) {
				case LOCK -> name.endsWith(".lock");
				case SWAP -> name.endsWith(".jsonl");
				default -> true;
			};
			boolean attacked = this.active.stream().anyMatch((attack) -> attack.concerns(file));
			if (fit && !attacked) {
				targets.add(file);
			}
		}
		return targets;
	}

	private List<Path> files() throws IOException {
		return list(this.device.directory()).stream()
			.filter((file) -> name(file).matches(".*\\.(jsonl|seal|enc|lock)")
					&& Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
			.toList();
	}

	private static List<Path> list(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.sorted().toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
	}

	/**
	 * What a file holds, unless it has another name by now.
	 */
	private static Optional<byte[]> content(Path file) throws IOException {
		try {
			return Optional.of(Files.readAllBytes(file));
		}
		catch (NoSuchFileException ex) {
			return Optional.empty();
		}
	}

	private Path elsewhere() {
		return this.outside.resolve("taken-" + ++this.names);
	}

	private static String name(Path file) {
		return file.getFileName().toString();
	}

	private static boolean exists(Path file) {
		return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
	}

	private static Object key(Path file) throws IOException {
		return attributes(file).fileKey();
	}

	private static @Nullable Object keyOrNull(Path file) throws IOException {
		try {
			return key(file);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static BasicFileAttributes attributes(Path file) throws IOException {
		return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	private static void write(Path file, byte[] content) throws IOException {
		Files.write(file, content);
		mode(file, "rw-------");
	}

	private static void mode(Path file, String permissions) throws IOException {
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
	}

	private static Set<String> calls(byte[] content) {
		Set<String> calls = new HashSet<>();
		for (ReadEntry entry : Evidence.entries(content)) {
			if (entry.call() != null) {
				calls.add(entry.call());
			}
		}
		return calls;
	}

}
