package dev.grantex.gemma.cloud;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * What each call's successful answer says.
 */
final class Answers {

	private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

	private Answers() {
	}

	/**
	 * A bundle as the service issues it: with its private key, and without a state of the
	 * device, which is not the service's to set.
	 */
	static ConsentBundle bundle(JsonNode node) {
		ConsentBundle bundle;
		try {
			bundle = ConsentBundle.parse(AnswerReader.write(node));
		}
		catch (BundleTamperedException ex) {
			throw new InvalidAnswerException();
		}
		boolean complete = BundleIds.isValid(bundle.bundleId()) && !bundle.grantToken().isEmpty()
				&& bundle.offlineAuditKey().privateKey() != null
				&& bundle.offlineAuditKey().algorithm().equals("Ed25519")
				&& bundle.offlineExpiresAt().isAfter(bundle.checkpointAt());
		if (!complete) {
			throw new InvalidAnswerException();
		}
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(),
				bundle.offlineAuditKey(), bundle.checkpointAt(), bundle.syncEndpoint(), bundle.offlineExpiresAt());
	}

	static RevocationStatus revocationStatus(JsonNode node) {
		JsonNode data = AnswerReader.object(node, "data");
		return new RevocationStatus(bundleId(data), oneOf(AnswerReader.text(data, "status"), "revoked", "active"),
				AnswerReader.optionalTime(data, "revokedAt"), AnswerReader.optionalText(data, "revokedBy"),
				AnswerReader.flag(data, "grantRevoked"), AnswerReader.optionalTime(data, "checkpointAt"));
	}

	/**
	 * What an answer says, if that is about the bundle that it was asked for.
	 */
	static <T> T of(String bundleId, T value, Function<T, String> id) {
		if (!bundleId.equals(id.apply(value))) {
			throw new InvalidAnswerException();
		}
		return value;
	}

	static String bundleId(JsonNode node) {
		return AnswerReader.text(node, "bundleId");
	}

	/**
	 * When a bundle was revoked, if the answer says that it is.
	 */
	static Instant revokedAt(JsonNode node) {
		if (!AnswerReader.text(node, "status").equals("revoked")) {
			throw new InvalidAnswerException();
		}
		return AnswerReader.time(node, "revokedAt");
	}

	static BundleMetadata metadata(JsonNode node) {
		return new BundleMetadata(AnswerReader.text(node, "id"), AnswerReader.text(node, "agentId"),
				AnswerReader.text(node, "grantId"), AnswerReader.text(node, "userId"),
				AnswerReader.texts(node, "scopes"), AnswerReader.text(node, "status"),
				AnswerReader.optionalText(node, "deviceId"), AnswerReader.optionalText(node, "devicePlatform"),
				AnswerReader.time(node, "offlineExpiresAt"), AnswerReader.time(node, "checkpointAt"),
				AnswerReader.count(node, "auditEntryCount"), AnswerReader.optionalTime(node, "lastSyncAt"),
				AnswerReader.time(node, "createdAt"), AnswerReader.optionalTime(node, "revokedAt"));
	}

	static BundlePage page(JsonNode node) {
		return new BundlePage(AnswerReader.list(node, "bundles", Answers::metadata),
				AnswerReader.optionalText(node, "nextCursor"));
	}

	static SyncedAuditEntry auditEntry(JsonNode node) {
		return new SyncedAuditEntry(AnswerReader.count(node, "seq"), AnswerReader.text(node, "timestamp"),
				AnswerReader.text(node, "action"), AnswerReader.text(node, "agentDID"),
				AnswerReader.text(node, "grantId"), AnswerReader.texts(node, "scopes"),
				AnswerReader.text(node, "result"), AnswerReader.optionalText(node, "metadata"),
				AnswerReader.text(node, "prevHash"), AnswerReader.text(node, "hash"),
				AnswerReader.text(node, "signature"), AnswerReader.optionalTime(node, "syncedAt"));
	}

	/**
	 * The answer to an upload.
	 * @param sent how many entries were sent: a service that accepts more is not to be
	 * believed
	 */
	static SyncResponse syncResponse(JsonNode node, int sent) {
		long accepted = AnswerReader.count(node, "accepted");
		long rejected = AnswerReader.count(node, "rejected");
		if (accepted > sent || rejected > sent || accepted + rejected > sent) {
			throw new InvalidAnswerException();
		}
		JsonNode newBundle = node.get("newBundle");
		return new SyncResponse((int) accepted, (int) rejected,
				oneOf(AnswerReader.text(node, "revocationStatus"), "revoked", "valid"),
				AnswerReader.optionalTime(node, "revokedAt"), entryErrors(node),
				(newBundle != null && !newBundle.isNull()) ? bundle(newBundle) : null);
	}

	static List<EntryError> entryErrors(JsonNode node) {
		return AnswerReader.list(node, "errors", (error) -> {
			JsonNode seq = error.get("seq");
			boolean known = seq != null && seq.isIntegralNumber() && seq.canConvertToLong();
			return new EntryError((seq != null && known) ? seq.longValue() : null, code(error));
		});
	}

	/**
	 * The error code, if it looks like one. Anything else is a text of the service and
	 * does not get into exceptions and logs.
	 */
	static @Nullable String code(JsonNode node) {
		String code = AnswerReader.optionalText(node, "code");
		return (code != null && CODE.matcher(code).matches()) ? code : null;
	}

	private static boolean oneOf(String value, String whenTrue, String whenFalse) {
		if (!value.equals(whenTrue) && !value.equals(whenFalse)) {
			throw new InvalidAnswerException();
		}
		return value.equals(whenTrue);
	}

}
