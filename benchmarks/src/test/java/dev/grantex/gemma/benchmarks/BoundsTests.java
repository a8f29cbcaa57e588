package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.OfflineVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What does not depend on how fast a machine is, within bounds. Whoever needs more raises
 * the bound, and says in the commit what it buys.
 */
class BoundsTests {

	private static final int CALLS = 20_000;

	private static final long APPEND_BYTES = 7_200;

	private static final long VERIFY_BYTES = 300;

	private static final long CLASSES = 1_300;

	private static final double JAR_MEGABYTES = 12;

	private final Fixture fixture = new Fixture();

	@BeforeEach
	void store() {
		this.fixture.store();
	}

	@AfterEach
	void delete() throws IOException {
		this.fixture.close();
	}

	@Test
	void anAppendAllocatesLittle() {
		try (OfflineAuditLog log = this.fixture.log(Durability.OS)) {
			assertThat(allocated(() -> log.append("Tools.add", null, "success", Map.of("method", "Tools.add"))))
				.isLessThan(APPEND_BYTES);
		}
	}

	@Test
	void aTokenSeenBeforeAllocatesNextToNothing() {
		ConsentBundle bundle = this.fixture.bundle();
		OfflineVerifier verifier = OfflineVerifier.builder(bundle).requireScopes(Fixture.SCOPE).build();
		assertThat(verifier.verify(bundle.grantToken()).expiresAt()).isAfter(Instant.now());
		assertThat(allocated(() -> verifier.verify(bundle.grantToken()))).isLessThanOrEqualTo(VERIFY_BYTES);
	}

	@Test
	void theStarterAddsSoManyClassesAndMegabytes() throws IOException {
		StartUp startUp = new StartUp(Path.of(""), Path.of(System.getProperty("java.home"), "bin", "java"));
		assumeThat(startUp.isPackaged()).as("the applications are packaged").isTrue();
		Row jar = startUp.jars();
		assertThat(jar.figure() - jar.reference()).isLessThan(JAR_MEGABYTES);
		Row classes = startUp.classes(this.fixture);
		assertThat(classes.figure() - classes.reference()).isLessThan(CLASSES);
	}

	/**
	 * The least of some rounds, each without what the compiler still saves in the first.
	 */
	private static long allocated(Runnable call) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long least = Long.MAX_VALUE;
		for (int round = 0; round < 5; round++) {
			long before = threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < CALLS; i++) {
				call.run();
			}
			least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
		}
		return least;
	}

}
