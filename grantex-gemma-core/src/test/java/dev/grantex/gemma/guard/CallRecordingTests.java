package dev.grantex.gemma.guard;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the entries that ordinary methods leave.
 */
class CallRecordingTests {

	private GuardContext guard;

	private RecordingConsent consent;

	private HomeTools tools;

	@BeforeEach
	void start() {
		this.guard = GuardContext.of(HomeTools.class);
		this.consent = this.guard.consent;
		this.tools = this.guard.get(HomeTools.class);
	}

	@AfterEach
	void stop() {
		assertThat(this.consent.open).as("decisions left open").hasValue(0);
		this.guard.close();
	}

	@Test
	void successIsRecordedWithTheMethodAndNoArguments() {
		this.tools.read("kitchen");
		RecordingConsent.Entry entry = this.consent.only();
		assertThat(entry.action()).isEqualTo("HomeTools.read");
		assertThat(entry.result()).isEqualTo("success");
		assertThat(entry.metadata()).isEqualTo(Map.of("method", "HomeTools.read"));
		assertThat(entry.grant()).isEqualTo(this.consent.grant);
	}

	@Test
	void metadataIsRecordedAsAskedFor() {
		this.tools.heat("kitchen", 21);
		RecordingConsent.Entry entry = this.consent.only();
		assertThat(entry.action()).isEqualTo("heating");
		assertThat(entry.metadata())
			.isEqualTo(Map.of("method", "HomeTools.heat", "room", "kitchen", "to", 21L, "answer", "warm"));
	}

