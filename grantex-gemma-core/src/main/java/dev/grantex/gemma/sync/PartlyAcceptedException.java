package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * The service, which takes batches as a whole or not at all, says that it took a part.
 */
final class PartlyAcceptedException extends GrantexGemmaException {

	PartlyAcceptedException() {
		super("The Grantex API accepted a part of a batch");
	}

}
