package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * The application's own code, which says what else to record, cannot keep a call from
 * being recorded.
 */
class LateMetadataTests {

	private static final Duration SHORT = Duration.ofMillis(20);

	private static final Duration ENDLESS = Duration.ofHours(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private final ExecutorService callers = Executors.newCachedThreadPool();

	private GuardContext guard;

	private RecordingConsent consent;

	private SlowTools tools;

	@AfterEach
	void stop() throws InterruptedException {
		this.release.countDown();
		this.callers.shutdown();
		assertThat(this.callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.consent.open).as("decisions left open").hasValue(0);
		this.guard.close();
	}

	@Test
	void callWhoseResultCannotBeReadInTimeIsRecordedByAnotherThread() throws Exception {
		start(SHORT);
		Answer answer = new Answer(this.release);
		Future<Answer> caller = submitUntilHanging(answer, () -> this.tools.read("kitchen", answer));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
		RecordingConsent.Entry entry = this.consent.only();
		assertThat(entry.result()).isEqualTo("success");
		assertThat(entry.metadata()).isEqualTo(Map.of("method", "SlowTools.read", "metadata_error", "timeout"));
		assertThat(caller).isNotDone();
		this.release.countDown();
		assertThat(caller.get(60, TimeUnit.SECONDS)).isSameAs(answer);
		assertThat(this.consent.results()).containsExactly("success");
	}

	@Test
	void neitherCanWhatIsReadWhenMetadataIsMadeSafe() throws Exception {
		start(SHORT);
		Text text = new Text(this::hangingText);
		List<Object> hanging = List.of(text, Map.of("deep", List.of(text)), new AbstractList<>() {

			@Override
			public Object get(int index) {
				return hangingText();
			}

			@Override
			public int size() {
				return 1;
			}

		}, new AbstractMap<>() {

			@Override
			public Set<Entry<Object, Object>> entrySet() {
				hangingText();
				return Set.of();
			}

		});
		List<Future<Object>> callers = new ArrayList<>();
		for (Object value : hanging) {
			callers.add(this.callers.submit(() -> this.tools.echo(value)));
		}
		awaiting().untilAsserted(() -> assertThat(this.consent.results()).hasSize(4));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
		assertThat(this.consent.entries)
			.allSatisfy((entry) -> assertThat(entry.metadata()).containsEntry("metadata_error", "timeout"));
		this.release.countDown();
		for (int i = 0; i < hanging.size(); i++) {
			assertThat(callers.get(i).get(60, TimeUnit.SECONDS)).isSameAs(hanging.get(i));
		}
		assertThat(this.consent.results()).hasSize(4);
	}

	@ParameterizedTest
	@ValueSource(classes = { StackOverflowError.class, OutOfMemoryError.class, UnknownError.class, LinkageError.class,
			AssertionError.class, IllegalStateException.class, InterruptedException.class, Exception.class })
	void whateverTheResultThrowsCostsOnlyTheMetadata(Class<? extends Throwable> type) throws Exception {
		start(ENDLESS);
		Throwable failure = type.getDeclaredConstructor().newInstance();
		Answer answer = new Answer(failure);
		assertThat(this.tools.read("kitchen", answer)).isSameAs(answer);
		assertThat(this.consent.only().result()).isEqualTo("success");
		assertThat(this.consent.only().metadata()).containsKey("metadata_error");
		assertThat(this.tools.echo(new Text(() -> {
			RecordingConsent.<RuntimeException>sneak(failure);
			return "";
		}))).isNotNull();
		assertThat(this.consent.entries.get(1).metadata()).containsEntry("echo", "[unreadable]");
		assertThat(this.tools.before(answer)).isTrue();
		assertThat(this.consent.entries.get(2).metadata()).containsKey("metadata_error");
		this.consent.grant = RecordingConsent.grant();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.before(answer));
		assertThat(this.consent.entries.get(3).metadata()).containsEntry("reason", "scope_violation")
			.containsKey("metadata_error");
	}

