package dev.grantex.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.autoconfigure.GrantexGemmaProperties;
import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;

/**
 * Brings up a Grantex service inside the application unless a real one is configured.
 * <p>
 * That service forgets everything when the application ends, so what the device keeps
 * must not outlive it: each run gets a fresh directory and a random key. The same goes
 * for a run without a key for the bundle, which nobody could open again, and for the
 * demo, which ends in a revocation.
 */
class GrantexServiceInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

	private static final Log logger = LogFactory.getLog(GrantexServiceInitializer.class);

	private static final int KEY_BYTES = 32;

	@Override
	public void initialize(GenericApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		Map<String, Object> settings = new HashMap<>();
		boolean embedded = !isServiceConfigured(environment);
		if (embedded) {
			settings.putAll(embedService(context));
		}
		if (embedded || !isKeyConfigured(environment) || environment.containsProperty("demo")) {
			settings.putAll(freshDirectory());
		}
		logger
			.info("Using " + (embedded ? "an embedded Grantex service at " + settings.get("grantex.gemma.api.base-url")
					: "the Grantex service at " + environment.getProperty("grantex.gemma.api.base-url")));
		logger.info((settings.containsKey("grantex.gemma.audit.path"))
				? "Consent and evidence of this run only are in " + settings.get("sample.directory")
				: kept(environment));
		environment.getPropertySources().addFirst(new MapPropertySource("sample", settings));
	}

	private static String kept(ConfigurableEnvironment environment) {
		GrantexGemmaProperties properties = Binder.get(environment)
			.bindOrCreate("grantex.gemma", GrantexGemmaProperties.class);
		return "Consent is kept across runs in " + properties.bundle().path().toAbsolutePath() + ", evidence in "
				+ properties.audit().path().toAbsolutePath();
	}

	private static boolean isServiceConfigured(ConfigurableEnvironment environment) {
		return hasText(environment, "GRANTEX_BASE_URL") || hasText(environment, "grantex.gemma.api.key")
				|| hasText(environment, "grantex.gemma.agent-id");
	}

	private static boolean isKeyConfigured(ConfigurableEnvironment environment) {
		return hasText(environment, "grantex.gemma.bundle.encryption-key")
				|| hasText(environment, "grantex.gemma.bundle.passphrase");
	}

	private static boolean hasText(ConfigurableEnvironment environment, String property) {
		return StringUtils.hasText(environment.getProperty(property));
	}

	private static Map<String, Object> embedService(GenericApplicationContext context) {
		String[] scopes = Binder.get(context.getEnvironment())
			.bind("grantex.gemma.scopes", String[].class)
			.orElseGet(() -> new String[0]);
		GrantexSimulator service = GrantexSimulator.start();
		context.getDefaultListableBeanFactory().registerSingleton("grantexSimulator", service);
		context.getDefaultListableBeanFactory().registerDisposableBean("grantexSimulator", service::close);
		Agent agent = service.customer().registerAgent("smart-home-agent", scopes);
		return Map.of("grantex.gemma.api.base-url", service.baseUrl().toString(), "grantex.gemma.api.key",
				service.customer().apiKey(), "grantex.gemma.agent-id", agent.id());
	}

	private static Map<String, Object> freshDirectory() {
		try {
			Path directory = Files.createTempDirectory("grantex-sample-").toRealPath();
			return Map.of("sample.directory", directory, "grantex.gemma.bundle.path",
					directory.resolve("bundle.enc").toString(), "grantex.gemma.audit.path",
					directory.resolve("audit.jsonl").toString(), "grantex.gemma.bundle.encryption-key", randomKey(),
					"grantex.gemma.bundle.passphrase", "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("There is no room for the files of this run", ex);
		}
	}

	private static String randomKey() {
		byte[] key = new byte[KEY_BYTES];
		new SecureRandom().nextBytes(key);
		return HexFormat.of().formatHex(key);
	}

}
