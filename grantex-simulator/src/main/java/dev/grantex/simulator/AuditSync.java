package dev.grantex.simulator;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes batches of audit entries, each as a whole or not at all.
 */
final class AuditSync {

	private static final int LARGEST_BATCH = 1000;

	private final Store store;

	private final Clock clock;

	private final ChainStore chain;

	AuditSync(Store store, Ids ids, Clock clock) {
		this.store = store;
		this.clock = clock;
		this.chain = new ChainStore(ids);
	}

	Supplier<Answer> sync(Invocation invocation) {
		JsonNode body = invocation.body();
		if (body.isMissingNode() || body.isNull()) {
			throw ApiException.internalError();
		}
		String bundleId = bundleId(body.path("bundleId"));
		JsonNode entries = body.path("entries");
		if (!entries.isArray() || entries.isEmpty()) {
			throw ApiException.badRequest("entries array must be non-empty");
		}
		if (entries.size() > LARGEST_BATCH) {
			throw new ApiException(413, "PAYLOAD_TOO_LARGE",
					"A sync batch may contain at most " + LARGEST_BATCH + " entries");
		}
		String developerId = invocation.developerId();
		Bundle bundle = this.store.bundle(bundleId, developerId);
		List<ObjectNode> batch = validate(entries, bundle);
		return () -> this.store.transact((tables) -> commit(tables, bundleId, developerId, bundle, batch));
	}

	private Answer commit(Tables tables, String bundleId, String developerId, Bundle validated,
			List<ObjectNode> batch) {
		Bundle bundle = Store.bundle(tables, bundleId, developerId);
		if (bundle.auditKey() != validated.auditKey()) {
			validate(JsonNodeFactory.instance.arrayNode().addAll(batch), bundle);
		}
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		List<AuditEntry> stored = tables.entriesOf(bundleId);
		List<AuditEntry> accepted = this.chain.extend(stored, batch, now);
		stored.addAll(accepted);
		tables.bundles().put(bundleId, bundle.synced(now));
		return answer(batch.size(), Store.grant(tables, bundle));
	}

	private static Answer answer(int accepted, Grant grant) {
		ObjectNode json = Json.object();
		json.put("accepted", accepted);
		json.put("rejected", 0);
		json.put("revocationStatus", grant.isRevoked() ? "revoked" : "valid");
		json.set("revokedAt", Json.time(grant.revokedAt()));
		json.putArray("errors");
		json.putNull("newBundle");
		return Answer.json(200, Json.doubled(json));
	}

	private static String bundleId(JsonNode value) {
		if (!Json.isTruthy(value)) {
			throw ApiException.badRequest("bundleId is required");
		}
		String column = Json.column(value);
		return (column != null) ? column : "";
	}

	private static List<ObjectNode> validate(JsonNode entries, Bundle bundle) {
		BatchValidation validation = new BatchValidation(bundle);
		List<ObjectNode> batch = new ArrayList<>();
		for (JsonNode entry : entries) {
			if (entry.isNull()) {
				// The service reads members of each entry without a look at what it is.
				throw ApiException.internalError();
			}
			ObjectNode object = entry.isObject() ? (ObjectNode) entry : Json.object();
			validation.check(object);
			batch.add(object);
		}
		if (!validation.errors().isEmpty()) {
			throw new ApiException(400, "INVALID_AUDIT_ENTRIES", "Offline audit batch failed integrity validation",
					validation.errors());
		}
		return batch;
	}

}
