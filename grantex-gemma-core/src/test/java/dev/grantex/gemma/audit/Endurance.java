package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Tells the figures of a long test.
 */
public final class Endurance {

	private Endurance() {
	}

	public static void report(String format, Object... figures) {
		System.out.println("endurance: " + String.format(Locale.ROOT, format, figures));
	}

	public static String since(long startNanos) {
		return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / 1e9);
	}

	public static String megabytes(List<Path> files) throws IOException {
		long bytes = 0;
		for (Path file : files) {
			bytes += Files.size(file);
		}
		return String.format(Locale.ROOT, "%,d MB in %,d files", bytes / 1_000_000, files.size());
	}

}
