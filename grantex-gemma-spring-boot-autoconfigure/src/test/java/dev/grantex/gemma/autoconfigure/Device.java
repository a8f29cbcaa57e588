package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;

/**
 * A device with a directory of its own, and the service it is registered at.
 */
public final class Device implements BeforeEachCallback, AfterEachCallback {

	public static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	private static final JsonMapper JSON = new JsonMapper();

	private GrantexSimulator service;

	private Agent agent;

	private Path directory;

	@Override
	public void beforeEach(ExtensionContext context) throws IOException {
		this.directory = Files.createTempDirectory("device");
		this.service = GrantexSimulator.start();
		this.agent = this.service.customer().registerAgent("contacts-agent", "read:contacts", "write:contacts");
	}

	@Override
	public void afterEach(ExtensionContext context) throws IOException {
		this.service.close();
		FileSystemUtils.deleteRecursively(this.directory);
	}

	public GrantexSimulator service() {
		return this.service;
	}

	public Agent agent() {
		return this.agent;
	}

	public Path directory() {
		return this.directory;
	}

	public Path bundleFile() {
		return this.directory.resolve("bundle.enc");
	}

	public Path auditFile() {
		return this.directory.resolve("audit.jsonl");
	}

	public String[] properties() {
		return new String[] { "grantex.gemma.api.base-url=" + this.service.baseUrl(),
				"grantex.gemma.api.connect-timeout=1m", "grantex.gemma.api.read-timeout=1m",
				"grantex.gemma.api.key=" + this.service.customer().apiKey(),
				"grantex.gemma.agent-id=" + this.agent.id(), "grantex.gemma.user-id=user_alice",
				"grantex.gemma.device-id=device-1", "grantex.gemma.scopes=read:contacts",
				"grantex.gemma.bundle.path=" + bundleFile(), "grantex.gemma.bundle.encryption-key=" + KEY,
				"grantex.gemma.audit.path=" + auditFile() };
	}

	public ApplicationContextRunner contexts() {
		return configure(new ApplicationContextRunner());
	}

	public WebApplicationContextRunner webContexts() {
		return configure(new WebApplicationContextRunner());
	}

	public <R extends AbstractApplicationContextRunner<R, ?, ?>> R configure(R runner) {
		return runner
			.withConfiguration(AutoConfigurations.of(GrantexGemmaAutoConfiguration.class,
					GrantexGemmaResourceServerAutoConfiguration.class, GrantexGemmaWebAutoConfiguration.class,
					GrantexGemmaActuatorAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=*")
			.withPropertyValues(properties());
	}

	/**
	 * Starts an application on this device.
	 */
	public RunningApplication run(WebApplicationType type, Class<?> application, String... properties) {
		List<String> all = new ArrayList<>(Arrays.asList(properties()));
		all.addAll(List.of("server.port=0", "spring.main.banner-mode=off",
				"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always"));
		all.addAll(Arrays.asList(properties));
		return RunningApplication.start(this, type, application, all);
	}

	public RunningApplication run(Class<?> application, String... properties) {
		return run(WebApplicationType.NONE, application, properties);
	}

	public ConsentBundle bundle() {
		return EncryptedFileBundleRepository.withKey(bundleFile(), KEY).load().orElseThrow();
	}

	public List<JsonNode> entries() {
		try {
			return Files.readAllLines(auditFile()).stream().map(JSON::readTree).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public List<String> results() {
		return entries().stream().map((entry) -> entry.get("result").stringValue()).toList();
	}

	/**
	 * Every file of the device with its content.
	 */
	public Map<String, String> files() {
		try (Stream<Path> files = Files.walk(this.directory)) {
			Map<String, String> contents = new TreeMap<>();
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				contents.put(this.directory.relativize(file).toString(),
						HexFormat.of().formatHex(Files.readAllBytes(file)));
			}
			return contents;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How many requests of a kind the service received.
	 */
	public int requests(Route route) {
		return this.service.requests(route).size();
	}

}
