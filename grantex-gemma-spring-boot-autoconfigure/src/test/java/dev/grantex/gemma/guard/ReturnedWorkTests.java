package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.ParallelFlux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Named.named;

/**
 * Tests for methods that return work in place of its result: what ends where nobody sees
 * it is refused, at the start where the type tells, else when it is returned.
 */
class ReturnedWorkTests {

	@ParameterizedTest
	@MethodSource("refused")
	void workThatEndsUnseenFailsTheStart(Method method) {
		assertThat(isRefused(method)).isTrue();
	}

	@ParameterizedTest
	@MethodSource("allowed")
	void valuesAndWhatIsObservedStartAsBefore(Method method) {
		assertThat(isRefused(method)).isFalse();
	}

	@Test
	void refusalNamesTheRemedy() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), StreamingController.class);
		assertThat(failure.method()).isEqualTo("StreamingController.download");
		assertThat(failure.problem()).contains("outcome cannot be observed");
		assertThat(failure.remedy()).contains("CompletableFuture", "Flux", "annotate the methods that do the work");
	}

	@Test
	void typeArgumentsOfTheBeansClassCount() {
		UnguardableBeanException failure = FailedStart.failureOf(new GuardContext(), StreamSource.class);
		assertThat(failure.method()).isEqualTo("StreamSource.take");
	}

	@ParameterizedTest
	@MethodSource("undeclared")
	void undeclaredWorkThatEndsUnseenIsAnErrorAndIsNotHandedOut(Supplier<Object> work) {
		try (GuardContext guard = GuardContext.of(UndeclaredTools.class)) {
			UndeclaredTools tools = guard.get(UndeclaredTools.class);
			assertThatIllegalStateException().isThrownBy(() -> tools.take(work))
				.withMessage("The outcome of UndeclaredTools.take cannot be observed through what it has returned");
			assertThat(guard.consent.only().result()).isEqualTo("error");
			assertThat(guard.consent.open).hasValue(0);
		}
	}

	@Test
	void undeclaredValueIsASuccess() {
		try (GuardContext guard = GuardContext.of(UndeclaredTools.class)) {
			UndeclaredTools tools = guard.get(UndeclaredTools.class);
			ResponseEntity<List<String>> response = ResponseEntity.ok(List.of("a"));
			assertThat(tools.take(() -> response)).isSameAs(response);
			assertThat(tools.take(() -> Optional.of("a"))).isEqualTo(Optional.of("a"));
			assertThat(tools.take(() -> Unit.METER)).isEqualTo(Unit.METER);
			assertThat(tools.take(() -> null)).isNull();
			assertThat(guard.consent.results()).containsOnly("success");
		}
	}

	@Test
	void undeclaredStreamIsRecordedAtItsEnd() {
		try (GuardContext guard = GuardContext.of(UndeclaredTools.class)) {
			Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
			source.tryEmitNext("a");
			Flux<?> flux = (Flux<?>) guard.get(UndeclaredTools.class).take(source::asFlux);
			StepVerifier.create(flux).expectNextCount(1).then(() -> {
				assertThat(guard.consent.entries).isEmpty();
				source.tryEmitComplete();
			}).verifyComplete();
			assertThat(guard.consent.only().result()).isEqualTo("success");
			assertThat(guard.consent.open).hasValue(0);
		}
	}

	private static boolean isRefused(Method method) {
		return ReturnedWork.isHiddenIn(ResolvableType.forMethodReturnType(method, method.getDeclaringClass()));
	}

	static Stream<Object> refused() {
		return methodsOf(Refused.class);
	}

	static Stream<Object> allowed() {
		return methodsOf(Allowed.class);
	}

	private static Stream<Object> methodsOf(Class<?> type) {
		return Stream.of(type.getDeclaredMethods())
			.filter((method) -> !method.isSynthetic())
			.map((method) -> named(method.getName(), method));
	}

	static Stream<Object> undeclared() {
		List<Supplier<Object>> work = new ArrayList<>();
		work.add(() -> (Callable<String>) () -> "a");
		work.add(DeferredResult::new);
		work.add(() -> new WebAsyncTask<>(() -> "a"));
		work.add(SseEmitter::new);
		work.add(() -> (StreamingResponseBody) (output) -> {
		});
		work.add(() -> Stream.of("a"));
		work.add(() -> ResponseEntity.ok((StreamingResponseBody) (output) -> {
		}));
		work.add(() -> ResponseEntity.ok(Mono.just("a")));
		work.add(() -> new HttpEntity<>(CompletableFuture.completedFuture("a")));
		work.add(() -> Optional.of(Flux.just("a")));
		return work.stream().map((supplier) -> named(supplier.get().getClass().getSimpleName(), supplier));
	}

	interface Refused {

		Future<String> future();

		ScheduledFuture<String> scheduled();

		ForkJoinTask<String> task();

		FutureOfOurOwn stageOfOurOwn();

		Callable<String> callable();

		WebAsyncTask<String> webAsyncTask();

		DeferredResult<String> deferredResult();

		StreamingResponseBody streamingResponseBody();

		ResponseBodyEmitter responseBodyEmitter();

		SseEmitter sseEmitter();

		AsyncServerResponse asyncServerResponse();

		ResponseEntity<StreamingResponseBody> entityOfStreamingResponseBody();

		ResponseEntity<SseEmitter> entityOfSseEmitter();

		ResponseEntity<Mono<String>> entityOfMono();

		ResponseEntity<Flux<String>> entityOfFlux();

		HttpEntity<? extends CompletionStage<String>> entityOfStage();

		Mono<ResponseEntity<Flux<String>>> monoOfEntityOfFlux();

		CompletableFuture<Stream<String>> futureOfStream();

		Mono<Mono<String>> monoOfMono();

		Optional<Mono<String>> optionalMono();

		List<Future<String>> futures();

		Map<String, Supplier<String>> suppliers();

		Function<String, Mono<String>> function();

		Mono<String>[] monos();

		PageOfFlux recordWithFlux();

		PageOf<Mono<String>> recordOfMono();

		List<PageOfFlux> recordsWithFlux();

		Undoable recordWithWork();

		Command recordThatIsWork();

		Listed<Mono<String>> listedMonos();

		ListedOnce<String> iteratorOfItself();

		Stream<String> stream();

		IntStream numbers();

		Iterator<String> iterator();

		Spliterator<String> spliterator();

		Supplier<String> supplier();

		Runnable runnable();

		Thread thread();

		Process process();

		ConnectableFlux<String> connectableFlux();

		ParallelFlux<String> parallelFlux();

		SubmissionPublisher<String> submissionPublisher();

	}

	interface Allowed {

		void nothing();

		int number();

		Object object();

		String text();

		List<String> list();

		Iterable<String> iterable();

		Map<String, List<Integer>> map();

		ResponseEntity<List<String>> entity();

		ResponseEntity<?> entityOfAnything();

		ResponseEntity<Void> entityOfNothing();

		Optional<String> optional();

		PageOf<String> recordOfText();

		Tree recordOfItself();

		<T extends Comparable<T>> T comparable();

		Comparator<String> comparator();

		Class<? extends Mono<?>> type();

		CompletableFuture<String> completableFuture();

		CompletionStage<List<String>> completionStage();

		Mono<String> mono();

		Mono<Void> nothingLater();

		Flux<List<String>> flux();

		org.reactivestreams.Publisher<String> publisher();

		java.util.concurrent.Flow.Publisher<String> flowPublisher();

		Mono<ResponseEntity<String>> monoOfEntity();

		Listed<String> listed();

		ResponseEntity<Listed<String>> entityOfListed();

		Flux<Unit> constants();

		PageOf<Unit> recordOfConstant();

	}

	record PageOfFlux(int number, Flux<String> content) {
	}

	record PageOf<T>(int number, T content) {
	}

	/** The caller runs it, and nobody sees how that ends. */
	record Undoable(String name, Runnable undo) {
	}

	record Command(String name) implements Runnable {

		@Override
		public void run() {
			throw new AssertionError("must not run");
		}

	}

	/** As Spring Data's {@code Streamable}, which its pages are. */
	interface Listed<T> extends Iterable<T>, Supplier<Stream<T>> {

	}

	interface ListedOnce<T> extends Iterable<T>, Iterator<T> {

	}

	enum Unit implements Supplier<String> {

		METER;

		@Override
		public String get() {
			return "m";
		}

	}

	record Tree(String name, List<Tree> children) {
	}

	static class FutureOfOurOwn extends CompletableFuture<String> {

	}

	static class StreamingController {

		@RequiresScope("read")
		public StreamingResponseBody download() {
			throw new AssertionError("must not run");
		}

	}

	abstract static class Source<T> {

		@RequiresScope("read")
		public T take() {
			throw new AssertionError("must not run");
		}

	}

	static class StreamSource extends Source<Stream<String>> {

	}

	static class UndeclaredTools {

		@RequiresScope("read")
		public Object take(Supplier<Object> work) {
			return work.get();
		}

	}

}