	@Test
	void failedCallIsRecordedInTimeToo() {
		start(SHORT);
		Future<?> caller = this.callers.submit(() -> this.tools.fail(new Answer(this.release)));
		awaitEndOfTheCall();
		assertThat(this.consent.only().result()).isEqualTo("error");
		assertThat(this.consent.only().metadata()).containsEntry("metadata_error", "timeout")
			.containsEntry("exception", "java.lang.IllegalStateException");
		this.release.countDown();
		assertThat(catchThrowable(() -> caller.get(60, TimeUnit.SECONDS)))
			.hasCauseInstanceOf(IllegalStateException.class);
	}

	@Test
	void argumentsAreRecordedAsTheyWereBeforeTheCall() {
		start(ENDLESS);
		List<String> list = new ArrayList<>(List.of("one"));
		this.tools.consume(list);
		assertThat(list).isEmpty();
		assertThat(this.consent.only().metadata()).containsEntry("list", List.of("one"));
	}

	@Test
	void nothingIsHeldAndNothingRunsWhileArgumentsAreRead() throws Exception {
		start(SHORT);
		Answer answer = new Answer(this.release);
		Future<Boolean> caller = this.callers.submit(() -> this.tools.before(answer));
		awaiting().until(() -> answer.reading);
		assertThat(this.consent.open).hasValue(0);
		assertThat(this.tools.runs()).isZero();
		this.consent.denial = DenialReason.REVOKED;
		this.release.countDown();
		assertThat(catchThrowable(() -> caller.get(60, TimeUnit.SECONDS)))
			.hasCauseInstanceOf(CallDeniedException.class);
		assertThat(this.tools.runs()).isZero();
		assertThat(this.consent.results()).containsExactly("denied");
	}

	@Test
	void denialDoesNotWaitForWhatItCannotReadEither() {
		start(SHORT);
		this.consent.denial = DenialReason.EXPIRED;
		Answer answer = new Answer(this.release);
		Future<Boolean> caller = this.callers.submit(() -> this.tools.before(answer));
		awaiting().untilAsserted(() -> assertThat(this.consent.results()).containsExactly("denied"));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
		assertThat(this.consent.only().metadata()).containsEntry("reason", "expired")
			.containsEntry("metadata_error", "timeout");
		this.release.countDown();
		assertThat(catchThrowable(() -> caller.get(60, TimeUnit.SECONDS))).isNotNull();
	}

	@Test
	void denialThatCouldNotBeRecordedHoldsNothingEither() throws Exception {
		start(SHORT);
		this.consent.denial = DenialReason.EXPIRED;
		this.consent.unwritable.add("denied");
		Answer answer = new Answer(this.release);
		Future<Boolean> caller = submitUntilHanging(answer, () -> this.tools.before(answer));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
		assertThat(caller).isNotDone();
		this.release.countDown();
		assertThat(catchThrowable(() -> caller.get(60, TimeUnit.SECONDS))).isNotNull();
	}

	@Test
	void callThatAnotherThreadCouldNotRecordSaysSo() {
		start(SHORT);
		this.consent.unwritable.add("success");
		Future<Answer> caller = this.callers.submit(() -> this.tools.read("kitchen", new Answer(this.release)));
		awaitEndOfTheCall();
		this.release.countDown();
		assertThat(catchThrowable(() -> caller.get(60, TimeUnit.SECONDS)))
			.hasCauseInstanceOf(CallNotRecordedException.class);
	}

	@Test
	void whatWaitsIsWrittenAtOnceWhenTheGuardIsClosed() throws Exception {
		start(ENDLESS);
		Answer answer = new Answer(this.release);
		Future<Answer> caller = this.callers.submit(() -> this.tools.read("kitchen", answer));
		awaiting().until(() -> answer.reading);
		this.guard.get(CallGuard.class).close();
		assertThat(this.consent.only().metadata()).containsEntry("metadata_error", "timeout");
		assertThat(this.consent.open).hasValue(0);
		this.tools.read("kitchen", new Answer(this.release));
		assertThat(this.consent.results()).hasSize(2);
		this.release.countDown();
		caller.get(60, TimeUnit.SECONDS);
	}

