package dev.grantex.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pauses at one point of the processing of requests, the first one planned first.
 */
final class PlannedPauses {

	private final List<Planned> planned = new ArrayList<>();

	/** Also those that hold a request already. */
	private final List<Pause> all = new ArrayList<>();

	synchronized Pause plan(Route route) {
		Pause pause = new Pause();
		this.planned.add(new Planned(route, pause));
		this.all.add(pause);
		return pause;
	}

	synchronized Optional<Pause> take(Route route) {
		Optional<Planned> first = this.planned.stream().filter((plan) -> plan.route().covers(route)).findFirst();
		first.ifPresent(this.planned::remove);
		return first.map(Planned::pause);
	}

	void hold(Route route) {
		take(route).ifPresent(Pause::hold);
	}

	/**
	 * Forgets all of them, and lets go who is held.
	 */
	synchronized void clear() {
		this.planned.clear();
		this.all.forEach(Pause::release);
		this.all.clear();
	}

	private record Planned(Route route, Pause pause) {
	}

}
