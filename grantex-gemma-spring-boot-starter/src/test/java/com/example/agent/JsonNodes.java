package com.example.agent;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JsonNodes {

	private static final JsonMapper JSON = new JsonMapper();

	private JsonNodes() {
	}

	static JsonNode of(String text) {
		return JSON.readTree(text);
	}

}
