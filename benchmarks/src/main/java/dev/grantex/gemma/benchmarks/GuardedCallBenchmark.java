package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.guard.CallGuard;
import dev.grantex.gemma.guard.GrantSource;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import io.micrometer.observation.ObservationRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.aop.framework.ProxyFactory;

/**
 * An annotated method called through its guard, beside the decision alone and the record
 * alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GuardedCallBenchmark {

	@Param({ "OS", "FSYNC" })
	public Durability durability;

	private Fixture fixture;

	private DeviceConsent consent;

	private Tools tools;

	private Fixture bare;

	private OfflineAuditLog log;

	@Setup
	public void setUp() {
		this.fixture = new Fixture();
		this.consent = this.fixture.consent(this.durability);
		this.bare = new Fixture();
		this.log = this.bare.log(this.durability);
		CallGuard guard = new CallGuard(this.consent, GrantSource.BUNDLE, false, ObservationRegistry.NOOP, (event) -> {
		});
		ProxyFactory proxy = new ProxyFactory(new Tools());
		proxy.addAdvisor(new RequiresScopeAdvisor(() -> guard));
		this.tools = (Tools) proxy.getProxy();
	}

	@TearDown
	public void tearDown() throws IOException {
		this.log.close();
		this.bare.close();
		this.consent.close();
		this.fixture.close();
	}

	@Benchmark
	public int guardedCall() {
		return this.tools.add(1, 2);
	}

	@Benchmark
	public boolean decisionAlone() {
		try (CallDecision decision = this.consent.decide()) {
			return decision.denial() == null;
		}
	}

	@Benchmark
	public SignedAuditEntry recordAlone() {
		try (CallDecision decision = this.consent.decide()) {
			return decision.recordOutcome("Tools.add", decision.grant(), "success", Map.of("method", "Tools.add"));
		}
	}

	@Benchmark
	public SignedAuditEntry appendAlone() {
		return this.log.append("Tools.add", null, "success", Map.of("method", "Tools.add"));
	}

	/**
	 * A tool.
	 */
	public static class Tools {

		@RequiresScope(Fixture.SCOPE)
		public int add(int left, int right) {
			return left + right;
		}

	}

}
