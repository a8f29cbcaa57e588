package dev.grantex.gemma.audit;

import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.Sha256;

/**
 * The hash chain of audit entries: computes the hash of an entry and verifies whole logs.
 */
public final class HashChain {

	private HashChain() {
	}

	/**
	 * The hash of an entry in the wire form: SHA-256 over
	 * {@code seq|timestamp|action|agentDID|grantId|scopes|result|metadata|prevHash}, with
	 * scopes joined by {@code ,} and metadata as {@linkplain CanonicalJson canonical
	 * JSON}, or nothing if absent.
	 * @param seq the sequence number, from 1
	 * @param timestamp when it was appended
	 * @param action what was done
	 * @param agentDid the agent
	 * @param grantId the grant
	 * @param scopes the scopes
	 * @param result the result
	 * @param metadata the metadata, or absent
	 * @param prevHash the hash of the previous entry, 16 zeros for the first
	 * @return 64 lower-case hex digits
	 * @throws IllegalArgumentException if the metadata holds what is not JSON
	 */
	public static String computeHash(long seq, String timestamp, String action, String agentDid, String grantId,
			List<String> scopes, String result, @Nullable Map<String, ?> metadata, String prevHash) {
		return Sha256
			.hex(WireForm.hashText(seq, timestamp, action, agentDid, grantId, scopes, result, metadata, prevHash));
	}

	/**
	 * The hash that an entry must have by its other fields.
	 * @param entry the entry, whose own hash and signature are not looked at
	 * @return 64 lower-case hex digits
	 */
	public static String computeHash(SignedAuditEntry entry) {
		return Sha256.hex(WireForm.hashText(entry));
	}

	/**
	 * The hash of an entry in the Python package's own form: SHA-256 over
	 * {@code json.dumps} with sorted keys and without spaces of all its members except
	 * {@code hash} and {@code signature}.
	 * @param json the entry as JSON, as that package writes it
	 * @return 64 lower-case hex digits
	 * @throws IllegalArgumentException if the text is not a JSON object
	 */
	public static String computePythonHash(String json) {
		return Sha256.hex(pythonHashText(json));
	}

	static String pythonHashText(String json) {
		try {
			return PythonForm.hashText(ChainForm.members(PythonForm.READER, json, Set.of()));
		}
		catch (MalformedLineException ex) {
			throw new IllegalArgumentException("Not a JSON object");
		}
	}

	/**
	 * Verifies a log from its first entry, in the wire form or in the Python package's
	 * own, as {@link ChainVerifier} describes. It stops where the chain is broken and
	 * needs constant memory. An empty log is valid. A log that was cut off after a
	 * complete entry is valid too: only a known head tells, see
	 * {@link ChainVerifier#resultAgainst}.
	 * @param lines the lines in order, which the caller closes
	 * @param publicKeyPems the audit public keys, as SPKI in PEM, any of which may have
	 * signed an entry; none to verify hashes only
	 * @return what was found
	 * @throws IllegalArgumentException if a key is not an Ed25519 public key in PEM
	 * @throws UncheckedIOException if the lines cannot be read
	 */
	public static ChainVerification verify(Stream<String> lines, String... publicKeyPems) {
		ChainVerifier verifier = ChainVerifier.fromStart(List.of(publicKeyPems));
		try {
			Iterator<String> iterator = lines.iterator();
			while (iterator.hasNext() && verifier.accept(iterator.next())) {
				continue;
			}
		}
		catch (UncheckedIOException ex) {
			if (!(ex.getCause() instanceof CharacterCodingException)) {
				throw ex;
			}
			verifier.markUnreadable();
		}
		return verifier.result();
	}

}
