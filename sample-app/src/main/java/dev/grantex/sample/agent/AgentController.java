package dev.grantex.sample.agent;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;
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
 * recorded.
 */
@RestController
@RequestMapping("/agent")
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
	 * Entries of the current bundle's audit log, a hundred at most.
	 * @param from the first sequence number, at least 1
	 */
	@GetMapping("/audit")
	List<SignedAuditEntry> audit(@RequestParam(defaultValue = "1") long from) {
		return Optional.ofNullable(this.consent.getIfAvailable())
			.flatMap(DeviceConsent::log)
			.map((log) -> read(log, Math.max(1, from)))
			.orElse(List.of());
	}

	private static List<SignedAuditEntry> read(OfflineAuditLog log, long from) {
		try (Stream<SignedAuditEntry> entries = log.read(from)) {
			return entries.limit(PAGE).toList();
		}
	}

}
