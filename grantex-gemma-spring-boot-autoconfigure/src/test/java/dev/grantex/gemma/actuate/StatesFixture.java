package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatedBundle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.util.ReflectionTestUtils;

import dev.grantex.gemma.autoconfigure.Contacts;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.autoconfigure.GrantexGemmaActuatorAutoConfiguration;
import dev.grantex.gemma.autoconfigure.GrantexGemmaAutoConfiguration;
import dev.grantex.gemma.autoconfigure.RunningApplication;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device as its operator sees it, who reads health and the endpoint as JSON. Device and
 * service have one clock, which only the test moves. Bundles are called {@code bundle_1},
 * {@code bundle_2} and so on, in the order in which they were issued.
 */
abstract class StatesFixture {

	static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private static final String CYCLE_AT_START = "grantex.gemma.sync.on-startup=true";

	/** How long after the second failure in a row the next cycle comes at the latest. */
	private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

	private static final Pattern NEXT_CYCLE = Pattern.compile("(\"nextCycle(?:At)?\":)\"([^\"]+)\"");

	private static final JsonMapper JSON = new JsonMapper();

	@RegisterExtension
	final Device device = new Device();

	@TempDir
	Path elsewhere;

	private final List<String> bundles = new ArrayList<>();

	@BeforeEach
	void stopTheClock() {
		service().clock().set(START);
	}

	GrantexSimulator service() {
		return this.device.service();
	}

	void pass(Duration time) {
		service().clock().advance(time);
	}

	/**
	 * Starts the application, which synchronizes only on demand, unless it is told to
	 * begin with that.
	 */
	RunningApplication start(String... properties) {
		return startIn(this.device.directory(), properties);
	}

	/**
	 * Starts it on other files than the device's own.
	 */
	RunningApplication startIn(Path directory, String... properties) {
		List<String> all = new ArrayList<>(List.of("grantex.gemma.sync.on-startup=false",
				"grantex.gemma.sync.on-shutdown=false", "grantex.gemma.bundle.path=" + directory.resolve("bundle.enc"),
				"grantex.gemma.audit.path=" + directory.resolve("audit.jsonl")));
		all.addAll(List.of(properties));
		RunningApplication application = this.device.run(Application.class, all.toArray(String[]::new));
		if (!all.contains(CYCLE_AT_START)) {
			occupyCycles(application);
		}
		noteBundles();
		return application;
	}

	/**
	 * Takes the thread of the cycles that would run by themselves: after one that did not
	 * get through the next is due within a second, not by the clock of the test, and
	 * would change what is about to be looked at. Closing the application interrupts it.
	 */
	private static void occupyCycles(RunningApplication application) {
		ScheduledThreadPoolExecutor cycles = (ScheduledThreadPoolExecutor) ReflectionTestUtils
			.getField(scheduleOf(application), "executor");
		CountDownLatch never = new CountDownLatch(1);
		cycles.submit(() -> {
			never.await();
			return null;
		});
	}

	private static Object scheduleOf(RunningApplication application) {
		return ReflectionTestUtils.getField(application.context().getBean("grantexConsentLifecycle"), "schedule");
	}

