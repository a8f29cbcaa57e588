package dev.grantex.gemma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What this process holds, on Linux.
 *
 * @param threads how many threads run
 * @param descriptors how many files, sockets and the like are open
 * @param heapBytes the live heap
 */
public record ProcessResources(long threads, long descriptors, long heapBytes) {

	private static final long SETTLED_BYTES = 64 * 1024;

	private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

	public static ProcessResources now() {
		System.gc();
		long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
			return new ProcessResources(ManagementFactory.getThreadMXBean().getThreadCount(), descriptors.count(),
					heap);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What is left once nothing more becomes garbage.
	 */
	public static ProcessResources settled() {
		ProcessResources now = now();
		while (true) {
			ProcessResources next = now();
			if (next.heapBytes > now.heapBytes - SETTLED_BYTES) {
				return next;
			}
			now = next;
		}
	}

	/**
	 * Waits until the process holds no more than this again.
	 * @param more how many more threads and descriptors may be there all the same
	 * @param heapBytes how much larger the heap may be
	 * @return what it holds then
	 */
	public ProcessResources awaitAgain(int more, long heapBytes) {
		AtomicReference<ProcessResources> last = new AtomicReference<>();
		Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
			ProcessResources now = now();
			last.set(now);
			assertThat(now.threads).as("threads").isLessThanOrEqualTo(this.threads + more);
			assertThat(now.descriptors).as("descriptors").isLessThanOrEqualTo(this.descriptors + more);
			assertThat(now.heapBytes).as("heap").isLessThanOrEqualTo(this.heapBytes + heapBytes);
		});
		return last.get();
	}

}
