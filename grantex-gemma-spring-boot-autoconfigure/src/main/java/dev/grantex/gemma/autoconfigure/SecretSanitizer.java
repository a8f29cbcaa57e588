package dev.grantex.gemma.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.util.StringUtils;

/**
 * Hides what is under the names of secrets, however they are spelled, and wherever else
 * their values stand: in the variable that a property refers to, in a command line, or in
 * a JSON text of properties.
 */
class SecretSanitizer implements SanitizingFunction {

	private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]");

	private static final List<String> NAMES = List.of("grantexgemmaapikey", "grantexgemmabundleencryptionkey",
			"grantexgemmabundlepassphrase", "grantexgemmabundlepreviouskeys");

	/** A shorter one is part of too much. */
	private static final int SHORTEST_PART = 8;

	private final List<String> secrets;

	SecretSanitizer(GrantexGemmaProperties properties) {
		GrantexGemmaProperties.Bundle bundle = properties.bundle();
		this.secrets = Stream
			.concat(Stream.of(properties.api().key(), bundle.encryptionKey(), bundle.passphrase()),
					bundle.previousKeys().stream())
			.filter(StringUtils::hasText)
			.map(Objects::requireNonNull)
			.toList();
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		return (isName(data.getKey()) || holdsSecret(data.getValue())) ? data.withSanitizedValue() : data;
	}

	private static boolean isName(String key) {
		String name = SEPARATORS.matcher(key.toLowerCase(Locale.ROOT)).replaceAll("");
		return NAMES.stream().anyMatch(name::startsWith);
	}

	private boolean holdsSecret(@Nullable Object value) {
		String text = String.valueOf(value);
		String unescaped = text.replace("\\\"", "\"").replace("\\\\", "\\");
		return this.secrets.stream()
			.anyMatch((secret) -> (secret.length() < SHORTEST_PART) ? text.strip().equals(secret.strip())
					: text.contains(secret) || unescaped.contains(secret));
	}

}
