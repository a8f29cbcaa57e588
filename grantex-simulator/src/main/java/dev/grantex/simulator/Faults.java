package dev.grantex.simulator;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;

/**
 * What a test can make go wrong between the service and its client. Every switch may be
 * used from any thread and at any time; {@link #clear()} ends all of them.
 */
public final class Faults {

	/**
	 * As many times as it comes to that.
	 */
	public static final int ALWAYS = Integer.MAX_VALUE;

	private static final int LARGEST_BODY = 1_048_576;

	private final Connectivity connectivity;

	private final ScriptedAnswers answers = new ScriptedAnswers();

	private final PlannedPauses beforeCommit = new PlannedPauses();

	private final PlannedPauses afterCommit = new PlannedPauses();

	private final PlannedPauses afterAnswer = new PlannedPauses();

	private final PlannedPauses stalls = new PlannedPauses();

	private final SpoiltAnswers spoilt = new SpoiltAnswers();

	private final Deque<String> dates = new ArrayDeque<>();

	private int largestBody = LARGEST_BODY;

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
	 * @param times how many requests get it, or {@link #ALWAYS}
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
	 * @param times how many requests get it, or {@link #ALWAYS}
	 */
	public void respond(Route route, int status, String body, Map<String, String> headers, int times) {
		this.answers.add(route, null, answer(status, body, headers), times);
	}

	/**
	 * Gives an answer in place of the service's own to requests with a certain body.
	 * Nothing is changed by such a request. Others are not affected, nor are those whose
	 * body is not JSON or larger than the service takes.
	 * @param route the call
	 * @param condition tells from a request's body whether it gets the answer; a missing
	 * node stands for no body
	 * @param status the status code
	 * @param body the answer's body, an empty one for none
	 * @param times how many requests get it, or {@link #ALWAYS}
	 */
	public void respondWhen(Route route, Predicate<JsonNode> condition, int status, String body, int times) {
		this.answers.add(route, condition, answer(status, body, Map.of()), times);
	}

	/**
	 * Makes the service take smaller bodies than it does otherwise. A larger one is
	 * refused with 413, and the connection is closed.
	 * @param bytes the most it takes, 1 to 1,048,576 (the service's own limit)
	 */
	public synchronized void bodyLimit(int bytes) {
		if (bytes < 1 || bytes > LARGEST_BODY) {
			throw new IllegalArgumentException("bytes must be 1 to " + LARGEST_BODY);
		}
		this.largestBody = bytes;
	}

	/**
	 * Sends a client elsewhere.
	 * @param route the call
	 * @param location where to
	 * @param times how many requests are sent there, or {@link #ALWAYS}
	 */
	public void redirect(Route route, URI location, int times) {
		respond(route, 307, "", Map.of("location", location.toString()), times);
	}

	/**
	 * Does what a request asks for, then closes the connection without an answer.
	 * @param route the call
	 * @param times how many answers are lost, or {@link #ALWAYS}
	 */
	public void loseAnswer(Route route, int times) {
		this.spoilt.lose(route, times);
	}

	/**
	 * Does what a request asks for, then closes the connection in the middle of the
	 * answer.
	 * @param route the call
	 * @param times how many answers are cut, or {@link #ALWAYS}
	 */
	public void cutAnswer(Route route, int times) {
		this.spoilt.cut(route, times);
	}

	/**
	 * Does what the next request of a route asks for, then sends half of the answer and
	 * nothing more. The connection is closed when the request is let go.
	 * @param route the call
	 * @return the handle to wait for the half answer and to let the request go
	 */
	public Pause stallAnswer(Route route) {
		return this.stalls.plan(route);
	}

	/**
	 * Dates the next answers as given and not by the service's clock. What they say else
	 * stays true.
	 * @param dates the header field {@code Date} of one answer after the other, empty for
	 * an answer without it
	 */
	public synchronized void dates(String... dates) {
		this.dates.addAll(List.of(dates));
	}

	/**
	 * Holds the next request of a route after it was checked and before it has changed
	 * anything.
	 * @param route the call
	 * @return the handle to wait for the request and to let it go on
	 */
	public Pause pauseBeforeCommit(Route route) {
		return this.beforeCommit.plan(route);
	}

	/**
	 * Holds the next request of a route after it has changed what it changes and before
	 * it is answered.
	 * @param route the call
	 * @return the handle to wait for the request and to let it go on
	 */
	public Pause pauseAfterCommit(Route route) {
		return this.afterCommit.plan(route);
	}

	/**
	 * Holds the next request of a route after its answer was written to the connection.
	 * The client has the answer, or soon will; what it sends next over the same
	 * connection waits.
	 * @param route the call
	 * @return the handle to wait for the request and to let it go on
	 */
	public Pause pauseAfterAnswer(Route route) {
		return this.afterAnswer.plan(route);
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
		this.spoilt.clear();
		this.beforeCommit.clear();
		this.afterCommit.clear();
		this.afterAnswer.clear();
		this.stalls.clear();
		this.dates.clear();
		this.largestBody = LARGEST_BODY;
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

	synchronized int largestBody() {
		return this.largestBody;
	}

	Optional<Answer> scriptedAnswer(Call call) {
		return this.answers.take(call);
	}

	synchronized Optional<String> date() {
		return Optional.ofNullable(this.dates.poll());
	}

	SpoiltAnswers spoilt() {
		return this.spoilt;
	}

	/**
	 * Takes the plan to stall the answer that is about to be written.
	 */
	Optional<Pause> stall(Route route) {
		return this.stalls.take(route);
	}

	void holdBeforeCommit(Route route) {
		this.beforeCommit.hold(route);
	}

	void holdAfterCommit(Route route) {
		this.afterCommit.hold(route);
	}

	/**
	 * Takes the plan to hold a request after the answer that is about to be written. A
	 * plan made by someone who has that answer is for a later request.
	 */
	Optional<Pause> afterAnswer(Route route) {
		return this.afterAnswer.take(route);
	}

	private static Answer answer(int status, String body, Map<String, String> headers) {
		Map<String, String> all = new LinkedHashMap<>(Map.of("content-type", "application/json; charset=utf-8"));
		all.putAll(headers);
		return new Answer(status, all, body.isEmpty() ? null : body, false);
	}

}
