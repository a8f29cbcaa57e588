package dev.grantex.gemma.consent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogBuilder;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SealPace;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.grant.OfflineVerifier;

/**
 * One device with its files, which can be switched off and on again.
 */
public final class Device implements AutoCloseable {

	private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	private final Path directory;

	private final Clock clock;

	private @Nullable BundleRequest request;

	private String key = KEY;

	private Durability durability = Durability.FSYNC;

	private long maxSize = 50_000_000;

	private Duration longestClosing = Duration.ofSeconds(10);

	private UnaryOperator<AuditLogBuilder> logs = UnaryOperator.identity();

	private volatile @Nullable AuditLogException logFault;

	private FaultyRepository repository;

	private DeviceConsent consent;

	public Device(Path directory, Clock clock, @Nullable BundleRequest request) {
		this.directory = directory;
		this.clock = clock;
		this.request = request;
		build();
	}

	private void build() {
		this.repository = new FaultyRepository(EncryptedFileBundleRepository.withKey(bundleFile(), this.key));
		this.consent = DeviceConsent.builder(this.repository, this::auditLog)
			.verifiers((bundle) -> OfflineVerifier.builder(bundle))
			.request(this.request)
			.auditPath(logFile())
			.clock(this.clock)
			.nanoTime(() -> 0)
			.longestClosing(this.longestClosing)
			.build();
	}

	public AuditLogBuilder auditLog(ConsentBundle bundle) {
		AuditLogException fault = this.logFault;
		if (fault != null) {
			throw fault;
		}
		// Or the log's own thread would act between two steps of a test.
		AuditLogBuilder log = SealPace.set(OfflineAuditLog.builder(logFile(), bundle), Duration.ofDays(1));
		return this.logs.apply(log.clock(this.clock).durability(this.durability).maxSize(this.maxSize));
	}

	public Device open() {
		this.consent.open();
		return this;
	}

	/**
	 * Switches the device off and on again.
	 */
	public Device restart() {
		this.consent.close();
		build();
		return open();
	}

	/**
	 * What it is configured for from the next start on.
	 */
	public Device request(@Nullable BundleRequest request) {
		this.request = request;
		return this;
	}

	/**
	 * The key of the bundle's file from the next start on.
	 */
	public Device key(String key) {
		this.key = key;
		return this;
	}

	public Device durability(Durability durability) {
		this.durability = durability;
		return this;
	}

	/**
	 * How long closing waits for a change under way, from the next start on.
	 */
	Device longestClosing(Duration longestClosing) {
		this.longestClosing = longestClosing;
		return this;
	}

	/**
	 * How large a file of the log may grow from the next start on, in bytes.
	 */
	public Device maxSize(long maxSize) {
		this.maxSize = maxSize;
		return this;
	}

	/**
	 * Lets logs not open for a reason, or open again.
	 */
	public void logFault(@Nullable String reason) {
		this.logFault = (reason != null) ? new AuditLogException(reason, "The log does not open") : null;
	}

	/**
	 * Sets logs up in further ways, from the next start on.
	 */
	public Device logs(UnaryOperator<AuditLogBuilder> logs) {
		this.logs = logs;
		return this;
	}

	public @Nullable BundleRequest request() {
		return this.request;
	}

	public DeviceConsent consent() {
		return this.consent;
	}

	public FaultyRepository repository() {
		return this.repository;
	}

	public Path bundleFile() {
		return this.directory.resolve("bundle.enc");
	}

	public Path retiredFile(String bundleId) {
		return this.directory.resolve("bundle-" + bundleId + ".enc");
	}

	public Path logFile() {
		return this.directory.resolve("audit.jsonl");
	}

	public ConsentBundle bundle() {
		return this.consent.bundle().orElseThrow();
	}

	public OfflineAuditLog log() {
		return this.consent.log().orElseThrow();
	}

	/**
	 * Why a call is denied now, or null.
	 */
	public @Nullable DenialReason denial() {
		try (CallDecision decision = this.consent.decide()) {
			return decision.denial();
		}
	}

	/**
	 * Makes a call and records its outcome.
	 */
	public SignedAuditEntry call(String action) {
		return call(action, Map.of());
	}

	public SignedAuditEntry call(String action, Map<String, ?> metadata) {
		try (CallDecision decision = this.consent.decide()) {
			DenialReason denial = decision.denial();
			if (denial != null) {
				throw denial.toException();
			}
			return decision.recordOutcome(action, decision.grant(), "success", metadata);
		}
	}

	public void calls(int count) {
		for (int i = 0; i < count; i++) {
			call("tool:" + i);
		}
	}

	public OfflineAuditLog openRetired(ConsentBundle bundle) {
		return OfflineAuditLog.builder(logFile(), bundle).clock(this.clock).openRetired();
	}

	/**
	 * Verifies the current chain under all keys it has had.
	 */
	public ChainVerification verifyChain() {
		String[] keys = bundle().state().auditKeys().stream().map(AuditPublicKey::publicKey).toArray(String[]::new);
		try (Stream<String> lines = log().lines()) {
			return HashChain.verify(lines, keys);
		}
	}

	/**
	 * Every line of every file of the log.
	 */
	public List<String> allLines() {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".jsonl")).flatMap(Device::lines).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> lines(Path file) {
		try {
			return Files.readAllLines(file).stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.consent.close();
	}

}
