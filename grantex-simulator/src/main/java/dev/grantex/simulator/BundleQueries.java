package dev.grantex.simulator;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers what may be asked about bundles. No answer holds a token or key.
 */
final class BundleQueries {

	private static final int DEFAULT_LIMIT = 50;

	private static final int LARGEST_LIMIT = 100;

	private static final int LARGEST_EXPORT = 1000;

	private final Store store;

	BundleQueries(Store store) {
		this.store = store;
	}

	Supplier<Answer> get(Invocation invocation) {
		return () -> this.store.transact((tables) -> Answer.json(200, summary(tables, bundle(tables, invocation))));
	}

	Supplier<Answer> list(Invocation invocation) {
		Map<String, String> query = invocation.query();
		Predicate<Bundle> filter = (bundle) -> bundle.developerId().equals(invocation.developerId());
		filter = filter.and(matches(query.get("status"), (bundle) -> bundle.status().wireName()));
		filter = filter.and(matches(query.get("agentId"), (bundle) -> bundle.agent().id()));
		String cursor = query.get("cursor");
		if (cursor != null) {
			Instant before = EcmaDate.parse(cursor)
				.orElseThrow(() -> ApiException.badRequest("cursor must be a valid date-time"));
			filter = filter.and((bundle) -> bundle.createdAt().isBefore(before));
		}
		Predicate<Bundle> wanted = filter;
		int limit = limit(query.get("limit"));
		return () -> this.store.transact((tables) -> Answer.json(200, page(tables, wanted, limit)));
	}

	Supplier<Answer> status(Invocation invocation) {
		return () -> this.store.transact((tables) -> {
			Bundle bundle = bundle(tables, invocation);
			ObjectNode json = Json.object();
			ObjectNode data = json.putObject("data");
			data.put("bundleId", bundle.id());
			data.put("status", bundle.status().wireName());
			data.set("revokedAt", Json.time(bundle.revokedAt()));
			data.set("revokedBy", Json.text(bundle.isRevoked() ? bundle.developerId() : null));
			data.put("grantRevoked", Store.grant(tables, bundle).isRevoked());
			data.put("checkpointAt", bundle.checkpointAt().toEpochMilli());
			return Answer.json(200, json);
		});
	}

	Supplier<Answer> audit(Invocation invocation) {
		return () -> this.store.transact((tables) -> {
			Bundle bundle = bundle(tables, invocation);
			ObjectNode json = Json.object();
			ArrayNode array = json.putArray("entries");
			tables.entriesOf(bundle.id()).stream().limit(LARGEST_EXPORT).map(BundleQueries::export).forEach(array::add);
			return Answer.json(200, json);
		});
	}

	private static Bundle bundle(Tables tables, Invocation invocation) {
		return Store.bundle(tables, invocation.requiredIdentifier(), invocation.developerId());
	}

	private static Predicate<Bundle> matches(@Nullable String wanted, Function<Bundle, String> property) {
		return (bundle) -> wanted == null || wanted.equals(property.apply(bundle));
	}

	private static int limit(@Nullable String text) {
		if (text == null || !text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
			return DEFAULT_LIMIT;
		}
		return Math.min(Integer.parseInt(text), LARGEST_LIMIT);
	}

	private static ObjectNode page(Tables tables, Predicate<Bundle> wanted, int limit) {
		List<Bundle> found = tables.bundles()
			.values()
			.stream()
			.filter(wanted)
			.sorted(Comparator.comparing(Bundle::createdAt).reversed())
			.limit(limit + 1L)
			.toList();
		ObjectNode json = Json.object();
		ArrayNode array = json.putArray("bundles");
		found.stream().limit(limit).map((bundle) -> summary(tables, bundle)).forEach(array::add);
		if (found.size() > limit) {
			json.set("nextCursor", Json.time(found.get(limit - 1).createdAt()));
		}
		return json;
	}

	private static ObjectNode summary(Tables tables, Bundle bundle) {
		ObjectNode json = Json.object();
		json.put("id", bundle.id());
		json.put("agentId", bundle.agent().id());
		json.put("grantId", bundle.grantId());
		json.put("userId", bundle.userId());
		json.set("scopes", Json.strings(bundle.scopes()));
		json.put("status", bundle.status().wireName());
		json.set("deviceId", Json.text(bundle.deviceId()));
		json.set("devicePlatform", Json.text(bundle.devicePlatform()));
		json.put("offlineTTL", bundle.ttl().text());
		json.set("offlineExpiresAt", Json.time(bundle.offlineExpiresAt()));
		json.set("checkpointAt", Json.time(bundle.checkpointAt()));
		json.put("auditEntryCount", tables.entriesOf(bundle.id()).size());
		json.set("lastSyncAt", Json.time(bundle.lastSyncAt()));
		json.set("createdAt", Json.time(bundle.createdAt()));
		json.set("revokedAt", Json.time(bundle.revokedAt()));
		return json;
	}

	private static ObjectNode export(AuditEntry entry) {
		ObjectNode wire = entry.wire();
		ObjectNode json = Json.object();
		json.put("id", entry.id());
		json.put("seq", entry.seq());
		json.put("timestamp", entry.timestamp());
		for (String name : List.of("action", "agentDID", "grantId")) {
			json.put(name, Utf16.wellFormed(wire.get(name).stringValue()));
		}
		json.set("scopes", wire.get("scopes"));
		json.put("result", Utf16.wellFormed(wire.get("result").stringValue()));
		json.put("metadata", entry.metadata());
		for (String name : List.of("prevHash", "hash", "signature")) {
			json.set(name, wire.get(name));
		}
		json.set("syncedAt", Json.time(entry.syncedAt()));
		return json;
	}

}
