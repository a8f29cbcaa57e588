package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;

/**
 * Measures and prints one table: each figure beside its reference from the same run.
 */
public final class Benchmarks {

	private static final List<String> PARTS = List.of("verify", "append", "guard", "chain", "start-up");

	private final int forks;

	private final int rounds;

	private final Path java;

	private Benchmarks(PropertySource<?> options) {
		this.forks = Integer.parseInt(option(options, "forks", "3"));
		this.rounds = Integer.parseInt(option(options, "rounds", "11"));
		this.java = Path
			.of(option(options, "java", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
	}

	/**
	 * Measures.
	 * @param arguments the parts to measure, all of them if there are none:
	 * {@code verify}, {@code append}, {@code guard}, {@code chain}, {@code start-up}; and
	 * as options {@code --forks}, the processes of each benchmark, {@code --rounds}, the
	 * starts of each application, and {@code --java}, the command that starts them
	 * @throws IllegalArgumentException if an argument is no part
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException, RunnerException {
		SimpleCommandLinePropertySource options = new SimpleCommandLinePropertySource(arguments);
		List<String> parts = Arrays.asList(option(options,
				CommandLinePropertySource.DEFAULT_NON_OPTION_ARGS_PROPERTY_NAME, String.join(",", PARTS))
			.split(","));
		if (!PARTS.containsAll(parts)) {
			throw new IllegalArgumentException("The parts are " + PARTS);
		}
		Benchmarks benchmarks = new Benchmarks(options);
		List<Row> rows = new ArrayList<>();
		for (String part : parts) {
			rows.addAll(benchmarks.measure(part));
		}
		System.out.println("\n| what | figure | reference | compared | reach |\n|---|---|---|---|---|");
		rows.forEach(System.out::println);
	}

	private static String option(PropertySource<?> options, String name, String otherwise) {
		return (options.getProperty(name) instanceof String value) ? value : otherwise;
	}

	private List<Row> measure(String part) throws IOException, InterruptedException, RunnerException {
		return switch (part) {
			case "verify" -> verify();
			case "append" -> append();
			case "guard" -> guard();
			case "chain" -> chain();
			default -> startUp();
		};
	}

	private List<Row> startUp() throws IOException, InterruptedException {
		StartUp startUp = new StartUp(Path.of("").toAbsolutePath(), this.java);
		List<Row> rows = new ArrayList<>();
		try (Fixture fixture = new Fixture()) {
			fixture.store();
			rows.addAll(startUp.starts(fixture, this.rounds));
			rows.addAll(startUp.sizes(fixture));
		}
		return rows;
	}

	private List<Row> verify() throws RunnerException {
		Results results = run(TokenVerificationBenchmark.class, 1);
		double first = results.time("verifyAtFirstSight");
		double spring = results.time("decodeWithSpring");
		return List.of(
				Row.ratio("verify a token at first sight, µs; beside the JCA alone", first,
						results.time("signatureAlone"), 1.15),
				Row.ratio("… seen before; beside first sight", results.time("verifySeenBefore"), first, 1 / 30.0),
				Row.bound("… heap allocated, bytes", results.allocated("verifySeenBefore"), 300),
				Row.ratio("decode at first sight, µs; beside Spring's decoder", results.time("decodeAtFirstSight"),
						spring, 0.8),
				Row.ratio("… seen before", results.time("decodeSeenBefore"), spring, 0.1));
	}

	private List<Row> append() throws RunnerException {
		Results one = run(AppendBenchmark.class, 1);
		Results two = run(AppendBenchmark.class, 2);
		Results sixteen = run(AppendBenchmark.class, 16);
		double signing = 2 * one.time("signatureAlone", "OS") / two.time("signatureAlone", "OS");
		double appending = 2 * one.time("append", "OS") / two.time("append", "OS");
		double forced = 1e6 / one.time("append", "FSYNC");
		double forcedBySixteen = 16e6 / sixteen.time("append", "FSYNC");
		double writtenBySixteen = 16e6 / sixteen.time("append", "OS");
		return List.of(
				Row.ratio("append, os, µs; beside hashing, signing and writing", one.time("append", "OS"),
						one.time("hashedSignedAndWritten", "OS"), 1.2),
				Row.atLeast("append, os, gain of 2 threads; beside that of signing", appending, signing, 0.85),
				Row.atLeast("append, fsync, 16 threads, 1/s; beside 8 × 1 thread, or 0.8 × os", forcedBySixteen,
						Math.min(8 * forced, 0.8 * writtenBySixteen), 1),
				Row.bound("one append, heap allocated, bytes", one.allocated("append", "OS"), 6 * 1024));
	}

	private List<Row> guard() throws RunnerException {
		Results results = run(GuardedCallBenchmark.class, 1);
		return List.of(Row.ratio("guarded call, os, µs; beside the append alone", results.time("guardedCall", "OS"),
				results.time("appendAlone", "OS"), 1.15));
	}

	private List<Row> chain() throws RunnerException {
		Results results = run(ChainBenchmark.class, 1);
		int processors = Runtime.getRuntime().availableProcessors();
		return List.of(Row.ratio("verify a log of 1,000 entries, µs; beside its signatures on all processors",
				results.time("verifyChain"), results.time("signatureChecksAlone") / processors, 1 / 0.9));
	}

	private Results run(Class<?> benchmark, int threads) throws RunnerException {
		ChainedOptionsBuilder options = new OptionsBuilder().include("\\." + benchmark.getSimpleName() + "\\.")
			.forks(this.forks)
			.threads(threads)
			.warmupIterations(3)
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(5)
			.measurementTime(TimeValue.seconds(1))
			.addProfiler(GCProfiler.class);
		return new Results(List.copyOf(new Runner(options.build()).run()));
	}

	/**
	 * What one run of a class of benchmarks gave.
	 */
	private record Results(List<RunResult> results) {

		private static final String ALLOCATED = "gc.alloc.rate.norm";

		double time(String method) {
			return median(find(method));
		}

		double time(String method, String durability) {
			return median(find(method, durability));
		}

		double allocated(String method) {
			return Objects.requireNonNull(find(method).getSecondaryResults().get(ALLOCATED)).getScore();
		}

		double allocated(String method, String durability) {
			return Objects.requireNonNull(find(method, durability).getSecondaryResults().get(ALLOCATED)).getScore();
		}

		/** Each value is the average of an iteration. */
		private static double median(RunResult result) {
			return result.getPrimaryResult().getStatistics().getPercentile(50);
		}

		private RunResult find(String method, String durability) {
			return new Results(this.results.stream()
				.filter((result) -> durability.equals(result.getParams().getParam("durability")))
				.toList()).find(method);
		}

		private RunResult find(String method) {
			return this.results.stream()
				.filter((result) -> result.getParams().getBenchmark().endsWith("." + method))
				.findFirst()
				.orElseThrow();
		}

	}

}
