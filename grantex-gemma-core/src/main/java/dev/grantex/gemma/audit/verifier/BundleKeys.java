package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleReader;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.InvalidBundleKeyException;

/**
 * The public keys in encrypted bundle files, with a secret that comes from a file or the
 * environment: a command line can be seen by every user of a machine.
 */
final class BundleKeys {

	static final String KEY_VARIABLE = "GRANTEX_GEMMA_BUNDLE_ENCRYPTIONKEY";

	/** The other spelling that applications take. */
	static final String DASHED_KEY_VARIABLE = "GRANTEX_GEMMA_BUNDLE_ENCRYPTION_KEY";

	static final String PASSPHRASE_VARIABLE = "GRANTEX_GEMMA_BUNDLE_PASSPHRASE";

	/** One for each form that the secret may have. */
	private final List<BundleReader> readers;

	private BundleKeys(List<BundleReader> readers) {
		this.readers = readers;
	}

	static BundleKeys of(VerifierOptions options, Map<String, String> environment) {
		try {
			return new BundleKeys(readers(options, environment));
		}
		catch (InvalidBundleKeyException ex) {
			throw new VerifierException(ex.getMessage() + ".");
		}
	}

	/**
	 * All public keys of a bundle's chain, older ones too.
	 */
	List<String> publicKeys(Path file) {
		try {
			ConsentBundle bundle = GivenFile.reading(file, () -> read(file));
			BundleState state = bundle.state();
			Stream<String> older = (state != null) ? state.auditKeys().stream().map(AuditPublicKey::publicKey)
					: Stream.empty();
			return Stream.concat(older, Stream.of(bundle.offlineAuditKey().publicKey())).distinct().toList();
		}
		catch (BundleTamperedException ex) {
			AlteredCopy.refusePacked(file, GivenFile.read(file));
			throw new VerifierException(file + " could not be opened: it is damaged, was altered, is no bundle, "
					+ "or its key or passphrase is another one.");
		}
	}

	private ConsentBundle read(Path file) throws IOException {
		for (BundleReader reader : this.readers.subList(0, this.readers.size() - 1)) {
			try {
				return reader.read(file);
			}
			catch (BundleTamperedException ex) {
				// The secret may have another form.
			}
		}
		return this.readers.get(this.readers.size() - 1).read(file);
	}

	private static List<BundleReader> readers(VerifierOptions options, Map<String, String> environment) {
		Path keyFile = options.file("--bundle-key-file");
		Path passphraseFile = options.file("--bundle-passphrase-file");
		if (keyFile != null) {
			return List.of(BundleReader.withKey(GivenFile.readText(keyFile).strip()));
		}
		if (passphraseFile != null) {
			return withPassphrase(GivenFile.readText(passphraseFile));
		}
		String dashedKey = nonEmpty(environment.get(DASHED_KEY_VARIABLE));
		String plainKey = nonEmpty(environment.get(KEY_VARIABLE));
		String key = (plainKey != null) ? plainKey : dashedKey;
		String passphrase = nonEmpty(environment.get(PASSPHRASE_VARIABLE));
		if (key != null && dashedKey != null && !key.strip().equals(dashedKey.strip())) {
			throw both(KEY_VARIABLE, DASHED_KEY_VARIABLE);
		}
		if (key != null && passphrase != null) {
			throw both((plainKey != null) ? KEY_VARIABLE : DASHED_KEY_VARIABLE, PASSPHRASE_VARIABLE);
		}
		if (key != null) {
			return List.of(BundleReader.withKey(key.strip()));
		}
		if (passphrase != null) {
			return withPassphrase(passphrase);
		}
		throw new VerifierException(
				"The bundle is encrypted: give --bundle-key-file or --bundle-passphrase-file, or set " + KEY_VARIABLE
						+ " or " + PASSPHRASE_VARIABLE + ".");
	}

	private static VerifierException both(String one, String other) {
		return new VerifierException(
				"Both " + one + " and " + other + " are set: set only the one that the bundle was encrypted with.");
	}

	/**
	 * The end of a line is usually none of the passphrase, but an application that was
	 * given it has used it.
	 */
	private static List<BundleReader> withPassphrase(String text) {
		String passphrase = withoutLineEnd(text);
		return passphrase.equals(text) ? List.of(BundleReader.withPassphrase(text))
				: List.of(BundleReader.withPassphrase(passphrase), BundleReader.withPassphrase(text));
	}

	private static @Nullable String nonEmpty(@Nullable String value) {
		return (value == null || withoutLineEnd(value).isEmpty()) ? null : value;
	}

	private static String withoutLineEnd(String text) {
		return text.replaceFirst("\\r?\\n?\\z", "");
	}

}
