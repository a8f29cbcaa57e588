package dev.grantex.gemma.bundle;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.file.GroupWritableFiles;
import dev.grantex.gemma.file.PrivateFile;
import dev.grantex.gemma.file.UnsafeFileException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.GrantexGemmaException;

/**
 * Keeps bundles in encrypted files that only the owner may read: the current one in a
 * file of its own, and replaced ones beside it as {@code bundle-<id>.enc} if that file is
 * {@code bundle.enc}. Reads the files of the Python and TypeScript packages of the same
 * system; writes the Python package's format for a key, the TypeScript package's for a
 * passphrase. Loading rewrites a file of another format or under a previous secret.
 * <p>
 * Besides {@link BundleTamperedException}, methods throw {@link UnsafeFileException} for
 * a file that is a link, has several, or that belongs to or may be written by others, as
 * may its directory, and {@link FileUnavailableException} for one that cannot be read or
 * written. What a group may write is told of in one warning.
 */
public final class EncryptedFileBundleRepository implements BundleRepository {

	private static final Log logger = LogFactory.getLog(EncryptedFileBundleRepository.class);

	private final BundleFiles files;

	private final BundleEncryption current;

	private final List<BundleSecret> previous;

	private final GroupWritableFiles writableByGroup;

	/** How often a file was written or deleted. */
	private volatile int changes;

	private EncryptedFileBundleRepository(Path file, BundleSecret current, List<BundleSecret> previous) {
		this.files = new BundleFiles(file);
		this.writableByGroup = new GroupWritableFiles(file);
		this.current = new BundleEncryption(current);
		this.previous = List.copyOf(previous);
	}

	/**
	 * Creates a repository that encrypts with a key.
	 * @param file where the current bundle is kept
	 * @param hexKey the AES-256 key as 64 hexadecimal digits
	 * @return the repository
	 * @throws InvalidBundleKeyException if the key is anything else
	 */
	public static EncryptedFileBundleRepository withKey(Path file, String hexKey) {
		return builder(file).key(hexKey).build();
	}

	/**
	 * Creates a repository that encrypts with a key derived from a passphrase.
	 * @param file where the current bundle is kept
	 * @param passphrase the passphrase, not empty
	 * @return the repository
	 * @throws InvalidBundleKeyException if the passphrase is empty
	 */
	public static EncryptedFileBundleRepository withPassphrase(Path file, String passphrase) {
		return builder(file).passphrase(passphrase).build();
	}

	/**
	 * Starts a repository that also opens files under previous secrets.
	 * @param file where the current bundle is kept
	 * @return the builder
	 */
	public static Builder builder(Path file) {
		return new Builder(file);
	}

	@Override
	public Optional<ConsentBundle> load() {
		// Loading can put it right.
		this.writableByGroup.warn();
		return load(this.files.current());
	}

	@Override
	public synchronized void save(ConsentBundle bundle) {
		store(this.files.current(), bundle);
	}

	@Override
	public synchronized void delete() {
		change(this.files.current()::delete);
	}

	@Override
	public synchronized void retire(ConsentBundle bundle) {
		store(this.files.retired(bundle.bundleId()), bundle);
	}

	@Override
	public List<ConsentBundle> loadRetired(Consumer<? super GrantexGemmaException> unreadable) {
		List<ConsentBundle> bundles = new ArrayList<>();
		for (PrivateFile candidate : this.files.allRetired()) {
			try {
				load(candidate).filter((bundle) -> isNamedAfter(bundle, candidate)).ifPresent(bundles::add);
			}
			catch (GrantexGemmaException ex) {
				unreadable.accept(ex);
			}
		}
		bundles.sort(Comparator.comparing(ConsentBundle::checkpointAt).thenComparing(ConsentBundle::bundleId));
		return List.copyOf(bundles);
	}

	@Override
	public synchronized void deleteRetired(String bundleId) {
		change(this.files.retired(bundleId)::delete);
	}

	/**
	 * A copy under another name, such as a person's backup, is not a retired bundle.
	 */
	private boolean isNamedAfter(ConsentBundle bundle, PrivateFile file) {
		if (this.files.retired(bundle.bundleId()).path().equals(file.path())) {
			return true;
		}
		logger.warn("Ignoring a file beside the consent bundle that is not named after its content");
		return false;
	}

