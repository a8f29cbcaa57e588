package dev.grantex.sample.demo;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Shows the audit log as a table.
 */
final class AuditTable {

	private static final List<Integer> WIDTHS = List.of(2, 8, 22, 7, 25);

	private static final int HASH_DIGITS = 5;

	private final Screen screen;

	AuditTable(Screen screen) {
		this.screen = screen;
	}

	void print(Reply audit) {
		this.screen.line("");
		this.screen.row(WIDTHS, List.of("#", "UTC", "action", "result", "recorded besides", "hash"));
		for (JsonNode entry : audit.body()) {
			this.screen.row(WIDTHS,
					List.of(entry.path("seq").asString(), entry.path("timestamp").asString().substring(11, 19),
							entry.path("action").asString(), entry.path("result").asString(),
							besides(entry.path("metadata")), entry.path("hash").asString().substring(0, HASH_DIGITS)));
		}
		this.screen.line("");
	}

	private static String besides(JsonNode metadata) {
		if (metadata.has("reason")) {
			return metadata.path("reason").asString();
		}
		if (metadata.has("exception")) {
			String type = metadata.path("exception").asString();
			return type.substring(type.lastIndexOf('.') + 1);
		}
		return String.join(", ",
				metadata.properties()
					.stream()
					.filter((fact) -> !fact.getKey().equals("method"))
					.map((fact) -> fact.getKey() + " " + fact.getValue().asString())
					.toList());
	}

}
