package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an editor knows about the properties.
 */
class ConfigurationMetadataTests {

	private final Map<String, JsonNode> properties = read();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			enabled                       | true
			agent-id                      |
			user-id                       |
			scopes                        |
			offline-ttl                   | 72h
			device-id                     |
			device-platform               |
			api.base-url                  | https://api.grantex.dev
			api.key                       |
			api.connect-timeout           | 10s
			api.read-timeout              | 30s
			api.allow-insecure-http       | false
			bundle.path                   | .grantex/bundle.enc
			bundle.encryption-key         |
			bundle.passphrase             |
			bundle.previous-keys          |
			bundle.auto-issue             | true
			bundle.reissue-after          |
			bundle.refresh-threshold      | 0.2
			verifier.clock-skew           | 30s
			verifier.required-scopes      |
			verifier.max-delegation-depth | 3
			verifier.on-scope-violation   | throw
			verifier.audience             |
			verifier.issuer               |
			verifier.developers           |
			guard.grant-source            | bundle
			guard.record-intent           | false
			guard.order                   | 425
			audit.path                    | .grantex/audit.jsonl
			audit.max-size                | 50MB
			audit.rotate-on-size          | true
			audit.retention               | 30d
			audit.max-total-size          | 1GB
			audit.durability              | fsync
			sync.enabled                  | true
			sync.interval                 | 5m
			sync.batch-size               | 100
			sync.on-startup               | true
			sync.on-shutdown              | true
			""")
	void aPropertyHasADescriptionAndItsDefault(String name, String defaultValue) {
		JsonNode property = this.properties.get("grantex.gemma." + name);
		assertThat(property).isNotNull();
		assertThat(property.get("description").stringValue()).isNotBlank();
		JsonNode actual = property.get("defaultValue");
		if (defaultValue == null) {
			assertThat((actual != null) ? actual.size() : 0).isZero();
		}
		else {
			assertThat(actual.asString()).isEqualTo(defaultValue);
		}
	}

	@Test
	void noPropertyIsThereThatDoesNotWorkYet() {
		assertThat(this.properties).hasSize(40);
	}

	static Map<String, JsonNode> read() {
		Map<String, JsonNode> properties = new TreeMap<>();
		try {
			for (URL url : Collections.list(ConfigurationMetadataTests.class.getClassLoader()
				.getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream input = url.openStream()) {
					for (JsonNode property : new JsonMapper().readTree(input).get("properties")) {
						if (property.get("name").stringValue().startsWith("grantex.gemma.")) {
							properties.put(property.get("name").stringValue(), property);
						}
					}
				}
			}
			return properties;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
