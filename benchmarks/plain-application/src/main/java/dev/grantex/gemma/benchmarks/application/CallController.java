package dev.grantex.gemma.benchmarks.application;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Calls the tool.
 */
@RestController
class CallController {

	private final Tools tools;

	CallController(Tools tools) {
		this.tools = tools;
	}

	@GetMapping("/call")
	int call() {
		return this.tools.add(1, 2);
	}

}