	/**
	 * A copy of the device's files, as a backup or a cloned disk has them.
	 */
	Path copyOfFiles() {
		try (Stream<Path> files = Files.list(this.device.directory())) {
			for (Path file : files.toList()) {
				Files.copy(file, this.elsewhere.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
			}
			return this.elsewhere;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static void call(RunningApplication application) {
		assertThat(application.bean(Contacts.class).find()).isEqualTo("Ada");
	}

	void synchronize(RunningApplication application) {
		// A cycle that is due and cannot begin would keep its place in the plan.
		ReflectionTestUtils.setField(scheduleOf(application), "next", null);
		application.bean(AuditSynchronizer.class).sync();
		noteBundles();
	}

	void answer(Route route, int status, String code, int times) {
		service().faults()
			.respond(route, status, "{\"message\":\"no\",\"code\":\"%s\",\"requestId\":\"r\"}".formatted(code), times);
	}

	/**
	 * The service's id of a bundle.
	 */
	String bundle(int number) {
		return this.bundles.get(number - 1);
	}

	/**
	 * Compares the whole health answer, and of the endpoint's what concerns the state.
	 */
	void assertShows(RunningApplication application, String health, String endpoint) {
		assertHealth(health(application), health);
		assertThat(pretty(endpoint(application))).isEqualTo(pretty(endpoint));
	}

	void assertHealth(ObjectNode actual, String expected) {
		assertThat(pretty(actual)).isEqualTo(pretty(expected));
	}

	ObjectNode health(RunningApplication application) {
		return shown(application, application.bean(HealthEndpoint.class).healthForPath("grantexGemma"));
	}

	/**
	 * What the endpoint shows, without what is the same in every state or in health.
	 */
	ObjectNode endpoint(RunningApplication application) {
		ObjectNode all = shown(application, application.bean(GrantexEndpoint.class).status());
		assertThat(all.path("remedy")).isEqualTo(health(application).path("details").path("remedy"));
		all.retain("permitted", "reason", "bundle", "sync");
		if (all.get("bundle") instanceof ObjectNode bundle) {
			bundle.retain("id", "refreshPending", "revokedAt", "drained", "stranding", "predecessor");
		}
		ObjectNode sync = (ObjectNode) all.get("sync");
		JsonNode problems = sync.at("/lastResult/problems");
		sync.retain("failures", "nextCycleAt");
		if (problems.isArray()) {
			sync.set("problems", problems);
		}
		return all;
	}

	/**
	 * An answer of the endpoint as it stands in JSON.
	 */
	ObjectNode shown(RunningApplication application, Object answer) {
		String json = application.bean(EndpointJsonMapper.class).get().writeValueAsString(answer);
		for (int i = 0; i < this.bundles.size(); i++) {
			json = json.replace(this.bundles.get(i), "bundle_" + (i + 1));
		}
		// The first attempts after an outage come at a random moment of the next seconds.
		json = NEXT_CYCLE.matcher(json)
			.replaceAll((next) -> isSoon(Instant.parse(next.group(2))) ? "$1\"<within a second>\"" : "$0");
		// The service's time goes on with a clock that the test does not move.
		json = json.replaceAll("(\"serviceTime\":)\"2026-01-01T00:01:[^\"]+Z\"", "$1\"<a minute later>\"");
		return (ObjectNode) JSON.readTree(json.replaceAll("\"[0-9a-f]{64}\"", "\"<sha256>\""));
	}

	private boolean isSoon(Instant cycle) {
		Instant now = service().clock().instant();
		return !cycle.isBefore(now) && !cycle.isAfter(now.plus(LONGEST_BACKOFF));
	}

	private static String pretty(String json) {
		return pretty(JSON.readTree(json));
	}

	/**
	 * Status first, details in their own order.
	 */
	private static String pretty(JsonNode json) {
		ObjectNode ordered = JSON.createObjectNode();
		List.of("status", "permitted").forEach((name) -> ordered.setAll(((ObjectNode) json.deepCopy()).retain(name)));
		ordered.setAll((ObjectNode) json);
		return ordered.toPrettyString();
	}

	private void noteBundles() {
		service().bundles()
			.stream()
			.map(SimulatedBundle::id)
			.filter((id) -> !this.bundles.contains(id))
			.forEach(this.bundles::add);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GrantexGemmaAutoConfiguration.class, GrantexGemmaActuatorAutoConfiguration.class,
			EndpointAutoConfiguration.class, JacksonEndpointAutoConfiguration.class,
			HealthContributorRegistryAutoConfiguration.class, HealthContributorAutoConfiguration.class,
			HealthEndpointAutoConfiguration.class })
	@Import(Contacts.class)
	static class Application {

		@Bean(defaultCandidate = false)
		Clock grantexClock(Device device) {
			return device.service().clock();
		}

	}

}