	@Test
	void manyCallsThatWaitTakeFewThreads() throws Exception {
		start(SHORT);
		// Those of other guards end a little after them.
		Set<Thread> others = Set.copyOf(Thread.getAllStackTraces().keySet());
		for (int i = 0; i < 50; i++) {
			this.callers.submit(() -> this.tools.read("kitchen", new Answer(this.release)));
		}
		awaiting().untilAsserted(() -> assertThat(this.consent.results()).hasSize(50));
		assertThat(Thread.getAllStackTraces().keySet())
			.filteredOn((thread) -> thread.getName().startsWith("grantex-late") && !others.contains(thread))
			.hasSizeLessThanOrEqualTo(4)
			.allMatch(Thread::isDaemon);
	}

	@Test
	void listenerThatDoesNotReturnHoldsNothing() throws Exception {
		start(ENDLESS);
		CountDownLatch told = new CountDownLatch(1);
		this.consent.listener = () -> {
			told.countDown();
			hang(this.release);
		};
		Future<List<String>> caller = this.callers.submit(() -> this.tools.consume(new ArrayList<>()));
		assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.consent.open).hasValue(0);
		this.release.countDown();
		assertThat(caller.get(60, TimeUnit.SECONDS)).isEmpty();
	}

	@Test
	void stagesAndPublishersThatCannotBeReadInTimeAreRecordedToo() throws Exception {
		start(SHORT);
		Future<Answer> stage = this.callers.submit(() -> this.tools.later(new Answer(this.release)).join());
		CompletableFuture<Answer> mono = this.tools.mono(new Answer(this.release))
			.subscribeOn(Schedulers.parallel())
			.toFuture();
		awaiting().untilAsserted(() -> assertThat(this.consent.results()).containsExactly("success", "success"));
		assertThat(this.consent.entries)
			.allSatisfy((entry) -> assertThat(entry.metadata()).containsEntry("metadata_error", "timeout"));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
		this.release.countDown();
		assertThat(stage.get(60, TimeUnit.SECONDS)).isNotNull();
		assertThat(mono).succeedsWithin(Duration.ofSeconds(60));
	}

	@Test
	void interruptOfACallerThatWaitsIsKept() throws Exception {
		start(ENDLESS);
		Thread.currentThread().interrupt();
		this.tools.echo("x");
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.consent.only().metadata()).containsEntry("echo", "x");
		assertThat(this.consent.only().interrupted()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(
			classes = { ArithmeticException.class, StackOverflowError.class, OutOfMemoryError.class, Exception.class })
	void callOfWhichNoEntryCouldBeMadeIsDenied(Class<? extends Throwable> type) throws Exception {
		start(ENDLESS);
		this.consent.preparationFault = type.getDeclaredConstructor().newInstance();
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.consume(new ArrayList<>()))
			.withMessage(DenialReason.NOT_RECORDABLE.message())
			.withNoCause()
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("not_recordable"));
		assertThat(this.tools.runs()).isZero();
		assertThat(this.consent.only().metadata()).containsEntry("reason", "not_recordable").doesNotContainKey("list");
		assertThat(this.guard.denials).containsExactly(new CallDenied("SlowTools.consume", "not_recordable", true));
	}

	@Test
	void recursionThatExhaustsTheStackLosesNoEntry() throws Exception {
		start(ENDLESS);
		Thread thread = new Thread(null, () -> catchThrowable(() -> recurse()), "small", 1024 * 1024);
		thread.start();
		thread.join(60_000);
		assertThat(thread.isAlive()).isFalse();
		assertThat(this.consent.results()).hasSize(this.tools.runs()).isNotEmpty();
		assertThat(this.consent.open).hasValue(0);
	}

	private String hangingText() {
		hang(this.release);
		return "text";
	}

	private void recurse() {
		this.tools.run(this::recurse);
	}

	private void start(Duration grace) {
		this.guard = new GuardContext().grace(grace).start(SlowTools.class);
		this.consent = this.guard.consent;
		this.tools = this.guard.get(SlowTools.class);
	}

	/**
	 * Makes a call again and again until the application's code is run and hangs. A
	 * thread that gets no time before the record is due does not run it any more.
	 */
	private <T> Future<T> submitUntilHanging(Answer answer, Callable<T> call) {
		while (true) {
			this.consent.entries.clear();
			Future<T> caller = this.callers.submit(call);
			awaiting().until(() -> answer.reading || caller.isDone());
			if (answer.reading) {
				return caller;
			}
		}
	}

	/**
	 * Waits until nothing is held any more, as it also was before the call began.
	 */
	private void awaitEndOfTheCall() {
		awaiting().untilAsserted(() -> assertThat(this.consent.ended).hasValue(1));
		awaiting().untilAsserted(() -> assertThat(this.consent.open).hasValue(0));
	}

	private static ConditionFactory awaiting() {
		return await().pollInterval(Duration.ofMillis(5));
	}

	static class SlowTools {

		private final AtomicInteger runs = new AtomicInteger();

		int runs() {
			return this.runs.get();
		}

		@RequiresScope(value = "read", metadata = "{'room': #room, 'text': #result.text}")
		public Answer read(String room, Answer answer) {
			this.runs.incrementAndGet();
			return answer;
		}

		@RequiresScope(value = "read", metadata = "{'echo': #result}")
		public Object echo(Object value) {
			return value;
		}

		@RequiresScope(value = "read", metadata = "{'text': #answer.text}")
		public boolean before(Answer answer) {
			this.runs.incrementAndGet();
			return true;
		}

		@RequiresScope(value = "read", metadata = "{'text': #answer.text, 'result': #result}")
		public void fail(Answer answer) {
			throw new IllegalStateException();
		}

		@RequiresScope(value = "read", metadata = "{'list': #list}")
		public List<String> consume(List<String> list) {
			this.runs.incrementAndGet();
			list.clear();
			return list;
		}

		@RequiresScope(value = "read", metadata = "{'text': #result.text}")
		public CompletableFuture<Answer> later(Answer answer) {
			CompletableFuture<Answer> stage = new CompletableFuture<>();
			Schedulers.parallel().schedule(() -> stage.complete(answer));
			return stage;
		}

		@RequiresScope(value = "read", metadata = "{'text': #result.text}")
		public Mono<Answer> mono(Answer answer) {
			return Mono.just(answer);
		}

		@RequiresScope("read")
		public void run(Runnable body) {
			this.runs.incrementAndGet();
			body.run();
		}

	}

	public static class Answer {

		private final CountDownLatch release;

		private final Throwable failure;

		private volatile boolean reading;

		Answer(CountDownLatch release) {
			this.release = release;
			this.failure = null;
		}

		Answer(Throwable failure) {
			this.release = new CountDownLatch(0);
			this.failure = failure;
		}

		public String getText() {
			this.reading = true;
			hang(this.release);
			if (this.failure != null) {
				RecordingConsent.<RuntimeException>sneak(this.failure);
			}
			return "text";
		}

	}

	private static void hang(CountDownLatch release) {
		boolean interrupted = false;
		while (release.getCount() > 0) {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Text implements CharSequence {

		private final Callable<String> text;

		private Text(Callable<String> text) {
			this.text = text;
		}

		@Override
		public int length() {
			return 1;
		}

		@Override
		public char charAt(int index) {
			return 'x';
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this;
		}

		@Override
		public String toString() {
			try {
				return this.text.call();
			}
			catch (Throwable ex) {
				RecordingConsent.<RuntimeException>sneak(ex);
				return "";
			}
		}

	}

}
