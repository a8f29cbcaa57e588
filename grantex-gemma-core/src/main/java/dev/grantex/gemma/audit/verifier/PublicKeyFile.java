package dev.grantex.gemma.audit.verifier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

/**
 * A file with Ed25519 public keys: PEM (RFC 7468), possibly several; a JSON Web Key (RFC
 * 8037); or a JSON Web Key Set, whose other keys are passed over.
 */
final class PublicKeyFile {

	private static final JsonTreeReader JSON = new JsonTreeReader(EcmaNumber::parse, false, true);

	private static final Pattern PEM = Pattern
		.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----[A-Za-z0-9+/=\\s]*-----END \\1-----");

	private final Path file;

	private PublicKeyFile(Path file) {
		this.file = file;
	}

	/**
	 * Reads the keys.
	 * @throws VerifierException if the file cannot be read, or holds anything else
	 */
	static List<Ed25519PublicKeyParameters> read(Path file) {
		String text = SmallFile.readText(file).strip();
		PublicKeyFile keys = new PublicKeyFile(file);
		return text.startsWith("{") ? keys.fromJson(text) : keys.fromPem(text);
	}

	private List<Ed25519PublicKeyParameters> fromPem(String text) {
		List<Ed25519PublicKeyParameters> keys = new ArrayList<>();
		Matcher matcher = PEM.matcher(text);
		while (matcher.find()) {
			if (matcher.group(1).endsWith("PRIVATE KEY")) {
				throw isPrivate();
			}
			try {
				keys.add(AuditKeys.publicKey(matcher.group()));
			}
			catch (IllegalArgumentException ex) {
				throw isNoKey();
			}
		}
		if (keys.isEmpty()) {
			throw isNoKey();
		}
		return keys;
	}

	private List<Ed25519PublicKeyParameters> fromJson(String text) {
		List<Ed25519PublicKeyParameters> keys = new ArrayList<>();
		try {
			if (JSON.read(text) instanceof Map<?, ?> jwk) {
				List<?> candidates = (jwk.get("keys") instanceof List<?> set) ? set : List.of(jwk);
				for (Object candidate : candidates) {
					if (candidate instanceof Map<?, ?> members && "OKP".equals(members.get("kty"))
							&& "Ed25519".equals(members.get("crv"))) {
						keys.add(fromJwk(members));
					}
				}
			}
		}
		catch (MalformedLineException ex) {
			throw isNoKey();
		}
		if (keys.isEmpty()) {
			throw isNoKey();
		}
		return keys;
	}

	private Ed25519PublicKeyParameters fromJwk(Map<?, ?> jwk) {
		if (jwk.containsKey("d")) {
			throw isPrivate();
		}
		try {
			return new Ed25519PublicKeyParameters(Base64.getUrlDecoder().decode(String.valueOf(jwk.get("x"))));
		}
		catch (IllegalArgumentException ex) {
			throw isNoKey();
		}
	}

	private VerifierException isPrivate() {
		return new VerifierException(this.file + " holds a private key, which nobody but the device should have. "
				+ "Give its public half: openssl pkey -pubout.");
	}

	private VerifierException isNoKey() {
		return new VerifierException(this.file + " holds no Ed25519 public key. Give it as PEM "
				+ "(\"BEGIN PUBLIC KEY\"), as a JSON Web Key or as a JSON Web Key Set.");
	}

}
