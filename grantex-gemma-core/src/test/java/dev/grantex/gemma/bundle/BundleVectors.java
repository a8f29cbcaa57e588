package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The vectors for bundles, from the class path.
 */
public final class BundleVectors {

	private static final JsonMapper JSON = new JsonMapper();

	private BundleVectors() {
	}

	static byte[] bytes(String name) {
		try (InputStream stream = BundleVectors.class.getResourceAsStream("/vectors/" + name)) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static JsonNode json(String name) {
		return JSON.readTree(bytes(name));
	}

	static List<JsonNode> manifest(String member) {
		return StreamSupport.stream(json("manifest.json").get(member).spliterator(), false).toList();
	}

	static String plaintext(String file) {
		return manifest("positive").stream()
			.filter((entry) -> entry.get("file").stringValue().equals(file))
			.findFirst()
			.orElseThrow()
			.get("plaintext")
			.stringValue();
	}

	public static ConsentBundle bundle() {
		return ConsentBundle.parse(plaintext("bundle-ts-v1.enc"));
	}

	public static ConsentBundle bundle(String id) {
		ConsentBundle bundle = bundle();
		return new ConsentBundle(id, bundle.grantToken(), bundle.jwksSnapshot(), bundle.offlineAuditKey(),
				bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

}
