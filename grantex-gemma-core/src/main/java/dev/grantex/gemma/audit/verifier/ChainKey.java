package dev.grantex.gemma.audit.verifier;

import dev.grantex.gemma.audit.ChainForm;
import dev.grantex.gemma.audit.PythonForm;
import dev.grantex.gemma.audit.json.Sha256;

/**
 * What tells one chain from another in a heap of files: the form of its entries and the
 * grant of the first.
 */
record ChainKey(ChainForm form, String grantId) {

	private static final int MAX_GRANT_LENGTH = 512;

	static ChainKey of(LoggedEntry entry) {
		String grantId = entry.grantId();
		// No grant has such an id: the text is only kept apart from others like it.
		return new ChainKey(entry.form(), (grantId.length() <= MAX_GRANT_LENGTH) ? grantId
				: ActivityTally.bounded(grantId) + Sha256.hex(grantId));
	}

}
