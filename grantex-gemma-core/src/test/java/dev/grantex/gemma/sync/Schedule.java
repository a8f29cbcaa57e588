package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One random life of a service and its devices. What happens follows from the seed alone,
 * but for the order in which threads of one step come.
 */
final class Schedule {

	private final long seed;

	private final Random random;

	private final Field field;

	private final Set<Step> kinds;

	private final CallSteps calls;

	private final ServiceSteps service;

	private final DeviceSteps devices;

	private final Map<Step, Integer> done = new EnumMap<>(Step.class);

	private final List<String> protocol = new ArrayList<>();

	/**
	 * What can happen, and how often it does.
	 */
	enum Step {

		CALLS(18), PARALLEL_CALLS(4), INTENTS(4), DENIED_CALL(3), BEGIN_CALL(4), END_CALL(5), SYNC(24), BUSY_SYNC(4),
		DUE(5), LOST_ANSWER(6), ERROR(8), OFFLINE(3), CALM(9), CRASH(4), CRASH_IN_CYCLE(6), FAILING_DISK(2), RESTART(5),
		CLOCK(4), TIME(4), REVOKE(2), EXPIRE(2), OPERATE(3), CHANGED_REQUEST(2), BACKUP(2), RESTORE(2), CLONE(1),
		COPY(3), ROLL_BACK(2), TAMPER(2), REFUSED_ENTRY(2), SMALL_BODIES(1), LOST_BUNDLE(1);

		private final int weight;

		Step(int weight) {
			this.weight = weight;
		}

	}

	Schedule(long seed, Field field, Set<Step> kinds) {
		this.seed = seed;
		this.random = new Random(seed);
		this.field = field;
		this.kinds = kinds;
		this.calls = new CallSteps(field);
		this.service = new ServiceSteps(field);
		this.devices = new DeviceSteps(field, this.calls);
	}

	/**
	 * Lives through it, and checks after each step.
	 * @throws AssertionError with all that happened if something does not hold
	 */
	void run() {
		try {
			note(this.field.sync(this.field.devices().get(0)));
			this.field.check();
			for (int left = 30 + this.random.nextInt(51); left > 0; left--) {
				this.field.advance(Duration.ofSeconds(1 + this.random.nextInt(40)));
				Step step = next();
				this.done.merge(step, 1, Integer::sum);
				FieldDevice device = this.field.device(this.random);
				note(step + " of " + device);
				amend(perform(step, device));
				this.field.check();
			}
			new Convergence(this.field, this.calls, this.random.nextBoolean(), this::note).run();
			this.field.figures().count("schedules");
			this.field.figures().count("steps", this.done.values().stream().mapToInt(Integer::intValue).sum());
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("Seed " + this.seed + " failed: " + ex.getMessage() + "\n"
					+ String.join("\n", this.protocol) + "\nReplay it with -Dgrantex.seed=" + this.seed, ex);
		}
	}

	private void note(String what) {
		this.protocol.add(String.format("%3d %s", this.protocol.size(), what));
	}

	private void amend(String outcome) {
		this.protocol.set(this.protocol.size() - 1, this.protocol.get(this.protocol.size() - 1) + ": " + outcome);
	}

	private Step next() {
		int total = this.kinds.stream().mapToInt((step) -> step.weight).sum();
		int drawn = this.random.nextInt(total);
		for (Step step : Step.values()) {
			if (this.kinds.contains(step)) {
				drawn -= step.weight;
				if (drawn < 0) {
					return step;
				}
			}
		}
		throw new IllegalStateException("No step");
	}

	private String perform(Step step, FieldDevice device) {
		return switch (step) {
			case CALLS -> this.calls.calls(device, this.random);
			case PARALLEL_CALLS -> this.calls.parallelCalls(device);
			case INTENTS -> this.calls.intents(device);
			case DENIED_CALL -> this.calls.denied(device);
			case BEGIN_CALL -> this.calls.open(device, this.random);
			case END_CALL -> this.calls.end(device);
			case SYNC -> this.field.sync(device);
			case BUSY_SYNC -> busySync(device);
			case DUE -> this.service.due(device, this.random);
			case LOST_ANSWER -> this.service.loseAnswer(this.random);
			case ERROR -> this.service.error(this.random);
			case OFFLINE -> this.service.goOffline();
			case CALM -> this.service.calm();
			case CRASH -> this.devices.crash(device, this.random);
			case CRASH_IN_CYCLE -> this.devices.crashInCycle(device, this.random);
			case FAILING_DISK -> this.devices.failingDisk(device, this.random);
			case RESTART -> this.devices.restart(device);
			case CLOCK -> this.devices.setClock(device, this.random);
			case TIME -> advance();
			case REVOKE -> this.service.revoke(this.random);
			case EXPIRE -> this.service.expire(device);
			case OPERATE -> this.devices.operate(device, this.random);
			case CHANGED_REQUEST -> this.devices.changeRequest(device, this.random);
			case BACKUP -> this.service.save();
			case RESTORE -> this.service.restore();
			case CLONE -> this.devices.cloneDevice(device);
			case COPY -> this.devices.copy(device);
			case ROLL_BACK -> this.devices.rollBack();
			case REFUSED_ENTRY -> this.service.refuseEntry(device, this.random);
			case SMALL_BODIES -> this.service.limitBodies(this.random);
			case LOST_BUNDLE -> this.service.loseBundle(this.random);
			case TAMPER -> this.devices.tamper(device, this.random);
		};
	}

	/**
	 * A cycle while calls are made, whose permission may end in the middle.
	 */
	private String busySync(FieldDevice device) {
		return this.field.sync(device, () -> this.calls.parallelCalls(device)) + " while calls were made";
	}

	private String advance() {
		Duration time = Duration.ofMinutes(1 + this.random.nextInt(60 * 20));
		this.field.advance(time);
		return time + " pass";
	}

}