	@Test
	void keysOfTheApplicationDoNotReplaceTheGuards() {
		this.consent.grant = RecordingConsent.grant("read");
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.forge("x"));
		assertThat(this.consent.only().metadata()).containsEntry("method", "HomeTools.forge")
			.containsEntry("reason", "scope_violation")
			.containsEntry("own", "x");
	}

	@Test
	void metadataThatCannotBeEvaluatedIsNoted() {
		this.tools.unreadable(null);
		assertThat(this.consent.only().result()).isEqualTo("success");
		assertThat(this.consent.only().metadata()).containsEntry("metadata_error", "SpelEvaluationException");
	}

	@Test
	void missingScopesAreRecordedAndTheMethodDoesNotRun() {
		this.consent.grant = RecordingConsent.grant("read");
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.heat("kitchen", 21))
			.satisfies((ex) -> assertThat(ex.missingScopes()).containsExactly("write"));
		assertThat(this.tools.runs()).isZero();
		RecordingConsent.Entry entry = this.consent.only();
		assertThat(entry.result()).isEqualTo("denied");
		assertThat(entry.metadata()).containsEntry("reason", "scope_violation")
			.containsEntry("required_scopes", List.of("read", "write"))
			.containsEntry("missing_scopes", List.of("write"))
			.containsEntry("answer", null);
		assertThat(this.guard.denials).containsExactly(new CallDenied("heating", "scope_violation", true));
	}

	@ParameterizedTest
	@EnumSource(DenialReason.class)
	void deviceDenialIsRecordedWhereThatIsPossible(DenialReason reason) {
		this.consent.denial = reason;
		assertThat(catchThrowable(() -> this.tools.read("kitchen"))).hasSameClassAs(reason.toException())
			.hasMessage(reason.message());
		assertThat(this.tools.runs()).isZero();
		assertThat(this.consent.only().metadata()).containsEntry("reason", reason.code());
		assertThat(this.guard.denials).containsExactly(new CallDenied("HomeTools.read", reason.code(), true));
	}

	@ParameterizedTest
	@EnumSource(DenialReason.class)
	void deviceDenialWithoutAKeyIsPublished(DenialReason reason) {
		this.consent.denial = reason;
		this.consent.recordable = false;
		assertThat(catchThrowable(() -> this.tools.read("kitchen"))).hasSameClassAs(reason.toException());
		assertThat(this.tools.runs()).isZero();
		assertThat(this.consent.entries).isEmpty();
		assertThat(this.guard.denials).containsExactly(new CallDenied("HomeTools.read", reason.code(), false));
	}

	@Test
	void expiredConsentIsATokenExpiredException() {
		this.consent.denial = DenialReason.EXPIRED;
		assertThatExceptionOfType(TokenExpiredException.class).isThrownBy(() -> this.tools.read("kitchen"));
	}

	@Test
	void denialThatCannotBeRecordedIsStillADenial() {
		this.consent.unwritable.add("denied");
		this.consent.grant = RecordingConsent.grant();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.read("kitchen"));
		assertThat(this.tools.runs()).isZero();
		assertThat(this.guard.denials).containsExactly(new CallDenied("HomeTools.read", "scope_violation", false));
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, StackOverflowError.class, IOException.class })
	void listenerThatThrowsDoesNotChangeTheDenial(Class<? extends Throwable> type) throws Exception {
		Throwable failure = type.getDeclaredConstructor().newInstance();
		this.guard.context
			.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> RecordingConsent
				.<RuntimeException>sneak(failure));
		this.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.read("kitchen"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("revoked"));
	}

	@Test
	void failureIsRecordedByItsClassAndRethrown() {
		IOException failure = new IOException("secret");
		assertThat(catchThrowable(() -> this.tools.fail(failure))).isSameAs(failure);
		assertThat(this.consent.only().result()).isEqualTo("error");
		assertThat(this.consent.only().metadata())
			.isEqualTo(Map.of("method", "HomeTools.fail", "exception", "java.io.IOException"));
	}

	@Test
	void errorIsRecordedAndRethrown() {
		Error failure = new StackOverflowError();
		assertThat(catchThrowable(() -> this.tools.fail(failure))).isSameAs(failure);
		assertThat(this.consent.results()).containsExactly("error");
	}

	@Test
	void cancellationIsRecordedAsSuch() {
		CancellationException failure = new CancellationException();
		assertThat(catchThrowable(() -> this.tools.fail(failure))).isSameAs(failure);
		assertThat(catchThrowable(() -> this.tools.fail(new InterruptedException())))
			.isInstanceOf(InterruptedException.class);
		assertThat(this.consent.results()).containsExactly("cancelled", "cancelled");
		assertThat(this.consent.entries.get(0).metadata()).containsOnlyKeys("method");
	}

	@Test
	void failureThatCannotSayItsCauseIsRecordedAllTheSame() {
		CompletionException failure = new CompletionException("wrapped") {

			@Override
			public synchronized Throwable getCause() {
				throw new IllegalStateException("getter");
			}

		};
		assertThat(catchThrowable(() -> this.tools.fail(failure))).isSameAs(failure);
		assertThat(this.consent.only().result()).isEqualTo("error");
	}

	@Test
	void callThatCannotBeRecordedSaysSo() {
		this.consent.unwritable.add("success");
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.read("kitchen"))
			.withCauseInstanceOf(GrantexGemmaException.class);
		assertThat(this.tools.runs()).isOne();
	}

	@Test
	void failureThatCannotBeRecordedIsKept() {
		this.consent.unwritable.add("error");
		IOException failure = new IOException("secret");
		assertThatExceptionOfType(CallNotRecordedException.class).isThrownBy(() -> this.tools.fail(failure))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).containsExactly(failure));
	}

	@Test
	void intentIsRecordedBeforeTheMethodRuns() {
		this.tools.intended(() -> assertThat(this.consent.results()).containsExactly("started"));
		assertThat(this.consent.results()).containsExactly("started", "success");
	}

	@Test
	void intentThatCannotBeRecordedDeniesTheCall() {
		this.consent.unwritable.add("started");
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.intended(() -> {
		})).satisfies((ex) -> assertThat(ex.reason()).isEqualTo("log_unwritable"));
		assertThat(this.tools.runs()).isZero();
		assertThat(this.guard.denials).containsExactly(new CallDenied("HomeTools.intended", "log_unwritable", false));
	}

	@ParameterizedTest
	@EnumSource(names = "LOG_.*", mode = EnumSource.Mode.MATCH_ALL)
	void intentThatCannotBeRecordedDeniesTheCallForTheLogsReason(DenialReason reason) {
		this.consent.intentFault = reason;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.intended(() -> {
		})).withMessage(reason.message()).satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason.code()));
		assertThat(this.tools.runs()).isZero();
		assertThat(this.guard.denials).containsExactly(new CallDenied("HomeTools.intended", reason.code(), false));
	}

	@Test
	void intentFollowsTheConfigurationUnlessTheAnnotationDecides() {
		try (GuardContext intending = new GuardContext().recordIntent().start(HomeTools.class)) {
			intending.get(HomeTools.class).read("kitchen");
			intending.get(HomeTools.class).unintended();
			assertThat(intending.consent.results()).containsExactly("started", "success", "success");
		}
	}

	@Test
	void entryIsWrittenOnAThreadWithoutInterruptWhichIsKept() {
		this.tools.interrupt();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.consent.only().interrupted()).isFalse();
	}

	@Test
	void nestedCallsAreRecordedEach() {
		this.tools.intended(() -> this.tools.read("kitchen"));
		assertThat(this.consent.entries).extracting(RecordingConsent.Entry::action)
			.containsExactly("HomeTools.intended", "HomeTools.read", "HomeTools.intended");
	}

	@Test
	void concurrentCallsLeaveOneEntryEach() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(8);
		for (int i = 0; i < 400; i++) {
			executor.execute(() -> this.tools.read("kitchen"));
		}
		executor.shutdown();
		assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.consent.results()).hasSize(400).containsOnly("success");
	}

	static class HomeTools {

		private volatile int runs;

		public int runs() {
			return this.runs;
		}

		@RequiresScope("read")
		public String read(String room) {
			this.runs = 1;
			return room;
		}

		@RequiresScope(value = { "read", "write" }, action = "heating",
				metadata = "{'room': #room, 'to': #a1, 'answer': #result}")
		public String heat(String room, int degrees) {
			this.runs = 1;
			return "warm";
		}

		@RequiresScope(value = "write", metadata = "{'method': 'forged', 'reason': 'forged', 'own': #value}")
		public void forge(String value) {
			this.runs = 1;
		}

		@RequiresScope(value = "read", metadata = "{'length': #text.length()}")
		public void unreadable(String text) {
			this.runs = 1;
		}

		@RequiresScope("read")
		public void fail(Throwable failure) throws Exception {
			if (failure instanceof Error error) {
				throw error;
			}
			throw (Exception) failure;
		}

		@RequiresScope(value = "read", recordIntent = RecordIntent.ALWAYS)
		public void intended(Runnable body) {
			this.runs = 1;
			body.run();
		}

		@RequiresScope(value = "read", recordIntent = RecordIntent.NEVER)
		public void unintended() {
			this.runs = 1;
		}

		@RequiresScope("read")
		public void interrupt() {
			Thread.currentThread().interrupt();
		}

	}

}
