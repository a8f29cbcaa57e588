package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * How much longer a minimal web application takes to start with the starter and a stored
 * bundle, and how much more it needs: the same application with and without, in turn,
 * each time in a process of its own.
 */
final class StartUp {

	private static final double MEGABYTE = 1e6;

	private static final long SETTLED_AFTER_MILLIS = 60_000;

	private final Path applications;

	private final Path java;

	/**
	 * Prepares the measurement.
	 * @param applications the directory of the modules that hold the applications
	 * @param java the command that runs Java programs
	 */
	StartUp(Path applications, Path java) {
		this.applications = applications;
		this.java = java;
	}

	/**
	 * Starts each application in turn and compares the medians.
	 * @param rounds how often each is started
	 */
	List<Row> starts(Fixture fixture, int rounds) throws IOException, InterruptedException {
		HttpClient client = HttpClient.newHttpClient();
		List<Figures> plain = new ArrayList<>();
		List<Figures> guarded = new ArrayList<>();
		for (int round = 0; round <= rounds; round++) {
			plain.add(start(client, command("plain", fixture)));
			guarded.add(start(client, command("guarded", fixture)));
		}
		// The first of each warmed the file system's cache and this process.
		plain.remove(0);
		guarded.remove(0);
		return List.of(
				Row.ratio("start-up until ready, s", median(guarded, Figures::seconds), median(plain, Figures::seconds),
						1.12),
				Row.ratio("… processor time, s", median(guarded, Figures::processorSeconds),
						median(plain, Figures::processorSeconds), 1.2),
				classes(median(guarded, Figures::classes), median(plain, Figures::classes)),
				Row.difference("first call after it, ms", 1000 * median(guarded, Figures::firstCall),
						1000 * median(plain, Figures::firstCall), 50));
	}

	/**
	 * The memory that each needs once it has settled, and the size of the two jars.
	 */
	List<Row> sizes(Fixture fixture) throws IOException, InterruptedException {
		List<String> small = List.of("-Xmx128m", "-XX:+UseSerialGC");
		try (StartedApplication plain = new StartedApplication(command("plain", fixture, small));
				StartedApplication guarded = new StartedApplication(command("guarded", fixture, small))) {
			Thread.sleep(SETTLED_AFTER_MILLIS);
			return List.of(Row.difference("resident memory after a minute, MB", guarded.residentBytes() / MEGABYTE,
					plain.residentBytes() / MEGABYTE, 30), jars());
		}
	}

	/**
	 * The sizes of the two jars.
	 */
	Row jars() throws IOException {
		return Row.difference("executable jar, MB", Files.size(jar("guarded")) / MEGABYTE,
				Files.size(jar("plain")) / MEGABYTE, 12);
	}

	/**
	 * The classes that each loads, of one start each.
	 */
	Row classes(Fixture fixture) throws IOException {
		try (StartedApplication plain = new StartedApplication(command("plain", fixture));
				StartedApplication guarded = new StartedApplication(command("guarded", fixture))) {
			return classes(guarded.classes(), plain.classes());
		}
	}

	private static Row classes(double guarded, double plain) {
		return Row.difference("… loaded classes", guarded, plain, 1200);
	}

	private static Figures start(HttpClient client, List<String> command) throws IOException, InterruptedException {
		try (StartedApplication application = new StartedApplication(command)) {
			return new Figures(application.seconds(), application.processorSeconds(), application.classes(),
					application.call(client));
		}
	}

	private List<String> command(String which, Fixture fixture) throws IOException {
		return command(which, fixture, List.of());
	}

	private List<String> command(String which, Fixture fixture, List<String> options) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(this.java.toString());
		command.addAll(options);
		command.addAll(List.of("-jar", jar(which).toString(), "--server.port=0"));
		command.addAll(fixture.properties());
		return command;
	}

	/**
	 * Whether there are executable jars, which are made when the project is packaged.
	 */
	boolean isPackaged() throws IOException {
		return find("plain").isPresent() && find("guarded").isPresent();
	}

	private Path jar(String which) throws IOException {
		return find(which).orElseThrow(() -> new IOException("Build the project with 'mvn package' first"));
	}

	private Optional<Path> find(String which) throws IOException {
		Path target = this.applications.resolve(which + "-application").resolve("target");
		try (Stream<Path> files = Files.list(target)) {
			return files.filter((file) -> file.toString().endsWith("-exec.jar")).findFirst();
		}
	}

	private static double median(List<Figures> starts, ToDoubleFunction<Figures> figure) {
		double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	private record Figures(double seconds, double processorSeconds, long classes, double firstCall) {

	}

}
