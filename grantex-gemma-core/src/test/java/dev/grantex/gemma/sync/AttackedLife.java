package dev.grantex.gemma.sync;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.consent.TestClock;

/**
 * The life of a device under attack: four threads make calls while one thing after the
 * other is done to its files, its network or its process, and in between to put it right.
 * What is done follows from the seed, when it comes between the calls does not.
 */
final class AttackedLife {

	static final int THREADS = 4;

	/** In nanoseconds. */
	private static final long MOMENT = 50_000;

	private static final int LONGEST_RECOVERY = 12;

	private final long seed;

	private final Random random;

	private final Attackable device;

	private final TestClock clock;

	private final Witness witness;

	private final FileAttacks files;

	private final NetworkAttacks network;

	private final Judge judge;

	private final ExecutorService threads;

	private final ScheduleFigures figures;

	private final List<String> protocol = new ArrayList<>();

	private final AtomicInteger calls = new AtomicInteger();

	/** Whether what is in memory may be about bytes that were put right since. */
	private boolean changedInPlace;

	AttackedLife(long seed, Attackable device, TestClock clock, Witness witness, FileAttacks files,
			NetworkAttacks network, Judge judge, Random random, ExecutorService threads, ScheduleFigures figures) {
		this.seed = seed;
		this.random = random;
		this.device = device;
		this.clock = clock;
		this.witness = witness;
		this.files = files;
		this.network = network;
		this.judge = judge;
		this.threads = threads;
		this.figures = figures;
	}

	void run() {
		try {
			this.device.start();
			for (int attempt = 0; attempt < 3 && !this.device.look().up(); attempt++) {
				this.device.sync();
			}
			require(this.device.look().up(), "the device begins its life: " + this.device.look());
			for (int rounds = 4 + this.random.nextInt(6); rounds > 0; rounds--) {
				round();
			}
			converge();
			this.figures.count("lives");
			this.witness.calls().forEach((call) -> this.figures.count("calls " + call.told()));
		}
		catch (Exception | AssertionError ex) {
			throw new AssertionError("Seed " + this.seed + " failed: " + ex.getMessage() + "\n"
					+ String.join("\n", this.protocol) + "\nRepeat it with -Dgrantex.seed=" + this.seed, ex);
		}
	}

	private void round() throws Exception {
		this.clock.advance(Duration.ofSeconds(11 + this.random.nextInt(30)));
		if (this.random.nextInt(3) == 0) {
			this.files.copySome();
		}
		int each = this.random.nextInt(5);
		int before = (each > 0 && this.random.nextBoolean()) ? this.random.nextInt(THREADS * each) : THREADS * each;
		boolean undisturbed = isUntouched() && this.device.look().up();
		Object life = this.device.life();
		long begun = this.witness.now();
		List<Future<?>> callers = makeCalls(each);
		while (this.calls.get() < before && callers.stream().anyMatch((caller) -> !caller.isDone())) {
			LockSupport.parkNanos(MOMENT);
		}
		note(act(() -> callers.stream().anyMatch((caller) -> !caller.isDone())));
		for (Future<?> caller : callers) {
			caller.get();
		}
		this.calls.set(0);
		this.judge.check();
		if (undisturbed && isUntouched() && this.device.life() == life) {
			this.judge.requireUndisturbed(begun);
		}
		note("   " + this.device.look());
	}

	/**
	 * Whether nothing is wrong but the network.
	 */
	private boolean isUntouched() {
		return !this.changedInPlace && !this.network.wasRefusing() && this.judge.isWhole();
	}

	private List<Future<?>> makeCalls(int each) {
		List<Future<?>> callers = new ArrayList<>();
		String round = this.seed + "." + this.protocol.size();
		for (int thread = 0; thread < THREADS; thread++) {
			String prefix = round + "." + thread + ".";
			callers.add(this.threads.submit(() -> {
				for (int call = 0; call < each; call++) {
					call(prefix + call);
					this.calls.incrementAndGet();
				}
			}));
		}
		return callers;
	}

