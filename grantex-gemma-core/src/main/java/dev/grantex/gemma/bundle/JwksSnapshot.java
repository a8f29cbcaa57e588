package dev.grantex.gemma.bundle;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The service's public keys as of a moment. A snapshot past its {@code validUntil}, or
 * without a readable one, verifies nothing.
 *
 * @param keys the JSON Web Keys (RFC 7517), each as its JSON members; keys of any kind
 * may be among them, also unusable ones
 * @param fetchedAt when the service made the snapshot
 * @param validUntil until when it may be used, exclusive
 */
public record JwksSnapshot(List<Map<String, Object>> keys, @Nullable Instant fetchedAt, @Nullable Instant validUntil) {

	public JwksSnapshot {
		keys = keys.stream().map((key) -> Collections.unmodifiableMap(new LinkedHashMap<>(key))).toList();
	}

	/**
	 * Reads a snapshot from a JSON object with the members {@code keys},
	 * {@code fetchedAt} and {@code validUntil}.
	 * @param json the JSON text
	 * @return the snapshot
	 * @throws IllegalArgumentException if the text is not a JSON object with a
	 * {@code keys} array
	 */
	public static JwksSnapshot parse(String json) {
		return BundleJson.readSnapshot(json);
	}

	/**
	 * Whether keys of this snapshot may still be used.
	 */
	public boolean isValidAt(Instant now) {
		return this.validUntil != null && now.isBefore(this.validUntil);
	}

	/**
	 * Leaves the keys out, because a careless service may publish more than public ones.
	 */
	@Override
	public String toString() {
		return "JwksSnapshot[keys=" + this.keys.size() + ", validUntil=" + this.validUntil + "]";
	}

}
