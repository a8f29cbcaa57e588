package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.audit.OfflineAuditLog;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A chain of 1,000 entries verified with signatures, beside 1,000 signature checks alone,
 * on one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChainBenchmark {

	private static final int ENTRIES = 1_000;

	private final Ed25519PrivateKeyParameters privateKey = new Ed25519PrivateKeyParameters(new byte[32]);

	private final byte[] message = "0".repeat(64).getBytes(StandardCharsets.US_ASCII);

	private byte[] signature;

	private Fixture fixture;

	private List<String> lines;

	@Setup
	public void setUp() {
		this.fixture = new Fixture();
		this.signature = sign();
		try (OfflineAuditLog log = this.fixture.log(Durability.OS)) {
			for (int i = 0; i < ENTRIES; i++) {
				log.append("Tools.add", null, "success", Map.of("method", "Tools.add", "call", i));
			}
			try (Stream<String> lines = log.lines()) {
				this.lines = lines.toList();
			}
		}
	}

	@TearDown
	public void tearDown() throws IOException {
		this.fixture.close();
	}

	@Benchmark
	public ChainVerification verifyChain() {
		return HashChain.verify(this.lines.stream(), this.fixture.bundle().offlineAuditKey().publicKey());
	}

	@Benchmark
	public int signatureChecksAlone() {
		int valid = 0;
		for (int i = 0; i < ENTRIES; i++) {
			Ed25519Signer verifier = new Ed25519Signer();
			verifier.init(false, this.privateKey.generatePublicKey());
			verifier.update(this.message, 0, this.message.length);
			valid += verifier.verifySignature(this.signature) ? 1 : 0;
		}
		return valid;
	}

	private byte[] sign() {
		Ed25519Signer signer = new Ed25519Signer();
		signer.init(true, this.privateKey);
		signer.update(this.message, 0, this.message.length);
		return signer.generateSignature();
	}

}
