package dev.grantex.sample.demo;

/**
 * A step of the demo did not hold.
 */
class StepFailedException extends RuntimeException {

	StepFailedException(String step) {
		super(step);
	}

}
