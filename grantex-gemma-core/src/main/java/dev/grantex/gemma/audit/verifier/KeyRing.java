package dev.grantex.gemma.audit.verifier;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.verifier.report.AuditReport;

/**
 * The public keys that an auditor trusts, any of which may have signed an entry. Adding
 * and counting is for one thread, looking for a signer for several.
 */
final class KeyRing {

	/** No key has signed. */
	static final int NONE = -1;

	/** The SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410). */
	private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

	private final List<Member> members = new ArrayList<>();

	private volatile int latest;

	private static final class Member {

		private final Ed25519PublicKeyParameters key;

		private final String source;

		private long entries;

		private Member(Ed25519PublicKeyParameters key, String source) {
			this.key = key;
			this.source = source;
		}

		byte[] spki() {
			byte[] spki = new byte[SPKI_PREFIX.length + Ed25519PublicKeyParameters.KEY_SIZE];
			System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
			this.key.encode(spki, SPKI_PREFIX.length);
			return spki;
		}

	}

	/**
	 * Adds a key unless it is already there.
	 */
	void add(Ed25519PublicKeyParameters key, String source) {
		Member member = new Member(key, source);
		if (this.members.stream().noneMatch((present) -> MessageDigest.isEqual(present.spki(), member.spki()))) {
			this.members.add(member);
		}
	}

	boolean isEmpty() {
		return this.members.isEmpty();
	}

	/**
	 * Which key has signed a text. The one that signed the last text is tried first.
	 * @return its number, or {@link #NONE}
	 */
	int signerOf(String text, byte[] signature) {
		int first = this.latest;
		for (int i = 0; i < this.members.size(); i++) {
			int candidate = (first + i) % this.members.size();
			if (AuditKeys.verify(this.members.get(candidate).key, text, signature)) {
				this.latest = candidate;
				return candidate;
			}
		}
		return NONE;
	}

	void countEntryOf(int signer) {
		if (signer != NONE) {
			this.members.get(signer).entries++;
		}
	}

	List<AuditReport.KeyReport> report() {
		return this.members.stream()
			.map((member) -> new AuditReport.KeyReport(sha256(member.spki()), member.source, member.entries))
			.toList();
	}

	/**
	 * All keys in PEM, each as a SubjectPublicKeyInfo.
	 */
	String toPem() {
		StringBuilder out = new StringBuilder();
		for (Member member : this.members) {
			out.append("-----BEGIN PUBLIC KEY-----\n")
				.append(Base64.getEncoder().encodeToString(member.spki()))
				.append("\n-----END PUBLIC KEY-----\n");
		}
		return out.toString();
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
