package dev.grantex.gemma.audit.verifier;

import dev.grantex.gemma.audit.ChainForm;
import dev.grantex.gemma.audit.PythonForm;
import dev.grantex.gemma.audit.json.Sha256;

/**
 * What tells one chain from another in a heap of files.
 *
 * @param form the form of its entries
 * @param grantId the grant of its first entry
 */
record ChainKey(ChainForm form, String grantId) {

	private static final int MAX_GRANT_LENGTH = 512;

	static ChainKey of(LoggedEntry entry) {
		String grantId = entry.grantId();
		// No grant has such an id: the text is only kept apart from others like it.
		return new ChainKey(entry.form(), (grantId.length() <= MAX_GRANT_LENGTH) ? grantId
				: ActivityTally.bounded(grantId) + Sha256.hex(grantId));
	}

	String formName() {
		return (this.form == PythonForm.INSTANCE) ? "python" : "wire";
	}

}
