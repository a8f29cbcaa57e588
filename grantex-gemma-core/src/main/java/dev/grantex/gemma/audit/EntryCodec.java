package dev.grantex.gemma.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * What the entries, the keys and the clock of a chain are, for whatever stores its lines.
 */
final class EntryCodec implements ChainCodec {

	private static final JsonTreeReader LENIENT = new JsonTreeReader(EcmaNumber::parse, true, false);

	private static final ChainKeys GONE = new ChainKeys(List.of());

	/**
	 * For chains whose bundles are gone, and with them every key: nobody can tell who has
	 * signed, and what holds in itself counts as signed.
	 */
	static final EntryCodec WITHOUT_KEYS = new EntryCodec(GONE);

	private final ChainKeys keys;

	private volatile @Nullable EntrySigner signer;

	private volatile @Nullable OfflineAuditKey late;

	private volatile @Nullable ClockFloor clockFloor;

	EntryCodec(ChainKeys keys) {
		this.keys = keys;
	}

	/**
	 * The codec of a bundle's chain.
	 * @param further public keys besides those the bundle knows of
	 * @throws AuditLogException if a public key is unreadable
	 */
	static EntryCodec of(ConsentBundle bundle, Collection<String> further) {
		Set<String> publicKeys = new LinkedHashSet<>(further);
		BundleState state = bundle.state();
		if (state != null) {
			state.auditKeys().stream().map(AuditPublicKey::publicKey).forEach(publicKeys::add);
		}
		publicKeys.add(bundle.offlineAuditKey().publicKey());
		try {
			return new EntryCodec(new ChainKeys(publicKeys));
		}
		catch (IllegalArgumentException ex) {
			throw new AuditLogException(AuditLogException.KEY_UNUSABLE, "A public key of the audit log is unreadable");
		}
	}

	/**
	 * The public keys in one file.
	 */
	String publicKeyFile() {
		return this.keys.pem();
	}

	/**
	 * Signs with a key from now on.
	 * @param signer the key, or {@code null} if it was erased
	 */
	void signWith(@Nullable EntrySigner signer) {
		this.signer = signer;
	}

	/**
	 * Signs with a key that is looked at only then, as long as there is no other.
	 */
	void signLateWith(OfflineAuditKey key) {
		this.late = key;
	}

	/**
	 * Signs with another key from now on.
	 */
	void signWith(EntrySigner signer, String publicKey) {
		this.keys.add(publicKey);
		this.signer = signer;
	}

	/**
	 * Asks for the latest moment known to have been.
	 */
	void observe(ClockFloor floor) {
		this.clockFloor = floor;
	}

	/**
	 * The current signer.
	 * @throws AuditLogException if the key was erased
	 */
	EntrySigner signer() {
		EntrySigner current = this.signer;
		if (current == null) {
			throw new AuditLogException(AuditLogException.KEY_UNUSABLE, "The bundle's audit key was erased");
		}
		return current;
	}

	/**
	 * Whether one of the chain's keys has signed the entry as it is. What is stored may
	 * have been rewritten: signed again unseen, it would become true.
	 */
	boolean haveSigned(SignedAuditEntry entry) {
		return (this.keys != GONE) ? this.keys.haveSigned(entry) : isWhole(entry);
	}

	@Override
	public Optional<ReadLine> read(String line) {
		try {
			return Optional.of(new Read(line, WireForm.parse(line), this));
		}
		catch (MalformedLineException ex) {
			return Optional.empty();
		}
	}

	@Override
	public Optional<String> ownerNamedIn(String line) {
		try {
			Map<String, Object> members = ChainForm.members(LENIENT, line, Set.of());
			String name = (ChainForm.of(members) == WireForm.INSTANCE) ? "grantId" : "grant_id";
			return Optional.of(ChainForm.text(members, name)).filter((grant) -> !grant.isEmpty());
		}
		catch (MalformedLineException ex) {
			return Optional.empty();
		}
	}

	@Override
	public boolean isForeign(String line) {
		try {
			return ChainForm.of(line) == PythonForm.INSTANCE;
		}
		catch (MalformedLineException ex) {
			return false;
		}
	}

	@Override
	public boolean hasSigner() {
		return this.signer != null;
	}

	@Override
	public String sign(String text) {
		EntrySigner current = this.signer;
		OfflineAuditKey late = this.late;
		if (current == null && late != null) {
			current = EntrySigner.of(late);
		}
		return ((current != null) ? current : signer()).sign(text);
	}

	@Override
	public boolean isSigned(String text, byte[] signature) {
		return this.keys == GONE || this.keys.haveSigned(text, signature);
	}

	@Override
	public long clockFloor(long remembered) {
		ClockFloor floor = this.clockFloor;
		return (floor != null) ? floor.from(remembered) : remembered;
	}

	@Override
	public Instant bounded(Instant now) {
		ClockFloor floor = this.clockFloor;
		return (floor != null) ? floor.bounded(now) : now;
	}

	static SignedAuditEntry entry(ReadLine line) {
		return (line instanceof Read read) ? read.entry() : SignedAuditEntry.parse(line.text());
	}

	private static boolean isWhole(SignedAuditEntry entry) {
		return HashChain.computeHash(entry).equals(entry.hash());
	}

	private record Read(String text, SignedAuditEntry entry, EntryCodec codec) implements ReadLine {

		@Override
		public String owner() {
			return this.entry.grantId();
		}

		@Override
		public Head head() {
			return this.entry.head();
		}

		@Override
		public String author() {
			return this.entry.agentDid();
		}

		@Override
		public String previousHash() {
			return this.entry.prevHash();
		}

		@Override
		public @Nullable Instant time() {
			try {
				return Instant.parse(this.entry.timestamp());
			}
			catch (DateTimeException ex) {
				return null;
			}
		}

		@Override
		public boolean isExact() {
			return this.entry.toJson().equals(this.text);
		}

		@Override
		public boolean isWhole() {
			return EntryCodec.isWhole(this.entry);
		}

		@Override
		public boolean isSigned() {
			return this.codec.haveSigned(this.entry);
		}

	}

}
