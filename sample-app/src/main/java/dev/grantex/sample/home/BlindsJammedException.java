package dev.grantex.sample.home;

/**
 * Blinds met something in their way.
 */
public class BlindsJammedException extends RuntimeException {

	BlindsJammedException(int position) {
		super("The blinds are jammed at " + position + " percent");
	}

}
