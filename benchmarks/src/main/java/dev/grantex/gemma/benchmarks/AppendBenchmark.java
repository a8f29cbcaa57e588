package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;

/**
 * An entry appended, beside the same bytes hashed, signed and written by a few lines of
 * code that keep none of a log's promises.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AppendBenchmark {

	private static final Map<String, Object> METADATA = Map.of("method", "Tools.add");

	@Param({ "OS", "FSYNC" })
	public Durability durability;

	private final Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(new byte[32], 0);

	private Fixture fixture;

	private OfflineAuditLog log;

	private Path file;

	private FileChannel channel;

	private String line;

	@Setup
	public void setUp() throws IOException {
		this.fixture = new Fixture();
		this.log = this.fixture.log(this.durability);
		this.log.append("Tools.add", null, "success", METADATA);
		try (Stream<String> lines = this.log.lines()) {
			this.line = lines.findFirst().orElseThrow() + "\n";
		}
		this.file = Files.createTempFile("grantex-benchmark", ".jsonl");
		this.channel = FileChannel.open(this.file, StandardOpenOption.WRITE);
	}

	@TearDown
	public void tearDown() throws IOException {
		this.channel.close();
		Files.delete(this.file);
		this.log.close();
		this.fixture.close();
	}

	@Benchmark
	public SignedAuditEntry append() {
		return this.log.append("Tools.add", null, "success", METADATA);
	}

	/** What an entry cannot do without. */
	@Benchmark
	public int hashedSignedAndWritten() throws IOException, NoSuchAlgorithmException {
		byte[] bytes = this.line.getBytes(StandardCharsets.UTF_8);
		byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
		String signature = HexFormat.of().formatHex(sign(HexFormat.of().formatHex(hash)));
		synchronized (this) {
			int written = this.channel.write(ByteBuffer.wrap(bytes));
			if (this.durability == Durability.FSYNC) {
				this.channel.force(false);
			}
			return written + signature.length();
		}
	}

	@Benchmark
	public byte[] signatureAlone() {
		return sign("0".repeat(64));
	}

	private byte[] sign(String text) {
		byte[] message = text.getBytes(StandardCharsets.US_ASCII);
		Ed25519Signer signer = new Ed25519Signer();
		signer.init(true, this.key);
		signer.update(message, 0, message.length);
		return signer.generateSignature();
	}

}
