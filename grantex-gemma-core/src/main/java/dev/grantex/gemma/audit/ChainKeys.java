package dev.grantex.gemma.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

/**
 * The public keys that may have signed the entries of one chain. Safe for use by several
 * threads.
 */
final class ChainKeys {

	/** The latest first: most entries that are looked at are signed with it. */
	private final List<Ed25519PublicKeyParameters> keys = new CopyOnWriteArrayList<>();

	/**
	 * Reads the keys.
	 * @param publicKeys SPKI in PEM, oldest first
	 * @throws IllegalArgumentException if one is not an Ed25519 public key in PEM
	 */
	ChainKeys(Collection<String> publicKeys) {
		publicKeys.forEach(this::add);
	}

	void add(String publicKey) {
		this.keys.add(0, AuditKeys.publicKey(publicKey));
	}

	/**
	 * The keys in one file, oldest first, each once.
	 */
	String pem() {
		List<Ed25519PublicKeyParameters> oldestFirst = new ArrayList<>(this.keys);
		Collections.reverse(oldestFirst);
		return oldestFirst.stream().map(AuditKeys::pem).distinct().collect(Collectors.joining());
	}

	boolean isEmpty() {
		return this.keys.isEmpty();
	}

	/**
	 * Whether one of the keys has signed an entry with just these fields.
	 */
	boolean haveSigned(SignedAuditEntry entry) {
		try {
			byte[] signature = HexFormat.of().parseHex(entry.signature());
			return HashChain.computeHash(entry).equals(entry.hash()) && haveSigned(entry.hash(), signature);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Whether one of the keys has signed the ASCII of a text.
	 */
	boolean haveSigned(String text, byte[] signature) {
		return this.keys.stream().anyMatch((key) -> AuditKeys.verify(key, text, signature));
	}

}
