package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedResource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.PropertyPlaceholderHelper;
import org.springframework.util.SystemPropertyUtils;

/**
 * The settings on which consent rests, and whose value comes from a file outside the
 * class path that this process can write or replace. An agent with file tools that runs
 * as the same user could change them for the next start. That is told, and not prevented.
 */
final class WritableSettings {

	private static final List<String> SETTINGS = Stream
		.of("api.base-url", "api.key", "bundle.encryption-key", "bundle.passphrase", "bundle.previous-keys",
				"bundle.reissue-after")
		.map((name) -> "grantex.gemma." + name)
		.toList();

	private static final PropertyPlaceholderHelper PLACEHOLDERS = new PropertyPlaceholderHelper(
			SystemPropertyUtils.PLACEHOLDER_PREFIX, SystemPropertyUtils.PLACEHOLDER_SUFFIX,
			SystemPropertyUtils.VALUE_SEPARATOR, SystemPropertyUtils.ESCAPE_CHARACTER, true);

	private static final Log logger = LogFactory.getLog(WritableSettings.class);

	private final ConfigurableEnvironment environment;

	private final ReplaceableFiles replaceable = new ReplaceableFiles();

	private final Map<String, Set<Path>> files = new TreeMap<>();

	private WritableSettings(ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	/**
	 * Looks for them, and names them and their files in the log.
	 */
	static WritableSettings find(ConfigurableEnvironment environment) {
		WritableSettings settings = new WritableSettings(environment);
		SETTINGS.forEach(settings::look);
		if (!settings.files.isEmpty()) {
			logger.warn("Settings come from files that this process can write or replace, and so can whatever runs as"
					+ " its user: " + settings.files + ". An agent with file tools could change them for the next"
					+ " start; set them by environment, or see docs/threat-model.md.");
		}
		return settings;
	}

	/**
	 * The names of the settings.
	 */
	List<String> names() {
		return List.copyOf(this.files.keySet());
	}

	private void look(String setting) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(setting);
		ConfigurationProperty property = find(name);
		if (property != null) {
			look(setting, property);
		}
		ConfigurationProperty element = find(name.append("[0]"));
		for (int i = 1; element != null; i++) {
			look(setting, element);
			element = find(name.append("[" + i + "]"));
		}
	}

	private @Nullable ConfigurationProperty find(ConfigurationPropertyName name) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property;
			}
		}
		return null;
	}

	private void look(String setting, ConfigurationProperty property) {
		look(setting, property.getOrigin());
		if (property.getValue() instanceof CharSequence value) {
			PLACEHOLDERS.replacePlaceholders(value.toString(), (placeholder) -> resolve(setting, placeholder));
		}
	}

	/**
	 * What a value refers to may come from another file than the value.
	 */
	private @Nullable String resolve(String setting, String placeholder) {
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			Object value = source.getProperty(placeholder);
			if (value != null) {
				look(setting, PropertySourceOrigin.get(source, placeholder));
				return value.toString();
			}
		}
		return null;
	}

	private void look(String setting, @Nullable Origin origin) {
		for (Origin from = origin; from != null; from = from.getParent()) {
			Origin unwrapped = unwrap(from);
			if (unwrapped instanceof TextResourceOrigin text && text.getResource() != null) {
				Path file = file(text.getResource());
				if (file != null && this.replaceable.include(file)) {
					this.files.computeIfAbsent(setting, (name) -> new LinkedHashSet<>()).add(file);
				}
			}
		}
	}

	private static @Nullable Origin unwrap(Origin origin) {
		Origin unwrapped = origin;
		while (unwrapped instanceof PropertySourceOrigin wrapped) {
			unwrapped = wrapped.getOrigin();
		}
		return unwrapped;
	}

	private static @Nullable Path file(Resource resource) {
		Resource unwrapped = (resource instanceof OriginTrackedResource tracked) ? tracked.getResource() : resource;
		try {
			return (unwrapped instanceof ClassPathResource || !unwrapped.isFile()) ? null
					: unwrapped.getFile().toPath();
		}
		catch (IOException ex) {
			return null;
		}
	}

}
