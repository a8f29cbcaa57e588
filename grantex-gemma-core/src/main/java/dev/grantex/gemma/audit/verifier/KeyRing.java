package dev.grantex.gemma.audit.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.verifier.report.AuditReport.KeyReport;

/**
 * The public keys that an auditor trusts, any of which may have signed an entry. Adding
 * and counting is for one thread, looking for a signer for several.
 */
final class KeyRing {

	/** No key has signed. */
	static final int NONE = -1;

	private final List<Member> members = new ArrayList<>();

	private volatile int latest;

	private record Member(Ed25519PublicKeyParameters key, String source, AtomicLong entries) {
	}

	/**
	 * Adds a key unless it is already there.
	 */
	void add(Ed25519PublicKeyParameters key, String source) {
		if (this.members.stream().noneMatch((present) -> Arrays.equals(present.key.getEncoded(), key.getEncoded()))) {
			this.members.add(new Member(key, source, new AtomicLong()));
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
			this.members.get(signer).entries.incrementAndGet();
		}
	}

	List<KeyReport> report() {
		return this.members.stream()
			.map((member) -> new KeyReport(Sha256.hex(AuditKeys.spki(member.key)), member.source, member.entries.get()))
			.toList();
	}

	/**
	 * All keys in PEM, each as a SubjectPublicKeyInfo.
	 */
	String toPem() {
		return this.members.stream().map((member) -> AuditKeys.pem(member.key)).collect(Collectors.joining());
	}

}
