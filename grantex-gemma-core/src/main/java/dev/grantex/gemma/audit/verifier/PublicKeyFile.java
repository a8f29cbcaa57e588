package dev.grantex.gemma.audit.verifier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;

/**
 * A file with Ed25519 public keys: PEM (RFC 7468), possibly several; a JSON Web Key (RFC
 * 8037); or a JSON Web Key Set, whose other keys are passed over.
 */
final class PublicKeyFile {

	private static final JsonTreeReader JSON = new JsonTreeReader(EcmaNumber::parse, false, true);

	private static final Pattern PEM = Pattern
		.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----[A-Za-z0-9+/=\\s]*-----END \\1-----");

	private PublicKeyFile() {
	}

	static List<Ed25519PublicKeyParameters> read(Path file) {
		String text = GivenFile.readText(file).strip();
		try {
			List<Ed25519PublicKeyParameters> read = text.startsWith("{") ? fromJson(file, text) : fromPem(file, text);
			if (!read.isEmpty()) {
				return read;
			}
		}
		catch (IllegalArgumentException | MalformedLineException ex) {
			// The text could be a private key by mistake: it must not reach a message.
		}
		throw new VerifierException(file + " holds no Ed25519 public key. Give it as PEM "
				+ "(\"BEGIN PUBLIC KEY\"), as a JSON Web Key or as a JSON Web Key Set.");
	}

	private static List<Ed25519PublicKeyParameters> fromPem(Path file, String text) {
		return PEM.matcher(text).results().map((match) -> {
			requirePublic(file, !match.group(1).endsWith("PRIVATE KEY"));
			return AuditKeys.publicKey(match.group());
		}).toList();
	}

	private static List<Ed25519PublicKeyParameters> fromJson(Path file, String text) {
		List<Ed25519PublicKeyParameters> keys = new ArrayList<>();
		if (JSON.read(text) instanceof Map<?, ?> jwk) {
			for (Object candidate : (jwk.get("keys") instanceof List<?> set) ? set : List.of(jwk)) {
				if (candidate instanceof Map<?, ?> members && "OKP".equals(members.get("kty"))
						&& "Ed25519".equals(members.get("crv"))) {
					requirePublic(file, !members.containsKey("d"));
					byte[] x = Base64.getUrlDecoder().decode(String.valueOf(members.get("x")));
					keys.add(new Ed25519PublicKeyParameters(x));
				}
			}
		}
		return keys;
	}

	private static void requirePublic(Path file, boolean condition) {
		if (!condition) {
			throw new VerifierException(file + " holds a private key, which nobody but the device should have. "
					+ "Give its public half: openssl pkey -pubout.");
		}
	}

}
