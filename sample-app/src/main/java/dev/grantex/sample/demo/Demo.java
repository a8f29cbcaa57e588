package dev.grantex.sample.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.sample.home.Home;
import dev.grantex.simulator.GrantexSimulator;

/**
 * Walks through consent, offline work and synchronization with the real application, over
 * HTTP, and checks every step.
 */
public final class Demo {

	/** The command line option that asks for the demo. */
	public static final String OPTION = "--demo";

	private Demo() {
	}

	/**
	 * Starts the application, shows what it does, and stops it.
	 * @param application the application, not started yet
	 * @param args its arguments
	 * @param out where to print
	 * @return 0 if every step held, else 1
	 */
	public static int run(SpringApplication application, String[] args, PrintStream out) {
		Screen screen = new Screen(out);
		application.setDefaultProperties(Map.of("logging.level.root", "error"));
		try (ConfigurableApplicationContext context = application.run(arguments(args))) {
			play(context, screen);
			screen.line("");
			screen.line(" ✓ Every step held.");
			return 0;
		}
		catch (StepFailedException ex) {
			screen.line("");
			screen.line(" ✗ This step did not hold: " + ex.getMessage());
		}
		catch (IOException | RuntimeException ex) {
			screen.line("");
			screen.line(" ✗ The demo could not go on: " + ex);
		}
		return 1;
	}

	/**
	 * The demo decides when to synchronize. Its device is one of its own, because the
	 * service gives a device no new consent after a revocation.
	 */
	private static String[] arguments(String[] args) {
		String device = "demo-" + UUID.randomUUID();
		return Stream
			.concat(Stream.of(args),
					Stream.of("--server.port=0", "--grantex.gemma.sync.enabled=false",
							"--grantex.gemma.sync.on-shutdown=false", "--grantex.gemma.device-id=" + device))
			.toArray(String[]::new);
	}

	private static void play(ConfigurableApplicationContext context, Screen screen) throws IOException {
		DemoRun run = prepare(context, screen);
		screen.line("");
		screen.line(" A smart-home agent acts offline, strictly within its user's consent.");
		screen.line(" Service: " + context.getEnvironment().getProperty("grantex.gemma.api.base-url"));
		screen.line(" Files:   " + run.bundleFile().getParent());
		new ConsentPhase(run).play();
		new OfflinePhase(run).play();
		new OnlinePhase(run).play();
	}

	private static DemoRun prepare(ConfigurableApplicationContext context, Screen screen) {
		Environment environment = context.getEnvironment();
		GrantexSimulator embedded = context.getBeanProvider(GrantexSimulator.class).getIfAvailable();
		Cloud cloud = (embedded != null) ? new EmbeddedCloud(embedded)
				: new RemoteCloud(context.getBean(GrantexClient.class));
		AgentClient agent = new AgentClient(environment.getRequiredProperty("local.server.port", Integer.class));
		return new DemoRun(screen, agent, cloud, context.getBean(DeviceConsent.class), context.getBean(Home.class),
				Path.of(environment.getRequiredProperty("grantex.gemma.bundle.path")),
				Path.of(environment.getRequiredProperty("grantex.gemma.audit.path")));
	}

}
