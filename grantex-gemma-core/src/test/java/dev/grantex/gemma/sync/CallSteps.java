package dev.grantex.gemma.sync;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;

/**
 * What an application does with a device: calls, as its guard makes them.
 */
final class CallSteps {

	private final Field field;

	CallSteps(Field field) {
		this.field = field;
	}

	String calls(FieldDevice device, RandomGenerator random) {
		int count = 1 + random.nextInt(4);
		int size = random.nextInt(400);
		List<String> outcomes = IntStream.range(0, count)
			.mapToObj((i) -> call(device, false, size))
			.distinct()
			.toList();
		return device + " " + count + " calls: " + outcomes;
	}

	String intents(FieldDevice device) {
		return device + " call with intent: " + call(device, true, 0);
	}

	String parallelCalls(FieldDevice device) {
		List<CompletableFuture<String>> calls = IntStream.range(0, 3)
			.mapToObj((i) -> CompletableFuture.supplyAsync(() -> call(device, i == 0, i) + call(device, false, i)))
			.toList();
		return device + " parallel calls: " + calls.stream().map(CompletableFuture::join).toList();
	}

	/**
	 * A call that lacks a scope.
	 */
	String denied(FieldDevice device) {
		try (CallDecision decision = device.sync().device().consent().decide()) {
			if (decision.isRecordable()) {
				deny(decision, "scope_violation");
			}
			return device + " denied call";
		}
		catch (GrantexGemmaException ex) {
			return device + " denied call: " + ex.getMessage();
		}
	}

	String open(FieldDevice device, RandomGenerator random) {
		CallDecision decision = device.sync().device().consent().decide();
		DenialReason denial = decision.denial();
		if (denial != null) {
			decision.close();
			return device + " call not begun: " + denial;
		}
		boolean intent = random.nextBoolean();
		try {
			this.field.permitted(device);
			if (intent) {
				this.field.evidence().acknowledge(decision.recordIntent("tool:long", decision.grant(), Map.of()));
			}
			device.openCalls().add(new FieldDevice.OpenCall(decision, intent));
			return device + " call begun";
		}
		catch (GrantexGemmaException ex) {
			decision.close();
			return device + " call not begun: " + ex.getMessage();
		}
	}

	String end(FieldDevice device) {
		if (device.openCalls().isEmpty()) {
			return device + " no call to end";
		}
		FieldDevice.OpenCall call = device.openCalls().remove(0);
		try (CallDecision decision = call.decision()) {
			this.field.evidence()
				.acknowledge(decision.recordOutcome("tool:long", decision.grant(), "success", Map.of()));
			this.field.figures().count("calls");
			return device + " call ended";
		}
		catch (GrantexGemmaException ex) {
			return device + " call ended without a record: " + ex.getMessage();
		}
	}

	void endAll(FieldDevice device) {
		while (!device.openCalls().isEmpty()) {
			end(device);
		}
	}

	private String call(FieldDevice device, boolean intent, int size) {
		try (CallDecision decision = device.sync().device().consent().decide()) {
			DenialReason denial = decision.denial();
			if (denial != null) {
				if (decision.isRecordable()) {
					deny(decision, denial.code());
				}
				this.field.figures().count("denied calls");
				return denial.code();
			}
			this.field.permitted(device);
			if (intent) {
				this.field.evidence().acknowledge(decision.recordIntent("tool:read", decision.grant(), Map.of()));
			}
			this.field.evidence()
				.acknowledge(decision.recordOutcome("tool:read", decision.grant(), "success",
						Map.of("text", "x".repeat(size))));
			this.field.figures().count("calls");
			return "success";
		}
		catch (GrantexGemmaException ex) {
			return ex.getMessage();
		}
	}

	private static void deny(CallDecision decision, String reason) {
		decision.recordDenial("tool:move", decision.grant(), Map.of("reason", reason), Map.of("method", "Tools.move"));
	}

}
