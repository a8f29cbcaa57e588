package dev.grantex.gemma.audit.verifier;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainForm;
import dev.grantex.gemma.audit.PythonForm;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.audit.WireForm;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.Sha256;

/**
 * A line and what can be said of it without the lines around it.
 *
 * @param entry what it says of itself, if anything
 * @param fault why it is no entry in the strict sense, or absent if it is one
 * @param hashHolds whether its hash is that of its fields
 * @param signer the key that signed it, or {@link KeyRing#NONE}
 * @param exact whether it is written as it would be written again
 * @param ambiguous whether a separator in a field makes its hash ambiguous
 */
record CheckedLine(@Nullable LoggedEntry entry, @Nullable String fault, boolean hashHolds, int signer, boolean exact,
		boolean ambiguous) {

	/**
	 * Checks a line. Safe for use by several threads.
	 */
	static CheckedLine of(String line, KeyRing keys) {
		return of(line, line.contains("\"agent_did\"") ? PythonForm.INSTANCE : WireForm.INSTANCE, keys);
	}

	private static CheckedLine of(String line, ChainForm form, KeyRing keys) {
		try {
			if (form == PythonForm.INSTANCE) {
				Map<String, Object> members = PythonForm.parse(line);
				return of(LoggedEntry.ofPython(members), PythonForm.link(members),
						PythonForm.write(members).equals(line), keys);
			}
			SignedAuditEntry entry = WireForm.parse(line);
			return of(LoggedEntry.of(entry), WireForm.link(entry), entry.toJson().equals(line), keys);
		}
		catch (MalformedLineException ex) {
			LoggedEntry entry = LoggedEntry.read(line);
			return (entry != null && entry.form() != form) ? of(line, entry.form(), keys)
					: new CheckedLine(entry, ex.fault(), false, KeyRing.NONE, false, false);
		}
	}

	private static CheckedLine of(LoggedEntry entry, ChainForm.Link link, boolean exact, KeyRing keys) {
		boolean hashHolds = link.hash().equals(Sha256.hex(link.hashText()));
		int signer = hashHolds ? keys.signerOf(link.hash(), link.signature()) : KeyRing.NONE;
		return new CheckedLine(entry, null, hashHolds, signer, exact, link.ambiguous());
	}

}
