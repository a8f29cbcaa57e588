package dev.grantex.gemma.autoconfigure;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which values are hidden. How endpoints show them is in {@link EndpointSecretsTests}.
 */
class SecretSanitizerTests {

	private static final String[] SECRETS = { "gx_live_0123456789", "00ff00ff00ff00ff", "correct \"horse\"", "former-1",
			"pin" };

	@ParameterizedTest
	@ValueSource(strings = { "grantex.gemma.api.key", "grantex.gemma.apiKey", "grantex.gemma.api_key",
			"GRANTEX_GEMMA_API_KEY", "GRANTEX.GEMMA.API.KEY", "grantex.gemma.bundle.encryption-key",
			"grantex.gemma.bundle.encryptionKey", "GRANTEX_GEMMA_BUNDLE_ENCRYPTIONKEY",
			"GRANTEX_GEMMA_BUNDLE_ENCRYPTION_KEY", "grantex.gemma.bundle.passphrase", "GRANTEX_GEMMA_BUNDLE_PASSPHRASE",
			"grantex.gemma.bundle.previous-keys", "grantex.gemma.bundle.previous-keys[0]",
			"grantex.gemma.bundle.previousKeys[10]", "GRANTEX_GEMMA_BUNDLE_PREVIOUSKEYS_0",
			"GRANTEX_GEMMA_BUNDLE_PREVIOUS_KEYS_0_" })
	void aSecretIsHiddenHoweverItsNameIsSpelledAndWhateverItsValue(String name) {
		assertThat(shown(name, "another value")).isEqualTo("******");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gx_live_0123456789", "java -jar app.jar --grantex.gemma.api.key=gx_live_0123456789 --x",
			"Bearer gx_live_0123456789", "{\"grantex.gemma.bundle.passphrase\":\"correct \\\"horse\\\"\"}",
			"-Dx=00ff00ff00ff00ff", "former-1", "pin", " pin\n" })
	void aSecretIsHiddenWhereverItStands(String value) {
		assertThat(shown("any.name", value)).isEqualTo("******");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "device-1", "spinning", "former-2", "gx_live_012345678" })
	void whatHoldsNoSecretIsShown(String value) {
		assertThat(shown("grantex.gemma.device-id", value)).isEqualTo(value);
		assertThat(shown("grantex.gemma.bundle.path", value)).isEqualTo(value);
		assertThat(shown("my.api.key", value)).isEqualTo(value);
	}

	@Test
	void nothingIsHiddenWhereThereIsNothing() {
		assertThat(shown("any.name", null)).isNull();
		assertThat(shown("any.name", 7)).isEqualTo(7);
		SecretSanitizer none = new SecretSanitizer(bind(Map.of()));
		assertThat(none.apply(new SanitizableData(null, "any.name", "")).getValue()).isEqualTo("");
	}

	private static @Nullable Object shown(String name, @Nullable Object value) {
		SecretSanitizer sanitizer = new SecretSanitizer(
				bind(Map.of("grantex.gemma.api.key", SECRETS[0], "grantex.gemma.bundle.encryption-key", SECRETS[1],
						"grantex.gemma.bundle.passphrase", SECRETS[2], "grantex.gemma.bundle.previous-keys[0]",
						SECRETS[3], "grantex.gemma.bundle.previous-keys[1]", SECRETS[4])));
		return sanitizer.apply(new SanitizableData(null, name, value)).getValue();
	}

	private static GrantexGemmaProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("grantex.gemma",
				GrantexGemmaProperties.class);
	}

}