	private String act(BooleanSupplier busy) throws IOException {
		int drawn = this.random.nextInt(100);
		if (drawn < 34) {
			String done = this.files.attack(busy);
			this.figures.count(done.substring(0, done.indexOf(' ')));
			this.changedInPlace |= this.files.active()
				.stream()
				.anyMatch((attack) -> attack.kind().isInPlace() && (this.device.life() != null));
			return done;
		}
		if (drawn < 48) {
			return this.files.undoLast();
		}
		if (drawn < 62) {
			String answers = this.network.attack();
			return this.random.nextBoolean() ? answers + "; " + sync() : answers;
		}
		if (drawn < 67) {
			this.network.calm();
			return "network calm";
		}
		if (drawn < 84) {
			return sync();
		}
		if (drawn < 92) {
			return restart(false);
		}
		return restart(true);
	}

	private String sync() {
		return this.device.sync();
	}

	private void call(String id) {
		long begun = this.witness.now();
		Witness.Told told = this.device.attempt(id);
		if (told != null) {
			this.witness.ended(id, begun, told);
		}
	}

	private String restart(boolean killed) {
		boolean was = (this.device.life() != null);
		this.figures.count(killed ? "kills" : "restarts");
		if (killed) {
			this.device.kill();
		}
		else {
			this.device.stop();
		}
		this.files.ended(killed);
		if (was && this.random.nextInt(3) == 0) {
			return killed ? "killed" : "stopped";
		}
		start();
		return (was ? (killed ? "killed and " : "re") : "") + "started: " + this.device.look();
	}

	private void start() {
		this.device.start();
		this.changedInPlace = this.files.active().stream().anyMatch((attack) -> attack.kind().isInPlace());
	}

	/**
	 * Everything is put right that can be, and the device comes to rest.
	 */
	private void converge() throws Exception {
		this.network.calm();
		note("the end");
		while (!this.files.active().isEmpty()) {
			note(this.files.undoLast());
		}
		if (this.device.life() == null) {
			start();
		}
		use();
		boolean whole = this.judge.isWhole();
		note((whole ? "whole " : "not whole ") + this.device.look());
		if (whole && !this.changedInPlace && !this.network.wasRefusing()) {
			require(this.device.look().up(),
					"a chain that is whole can be used without a restart: " + this.device.look());
		}
		this.device.stop();
		this.files.ended(false);
		this.judge.requireTrueVerdict(whole);
		start();
		use();
		note("restarted: " + this.device.look());
		if (whole && !this.network.wasRefusing()) {
			require(this.device.look().up(), "a chain that is whole can be used: " + this.device.look());
		}
		this.judge.requireTold();
		for (int round = 0; !this.device.look().up(); round++) {
			require(round < LONGEST_RECOVERY, "no way back: " + this.device.look());
			String bundles = this.device.bundles();
			this.device.reissueAfter(bundles);
			boolean unreadable = "bundle_unreadable".equals(this.device.look().reason());
			this.device.stop();
			this.files.ended(false);
			if (unreadable) {
				this.files.takeAway("bundle.enc");
			}
			start();
			use();
			note("operator allows a bundle after " + bundles + ": " + this.device.look());
		}
		use();
		this.judge.check();
		this.device.stop();
		this.judge.requireTrueVerdict(false);
	}

	private void use() {
		for (int i = 0; i < 2; i++) {
			this.clock.advance(Duration.ofMinutes(2));
			call(this.seed + ".end." + this.witness.now());
			note(sync());
		}
	}

	private void note(@Nullable String what) {
		this.protocol.add(String.format("%3d %s", this.protocol.size(), what));
	}

	private static void require(boolean holds, String what) {
		if (!holds) {
			throw new AssertionError(what);
		}
	}

}
