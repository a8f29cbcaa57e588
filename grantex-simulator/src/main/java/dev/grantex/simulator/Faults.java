package dev.grantex.simulator;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a test can make go wrong between the service and its client. Every switch may be
 * used from any thread and at any time; {@link #clear()} ends all of them.
 */
public final class Faults {

	private final Connectivity connectivity;

	private final List<Scripted> answers = new ArrayList<>();

	private final List<Planned<Pause>> beforeCommit = new ArrayList<>();

	private final List<Planned<Pause>> afterCommit = new ArrayList<>();

	private final List<Scripted> lost = new ArrayList<>();

	private final List<Pause> pauses = new ArrayList<>();

	private Duration delay = Duration.ZERO;

	private CountDownLatch delayEnded = new CountDownLatch(1);

	Faults(Connectivity connectivity) {
		this.connectivity = connectivity;
	}

	/**
	 * Closes all connections and refuses new ones.
	 */
	public void unreachable() {
		this.connectivity.disconnect();
	}

	/**
	 * Accepts connections again, on the same port.
	 */
	public void reachable() {
		this.connectivity.connect();
	}

	/**
	 * Makes every request wait before it is looked at.
	 * @param duration how long, zero for not at all
	 */
	public synchronized void delay(Duration duration) {
		this.delay = duration;
	}

	/**
	 * Gives an answer in place of the service's own. Nothing is changed by such a
	 * request.
	 * @param route the call
	 * @param status the status code
	 * @param body the body
	 * @param times how many requests get it
	 */
	public void respond(Route route, int status, String body, int times) {
		respond(route, status, body, Map.of(), times);
	}

	/**
	 * Gives an answer with header fields in place of the service's own.
	 * @param route the call
	 * @param status the status code
	 * @param body the body, an empty one for none
	 * @param headers header fields by lower-case name, such as {@code retry-after}
	 * @param times how many requests get it
	 */
	public synchronized void respond(Route route, int status, String body, Map<String, String> headers, int times) {
		Map<String, String> all = new LinkedHashMap<>(Map.of("content-type", "application/json; charset=utf-8"));
		all.putAll(headers);
		this.answers.add(new Scripted(route, new Answer(status, all, body.isEmpty() ? null : body, false), times));
	}

	/**
	 * Sends a client elsewhere.
	 * @param route the call
	 * @param location where to
	 * @param times how many requests are sent there
	 */
	public void redirect(Route route, URI location, int times) {
		respond(route, 307, "", Map.of("location", location.toString()), times);
	}

	/**
	 * Does what a request asks for, then closes the connection without an answer.
	 * @param route the call
	 * @param times how many answers are lost
	 */
	public synchronized void loseAnswer(Route route, int times) {
		this.lost.add(new Scripted(route, Answer.empty(0), times));
	}

	/**
	 * Holds the next request of a route after it was checked and before it has changed
	 * anything.
	 * @param route the call
	 * @return the handle to wait for the request and to let it go on
	 */
	public synchronized Pause pauseBeforeCommit(Route route) {
		return plan(this.beforeCommit, route);
	}

	/**
	 * Holds the next request of a route after it has changed what it changes and before
	 * it is answered.
	 * @param route the call
	 * @return the handle to wait for the request and to let it go on
	 */
	public synchronized Pause pauseAfterCommit(Route route) {
		return plan(this.afterCommit, route);
	}

	/**
	 * Ends all faults: held and delayed requests go on, and the service is reachable.
	 */
	public void clear() {
		letGo();
		this.connectivity.connect();
	}

	synchronized void letGo() {
		this.answers.clear();
		this.lost.clear();
		this.beforeCommit.clear();
		this.afterCommit.clear();
		this.pauses.forEach(Pause::release);
		this.pauses.clear();
		this.delay = Duration.ZERO;
		this.delayEnded.countDown();
		this.delayEnded = new CountDownLatch(1);
	}

	void awaitDelay() {
		Duration wait;
		CountDownLatch ended;
		synchronized (this) {
			wait = this.delay;
			ended = this.delayEnded;
		}
		try {
			ended.await(wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	synchronized Optional<Answer> scriptedAnswer(Route route) {
		return take(this.answers, route);
	}

	synchronized boolean losesAnswer(Route route) {
		return take(this.lost, route).isPresent();
	}

	void holdBeforeCommit(Route route) {
		hold(this.beforeCommit, route);
	}

	void holdAfterCommit(Route route) {
		hold(this.afterCommit, route);
	}

	private Pause plan(List<Planned<Pause>> list, Route route) {
		Pause pause = new Pause();
		list.add(new Planned<>(route, pause));
		this.pauses.add(pause);
		return pause;
	}

	private void hold(List<Planned<Pause>> list, Route route) {
		Optional<Pause> pause;
		synchronized (this) {
			Optional<Planned<Pause>> planned = list.stream().filter((plan) -> plan.route().covers(route)).findFirst();
			planned.ifPresent(list::remove);
			pause = planned.map(Planned::value);
		}
		pause.ifPresent(Pause::hold);
	}

	private static Optional<Answer> take(List<Scripted> list, Route route) {
		for (Iterator<Scripted> iterator = list.iterator(); iterator.hasNext();) {
			Scripted scripted = iterator.next();
			if (scripted.route.covers(route)) {
				if (--scripted.left <= 0) {
					iterator.remove();
				}
				return Optional.of(scripted.answer);
			}
		}
		return Optional.empty();
	}

	private record Planned<T>(Route route, T value) {
	}

	private static final class Scripted {

		private final Route route;

		private final Answer answer;

		private int left;

		Scripted(Route route, Answer answer, int times) {
			if (times < 1) {
				throw new IllegalArgumentException("times must be positive");
			}
			this.route = route;
			this.answer = answer;
			this.left = times;
		}

	}

}
