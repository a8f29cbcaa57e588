package dev.grantex.gemma.benchmarks.application;

import org.springframework.stereotype.Component;

import dev.grantex.gemma.guard.RequiresScope;

/**
 * A tool, guarded where the starter is there.
 */
@Component
public class Tools {

	@RequiresScope("read:contacts")
	int add(int left, int right) {
		return left + right;
	}

}
