package dev.grantex.gemma.cloud;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * Which bundles to list.
 *
 * @param status {@code active} or {@code revoked}; any when absent
 * @param agentId the agent's id; any when absent
 * @param limit how many a page holds, from 1; the service's default when absent
 * @param cursor where the page starts: {@link BundlePage#nextCursor()} of the page before
 */
public record BundleQuery(@Nullable String status, @Nullable String agentId, @Nullable Integer limit,
		@Nullable String cursor) {

	public BundleQuery {
		if (limit != null && limit < 1) {
			throw new IllegalArgumentException("The limit must be at least 1");
		}
	}

	/**
	 * The bundles of one agent, newest first.
	 */
	public static BundleQuery ofAgent(String agentId) {
		return new BundleQuery(null, Objects.requireNonNull(agentId, "agentId"), null, null);
	}

	/**
	 * The same query for the page that starts at a cursor.
	 */
	public BundleQuery at(String cursor) {
		return new BundleQuery(this.status, this.agentId, this.limit, cursor);
	}

	String toQueryString() {
		StringJoiner joiner = new StringJoiner("&", "?", "").setEmptyValue("");
		add(joiner, "status", this.status);
		add(joiner, "agentId", this.agentId);
		add(joiner, "limit", (this.limit != null) ? this.limit.toString() : null);
		add(joiner, "cursor", this.cursor);
		return joiner.toString();
	}

	private static void add(StringJoiner joiner, String name, @Nullable String value) {
		if (value != null) {
			joiner.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
		}
	}

}
