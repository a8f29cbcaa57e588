package dev.grantex.sample.agent;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Where the model's runtime declares the tools, has them called, and shows what was
 * recorded. No tool runs for a caller that cannot take the answer.
 */
@RestController
@RequestMapping(path = "/agent", produces = MediaType.APPLICATION_JSON_VALUE)
class AgentController {

	private static final int PAGE = 100;

	private final Toolbox toolbox;

	private final ObjectProvider<DeviceConsent> consent;

	/**
	 * Creates the controller.
	 * @param toolbox the tools
	 * @param consent the device's consent, which is absent while
	 * {@code grantex.gemma.enabled} is false
	 */
	AgentController(Toolbox toolbox, ObjectProvider<DeviceConsent> consent) {
		this.toolbox = toolbox;
		this.consent = consent;
	}

	@GetMapping("/tools")
	List<FunctionDeclaration> tools() {
		return this.toolbox.tools().stream().map(FunctionDeclaration::of).toList();
	}

	@PostMapping("/calls")
	FunctionResponse call(@RequestBody FunctionCall call) {
		if (call.name() == null) {
			throw new InvalidCallException("'name' must be the name of a tool");
		}
		Tool tool = this.toolbox.tool(call.name());
		Map<String, Object> arguments = Objects.requireNonNullElse(call.arguments(), Map.of());
		return new FunctionResponse(tool.name(), tool.function().apply(new Arguments(arguments)));
	}

	/**
	 * Entries of the current bundle's audit log as they stand in it, a hundred at most.
	 * @param from the first sequence number, or null for the latest entries
	 * @return a JSON array
	 */
	@GetMapping("/audit")
	String audit(@RequestParam(required = false) @Nullable Long from) {
		return Optional.ofNullable(this.consent.getIfAvailable())
			.flatMap(DeviceConsent::log)
			.map((log) -> read(log, (from != null) ? from : log.headSequence() - PAGE + 1))
			.orElse("[]");
	}

	/**
	 * Says what a call looks like, unless reading it was refused for a reason of its own.
	 */
	@ExceptionHandler
	ProblemDetail unreadable(HttpMessageNotReadableException ex) {
		if (NestedExceptionUtils.getMostSpecificCause(ex) instanceof ErrorResponse refusal) {
			return refusal.getBody();
		}
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				"A call is a JSON object with 'name', a string, and 'arguments', an object");
		problem.setTitle("Invalid call");
		return problem;
	}

	private static String read(OfflineAuditLog log, long from) {
		try (Stream<SignedAuditEntry> entries = log.read(Math.max(1, from))) {
			return entries.limit(PAGE).map(SignedAuditEntry::toJson).collect(Collectors.joining(",\n", "[", "]"));
		}
	}

}
