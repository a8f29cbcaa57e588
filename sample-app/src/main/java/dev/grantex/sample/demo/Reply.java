package dev.grantex.sample.demo;

import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * What the agent answered over HTTP.
 *
 * @param status the status code
 * @param body the JSON body
 */
record Reply(int status, JsonNode body) {

	boolean isOk() {
		return this.status == 200;
	}

	String text(String pointer) {
		return this.body.at(pointer).asString("");
	}

	List<String> texts(String pointer) {
		return this.body.at(pointer).valueStream().map(JsonNode::asString).toList();
	}

	long number(String pointer) {
		return this.body.at(pointer).asLong(-1);
	}

	boolean isTrue(String pointer) {
		return this.body.at(pointer).asBoolean(false);
	}

}
