package dev.grantex.gemma.audit;

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

	static final String KEY_VARIABLE = "GRANTEX_GEMMA_BUNDLE_ENCRYPTION_KEY";

	static final String PASSPHRASE_VARIABLE = "GRANTEX_GEMMA_BUNDLE_PASSPHRASE";

	private final BundleReader reader;

	private BundleKeys(BundleReader reader) {
		this.reader = reader;
	}

	/**
	 * Finds the secret.
	 * @throws VerifierException if there is none, or more than one
	 */
	static BundleKeys of(VerifierOptions options, Map<String, String> environment) {
		try {
			return new BundleKeys(reader(options, environment));
		}
		catch (InvalidBundleKeyException ex) {
			throw new VerifierException(ex.getMessage() + ".");
		}
	}

	/**
	 * All public keys of a bundle's chain, older ones too.
	 * @throws VerifierException if the bundle cannot be read
	 */
	List<String> publicKeys(Path file) {
		try {
			ConsentBundle bundle = this.reader.read(file);
			BundleState state = bundle.state();
			Stream<String> older = (state != null) ? state.auditKeys().stream().map(AuditPublicKey::publicKey)
					: Stream.empty();
			return Stream.concat(older, Stream.of(bundle.offlineAuditKey().publicKey())).distinct().toList();
		}
		catch (BundleTamperedException ex) {
			throw new VerifierException(file + " could not be opened: it is damaged, was altered, is no bundle, "
					+ "or its key or passphrase is another one.");
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(file, ex);
		}
	}

	private static BundleReader reader(VerifierOptions options, Map<String, String> environment) {
		Path keyFile = options.bundleKeyFile();
		Path passphraseFile = options.bundlePassphraseFile();
		if (keyFile != null) {
			return BundleReader.withKey(SmallFile.readText(keyFile).strip());
		}
		if (passphraseFile != null) {
			return BundleReader.withPassphrase(withoutLineEnd(SmallFile.readText(passphraseFile)));
		}
		String key = nonEmpty(environment.get(KEY_VARIABLE));
		String passphrase = nonEmpty(environment.get(PASSPHRASE_VARIABLE));
		if (key != null && passphrase != null) {
			throw new VerifierException("Both " + KEY_VARIABLE + " and " + PASSPHRASE_VARIABLE
					+ " are set: set only the one that the bundle was encrypted with.");
		}
		if (key != null) {
			return BundleReader.withKey(key);
		}
		if (passphrase != null) {
			return BundleReader.withPassphrase(passphrase);
		}
		throw new VerifierException(
				"The bundle is encrypted: give --bundle-key-file or --bundle-passphrase-file, or set " + KEY_VARIABLE
						+ " or " + PASSPHRASE_VARIABLE + ".");
	}

	private static @Nullable String nonEmpty(@Nullable String value) {
		return (value == null || value.isEmpty()) ? null : value;
	}

	private static String withoutLineEnd(String text) {
		int end = text.length();
		if (end > 0 && text.charAt(end - 1) == '\n') {
			end--;
		}
		if (end > 0 && text.charAt(end - 1) == '\r') {
			end--;
		}
		return text.substring(0, end);
	}

}
