package dev.grantex.gemma.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.Sha256;

/**
 * Verifies a chain line by line, in constant memory, and can go on later where it
 * stopped. The first line tells whether the chain is in the wire form or in the Python
 * package's own.
 * <p>
 * Every line must be one entry without unknown or repeated members, its sequence number
 * the next, its previous hash that of its predecessor, its hash that of its fields in
 * lower-case hex, and its signature valid under any of the public keys. Without public
 * keys signatures are checked for their form only: such a verification proves
 * consistency, not origin.
 * <p>
 * A signature that does not verify is reported where it stands unless the chain itself is
 * broken, also later: then that is the finding, because it tells where entries were
 * changed, removed or put in.
 * <p>
 * Not safe for use by several threads at once.
 */
public final class ChainVerifier {

	static final int MAX_AMBIGUOUS = 10_000;

	private final ChainKeys publicKeys;

	private final List<Integer> ambiguous = new ArrayList<>();

	private @Nullable ChainForm form;

	private @Nullable String lastHash;

	private long lastSequence;

	private int entries;

	private @Nullable String fault;

	private int unsignedAt = -1;

	private ChainVerifier(long lastSequence, @Nullable String lastHash, Collection<String> publicKeyPems) {
		this.lastSequence = lastSequence;
		this.lastHash = lastHash;
		this.publicKeys = new ChainKeys(publicKeyPems);
	}

	/**
	 * A verifier of a chain from its first entry.
	 * @param publicKeyPems the audit public keys, as SPKI in PEM; none to verify hashes
	 * only
	 * @return the verifier
	 * @throws IllegalArgumentException if a key is not an Ed25519 public key in PEM
	 */
	public static ChainVerifier fromStart(Collection<String> publicKeyPems) {
		return new ChainVerifier(0, null, publicKeyPems);
	}

	/**
	 * A verifier of what follows a known entry, such as the next file of a rotated log.
	 * @param sequence the known entry's sequence number, from 1
	 * @param hash the known entry's hash
	 * @param publicKeyPems the audit public keys, as SPKI in PEM; none to verify hashes
	 * only
	 * @return the verifier
	 * @throws IllegalArgumentException if a key is not an Ed25519 public key in PEM, or
	 * the sequence number is not positive
	 */
	public static ChainVerifier after(long sequence, String hash, Collection<String> publicKeyPems) {
		if (sequence < 1) {
			throw new IllegalArgumentException("A sequence number is at least 1");
		}
		return new ChainVerifier(sequence, hash, publicKeyPems);
	}

	/**
	 * Accepts signatures under one more key from now on.
	 * @param pem an audit public key, as SPKI in PEM
	 * @throws IllegalArgumentException if it is not an Ed25519 public key in PEM
	 */
	public void addPublicKey(String pem) {
		this.publicKeys.add(pem);
	}

	/**
	 * Verifies the next line.
	 * @param line the line, without its end
	 * @return whether the chain goes on: false once it is broken, when further lines are
	 * ignored
	 */
	public boolean accept(@Nullable String line) {
		if (this.fault != null) {
			return false;
		}
		try {
			verify((line != null) ? line : "");
			return true;
		}
		catch (MalformedLineException ex) {
			this.fault = ex.fault();
			return false;
		}
	}

	/**
	 * The sequence number that the next line must have.
	 */
	public long nextSequence() {
		return this.lastSequence + 1;
	}

	/**
	 * What was found so far. Indexes count the lines this verifier was given.
	 */
	public ChainVerification result() {
		if (this.fault != null) {
			return broken(this.entries, this.fault);
		}
		return (this.unsignedAt >= 0) ? broken(this.unsignedAt, ChainFault.SIGNATURE)
				: new ChainVerification(true, -1, null, this.entries, this.ambiguous);
	}

	/**
	 * What was found, compared with the head that the chain is known to have: a chain
	 * that ends earlier, or in another entry, is broken after its last line.
	 * @param sequence the sequence number of the last entry, 0 for an empty chain
	 * @param hash the hash of the last entry, not looked at for an empty chain
	 * @return the finding
	 */
	public ChainVerification resultAgainst(long sequence, String hash) {
		boolean atHead = this.lastSequence == sequence && (sequence == 0 || hash.equals(this.lastHash));
		boolean otherwiseBroken = this.fault != null || this.unsignedAt >= 0;
		return (atHead || otherwiseBroken) ? result() : broken(this.entries, ChainFault.TRUNCATED);
	}

	void markUnreadable() {
		if (this.fault == null) {
			this.fault = ChainFault.UNREADABLE;
		}
	}

	private void verify(String line) {
		ChainForm form = (this.form != null) ? this.form : ChainForm.of(line);
		ChainForm.Link link = form.read(line);
		String expected = (this.lastHash != null) ? this.lastHash : form.genesis();
		require(link.seq() == this.lastSequence + 1, ChainFault.SEQUENCE);
		require(link.prevHash().equals(expected), ChainFault.PREVIOUS_HASH);
		require(link.hash().equals(Sha256.hex(link.hashText())), ChainFault.HASH);
		if (this.unsignedAt < 0 && !isSigned(link)) {
			this.unsignedAt = this.entries;
		}
		if (link.ambiguous() && this.ambiguous.size() < MAX_AMBIGUOUS) {
			this.ambiguous.add(this.entries);
		}
		this.form = form;
		this.lastSequence = link.seq();
		this.lastHash = link.hash();
		this.entries++;
	}

	private ChainVerification broken(int index, String reason) {
		return new ChainVerification(false, index, reason, index,
				this.ambiguous.stream().filter((ambiguous) -> ambiguous < index).toList());
	}

	private boolean isSigned(ChainForm.Link link) {
		return this.publicKeys.isEmpty() || this.publicKeys.haveSigned(link.hash(), link.signature());
	}

	private static void require(boolean condition, String fault) {
		if (!condition) {
			throw new MalformedLineException(fault);
		}
	}

}
