package dev.grantex.gemma.sync;

import java.time.Duration;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * As many uploads were made as the service allows at a time. No failure: the next cycle
 * goes on.
 */
final class UploadPausedException extends GrantexGemmaException {

	private final transient Duration resumeAfter;

	UploadPausedException(Duration resumeAfter) {
		super("The uploads of this minute are used up");
		this.resumeAfter = resumeAfter;
	}

	/**
	 * When uploads can go on.
	 */
	Duration resumeAfter() {
		return this.resumeAfter;
	}

}
