package dev.grantex.gemma.guard;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for guarded methods that return stages.
 */
class FutureCallTests {

	private final Scheduler eventLoop = Schedulers.newSingle("event-loop");

	private GuardContext guard;

	private RecordingConsent consent;

	private StageTools tools;

	@BeforeEach
	void start() {
		this.guard = GuardContext.of(StageTools.class);
		this.consent = this.guard.consent;
		this.tools = this.guard.get(StageTools.class);
	}

	@AfterEach
	void stop() {
		assertThat(this.consent.open).as("decisions left open").hasValue(0);
		this.eventLoop.dispose();
		this.guard.close();
	}

	@Test
	void successIsRecordedOnCompletionBeforeTheCallerSeesIt() {
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> returned = this.tools.act(source);
		assertThat(this.consent.entries).isEmpty();
		CompletableFuture<Integer> seen = returned.thenApply((value) -> this.consent.entries.size());
		source.complete("done");
		assertThat(returned).isCompletedWithValue("done");
		assertThat(seen).isCompletedWithValue(1);
		assertThat(this.consent.only().metadata()).isEqualTo(Map.of("method", "StageTools.act", "answer", "done"));
	}

	@Test
	void completedStageIsRecordedAtOnce() {
		assertThat(this.tools.stage(CompletableFuture.completedStage("done")).toCompletableFuture())
			.isCompletedWithValue("done");
		assertThat(this.consent.results()).containsExactly("success");
	}

	@Test
	void nullIsASuccess() {
		assertThat(this.tools.act(null)).isNull();
		assertThat(this.consent.results()).containsExactly("success");
	}

	@Test
	void failureIsRecordedByItsOwnClassAndPassedOn() {
		IllegalStateException failure = new IllegalStateException("secret");
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> returned = this.tools.act(source.thenApply((value) -> value));
		source.completeExceptionally(failure);
		assertThat(catchThrowable(returned::join)).isInstanceOf(CompletionException.class).hasCause(failure);
		assertThat(this.consent.only().result()).isEqualTo("error");
		assertThat(this.consent.only().metadata()).containsEntry("exception", "java.lang.IllegalStateException");
	}

	@Test
	void methodThatThrowsIsAnError() {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(this.tools::refuse);
		assertThat(this.consent.results()).containsExactly("error");
	}

	@Test
	void cancellingTheCallCancelsTheWork() {
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> returned = this.tools.act(source);
		assertThat(returned.cancel(true)).isTrue();
		assertThat(source).isCancelled();
		assertThat(this.consent.results()).containsExactly("cancelled");
	}

	@Test
	void workThatWasCancelledCancelsTheCall() {
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> returned = this.tools.act(source);
		source.cancel(false);
		assertThat(returned).isCancelled();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(returned::join);
		assertThat(this.consent.results()).containsExactly("cancelled");
	}

	@Test
	void outcomeThatCannotBeRecordedSaysSo() {
		this.consent.unwritable.add("success");
		CompletableFuture<String> returned = this.tools.act(CompletableFuture.completedFuture("done"));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(returned::join)
			.withCauseInstanceOf(CallNotRecordedException.class);
	}

	@Test
	void failureThatCannotBeRecordedIsKept() {
		this.consent.unwritable.add("error");
		IllegalStateException failure = new IllegalStateException("secret");
		CompletableFuture<String> returned = this.tools.act(CompletableFuture.failedFuture(failure));
		Throwable cause = catchThrowable(returned::join).getCause();
		assertThat(cause).isInstanceOf(CallNotRecordedException.class);
		assertThat(cause.getSuppressed()).containsExactly(failure);
	}

	@Test
	void chainThatFailsToBeReleasedDoesNotChangeTheOutcome() {
		this.consent.broken = true;
		CompletableFuture<String> source = new CompletableFuture<>();
		CompletableFuture<String> returned = this.tools.act(source);
		source.complete("done");
		assertThat(returned).isCompletedWithValue("done");
	}

	@Test
	void denialIsThrownAtOnce() {
		this.consent.grant = RecordingConsent.grant();
		assertThatExceptionOfType(ScopeViolationException.class)
			.isThrownBy(() -> this.tools.act(CompletableFuture.completedFuture("done")));
		assertThat(this.consent.results()).containsExactly("denied");
	}

	@Test
	void stageBehindAnUndeclaredTypeIsRecordedOnCompletion() {
		CompletableFuture<String> source = new CompletableFuture<>();
		Object returned = this.tools.undeclared(source);
		assertThat(this.consent.entries).isEmpty();
		source.complete("done");
		assertThat((CompletableFuture<?>) returned).isCompleted();
		assertThat(this.consent.results()).containsExactly("success");
	}

	@Test
	void nothingIsWrittenOnAnEventLoop() throws Exception {
		CompletableFuture<String> source = new CompletableFuture<>();
		AtomicReference<CompletableFuture<String>> returned = new AtomicReference<>();
		CompletableFuture<Void> called = CompletableFuture.runAsync(() -> returned.set(this.tools.intended(source)),
				this.eventLoop::schedule);
		called.get(60, TimeUnit.SECONDS);
		this.eventLoop.schedule(() -> source.complete("done"));
		assertThat(returned.get().get(60, TimeUnit.SECONDS)).isEqualTo("done");
		assertThat(this.consent.results()).containsExactly("started", "success");
		assertThat(this.consent.entries).noneMatch((entry) -> entry.thread().getName().startsWith("event-loop"));
	}

	@Test
	void denialOnAnEventLoopIsAFailedFuture() throws Exception {
		this.consent.grant = RecordingConsent.grant();
		AtomicReference<CompletableFuture<String>> returned = new AtomicReference<>();
		CompletableFuture
			.runAsync(() -> returned.set(this.tools.act(new CompletableFuture<>())), this.eventLoop::schedule)
			.get(60, TimeUnit.SECONDS);
		assertThat(catchThrowable(() -> returned.get().get(60, TimeUnit.SECONDS)))
			.hasCauseInstanceOf(ScopeViolationException.class);
		assertThat(this.consent.only().thread().getName()).doesNotStartWith("event-loop");
	}

	static class StageTools {

		@RequiresScope(value = "read", metadata = "{'answer': #result}")
		public CompletableFuture<String> act(CompletableFuture<String> source) {
			return source;
		}

		@RequiresScope("read")
		public CompletionStage<String> stage(CompletionStage<String> source) {
			return source;
		}

		@RequiresScope("read")
		public CompletableFuture<String> refuse() {
			throw new IllegalArgumentException("secret");
		}

		@RequiresScope("read")
		public Object undeclared(CompletableFuture<String> source) {
			return source;
		}

		@RequiresScope(value = "read", recordIntent = RecordIntent.ALWAYS)
		public CompletableFuture<String> intended(CompletableFuture<String> source) {
			return source;
		}

	}

}