	/**
	 * Nobody waits for a file that is being opened but who wants to read it.
	 */
	private Optional<ConsentBundle> load(PrivateFile source) {
		int before = this.changes;
		return source.read(BundleReader.MAX_BYTES + 1).map((bytes) -> open(source, bytes, before));
	}

	private synchronized ConsentBundle open(PrivateFile source, byte[] bytes, int before) {
		BundleReader.requireSize(bytes);
		BundleFileFormat format = BundleFileFormat.of(bytes);
		byte[] plaintext = format.decrypt(bytes, this.current.secret());
		boolean outdated = plaintext == null || format != this.current.format();
		for (BundleSecret secret : this.previous) {
			plaintext = (plaintext != null) ? plaintext : format.decrypt(bytes, secret);
		}
		if (plaintext == null) {
			throw BundleReader.notOpened();
		}
		try {
			ConsentBundle bundle = BundleReader.parse(plaintext);
			if (!outdated) {
				this.current.goOnWith(bytes);
			}
			boolean current = this.changes == before;
			if (current && (outdated || !source.isOwnerOnly())) {
				rewrite(source, plaintext);
			}
			return bundle;
		}
		finally {
			Arrays.fill(plaintext, (byte) 0);
		}
	}

	/**
	 * The bundle is good whether or not its file can be brought up to date.
	 */
	private void rewrite(PrivateFile target, byte[] plaintext) {
		try {
			byte[] content = this.current.encrypt(plaintext);
			change(() -> target.replace(content));
		}
		catch (GrantexGemmaException ex) {
			logger.warn("A consent bundle's file could not be rewritten under the current key");
		}
	}

	private void store(PrivateFile target, ConsentBundle bundle) {
		byte[] plaintext = bundle.toJson().getBytes(StandardCharsets.UTF_8);
		try {
			byte[] content = this.current.encrypt(plaintext);
			change(() -> target.replace(content));
		}
		finally {
			Arrays.fill(plaintext, (byte) 0);
		}
	}

	/**
	 * Counted only when it is over: what was read before that must not be written again.
	 */
	private void change(Runnable change) {
		try {
			change.run();
		}
		finally {
			this.changes++;
		}
	}

	/**
	 * Builds a repository with exactly one of key and passphrase.
	 */
	public static final class Builder {

		private final Path file;

		private @Nullable BundleSecret current;

		private final List<BundleSecret> previous = new ArrayList<>();

		private Builder(Path file) {
			this.file = file;
		}

		/**
		 * Sets the key that files are encrypted with.
		 * @param hexKey the AES-256 key as 64 hexadecimal digits
		 * @return this builder
		 * @throws InvalidBundleKeyException if the key is anything else, or if key or
		 * passphrase were set before
		 */
		public Builder key(String hexKey) {
			return current(BundleSecret.ofHexKey(hexKey));
		}

		/**
		 * Sets the passphrase that files are encrypted with.
		 * @param passphrase the passphrase, not empty
		 * @return this builder
		 * @throws InvalidBundleKeyException if the passphrase is empty, or if key or
		 * passphrase were set before
		 */
		public Builder passphrase(String passphrase) {
			return current(BundleSecret.ofPassphrase(passphrase));
		}

		/**
		 * Adds secrets that files may still be encrypted with. They are tried in the
		 * order given, after the current one.
		 * @param secrets keys of 64 hexadecimal digits and passphrases
		 * @return this builder
		 * @throws InvalidBundleKeyException if one of them is empty
		 */
		public Builder previousKeys(String... secrets) {
			for (String secret : secrets) {
				this.previous.add(BundleSecret.ofKeyOrPassphrase(secret));
			}
			return this;
		}

		/**
		 * Creates the repository. Nothing is read or written.
		 * @return the repository
		 * @throws InvalidBundleKeyException if neither key nor passphrase was set
		 */
		public EncryptedFileBundleRepository build() {
			if (this.current == null) {
				throw new InvalidBundleKeyException(
						"Either an encryption key or a passphrase is needed for the bundle");
			}
			return new EncryptedFileBundleRepository(this.file, this.current, this.previous);
		}

		private Builder current(BundleSecret secret) {
			if (this.current != null) {
				throw new InvalidBundleKeyException(
						"Only one of encryption key and passphrase may be set for the bundle");
			}
			this.current = secret;
			return this;
		}

	}

}
