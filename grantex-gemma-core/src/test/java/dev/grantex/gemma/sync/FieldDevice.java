package dev.grantex.gemma.sync;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;

/**
 * A device with its disk and clock, and what somebody who watches it expects of it.
 */
final class FieldDevice implements AutoCloseable {

	private final String name;

	private final Path disks;

	private final URI service;

	private final String apiKey;

	private final long maxSize;

	private final DeviceClock clock;

	private final List<OpenCall> openCalls = new ArrayList<>();

	/** The bundles that this device has learned to be revoked. */
	private Set<String> revoked = new HashSet<>();

	/** The bundle whose chain is known to have lost what it should have. */
	private @Nullable String barred;

	/** Whether somebody has changed what is on the disk. */
	private boolean tampered;

	/** Whether the service was asked, undisturbed, since the log was opened. */
	private boolean contacted;

	private Path directory;

	private BundleRequest request;

	private @Nullable String reissueAfter;

	private SyncDevice sync;

	/**
	 * A call under way.
	 *
	 * @param decision what permitted it
	 * @param intent whether it was recorded beforehand
	 */
	record OpenCall(CallDecision decision, boolean intent) {
	}

	FieldDevice(String name, Path directory, DeviceClock clock, BundleRequest request, long maxSize, URI service,
			String apiKey) {
		this.name = name;
		this.disks = directory.getParent();
		this.directory = directory;
		this.clock = clock;
		this.request = request;
		this.maxSize = maxSize;
		this.service = service;
		this.apiKey = apiKey;
		this.sync = start();
	}

	private SyncDevice start() {
		Device device = new Device(DeviceFiles.unforced(this.directory), this.clock, this.request)
			.durability(Durability.OS)
			.maxSize(this.maxSize)
			.open();
		SyncDevice started = new SyncDevice(device, this.clock, this.service, this.apiKey);
		this.contacted = false;
		return (this.reissueAfter != null) ? started.reissueAfter(this.reissueAfter) : started;
	}

	/**
	 * Another device with the same content.
	 */
	FieldDevice copy(String name, DeviceClock clock) {
		FieldDevice copy = new FieldDevice(name, DeviceFiles.copy(this.directory, this.disks), clock, this.request,
				this.maxSize, this.service, this.apiKey);
		copy.revoked = new HashSet<>(this.revoked);
		copy.barred = this.barred;
		copy.tampered = this.tampered;
		copy.reissueAfter(this.reissueAfter);
		return copy;
	}

	/**
	 * Goes on from a copy of the disk, as if the power had been lost when it was made.
	 */
	void crash(Path copy) {
		SyncDevice lost = this.sync;
		this.directory = copy;
		List<OpenCall> calls = List.copyOf(this.openCalls);
		this.openCalls.clear();
		this.sync = start();
		calls.forEach((call) -> call.decision().close());
		lost.device().close();
		lost.close();
	}

	/**
	 * Goes on from an older copy of the disk.
	 */
	void rollBack(Path copy, Set<String> revokedThen, boolean tamperedThen, @Nullable String barredThen) {
		stop();
		this.directory = copy;
		this.revoked = new HashSet<>(revokedThen);
		this.tampered = tamperedThen;
		this.barred = barredThen;
		this.sync = start();
	}

	void stop() {
		this.sync.device().close();
		this.sync.close();
	}

	void startAgain() {
		this.sync = start();
	}

	void restart() {
		this.sync.device().request(this.request);
		this.sync.restart();
		this.contacted = false;
	}

	void request(BundleRequest request) {
		this.request = request;
	}

	void reissueAfter(@Nullable String bundleId) {
		this.reissueAfter = bundleId;
		this.sync.reissueAfter(bundleId);
	}

	@Nullable String reissueAfter() {
		return this.reissueAfter;
	}

	/**
	 * What the application would be told if it called now.
	 */
	@Nullable DenialReason denial() {
		return this.sync.device().denial();
	}

	@Nullable String bundleId() {
		return bundle().map(ConsentBundle::bundleId).orElse(null);
	}

	Optional<ConsentBundle> bundle() {
		return this.sync.device().consent().bundle();
	}

	/**
	 * Whether nothing can be signed under the current bundle any more.
	 */
	boolean isKeyErased() {
		return bundle().map((bundle) -> bundle.offlineAuditKey().privateKey() == null).orElse(false);
	}

	/**
	 * The current chain as it is on disk.
	 */
	LocalChain chain() {
		return this.sync.device().consent().log().map((log) -> {
			try (var entries = log.read(1)) {
				return new LocalChain(log.firstSequence(), entries.map(SignedAuditEntry::hash).toList());
			}
		}).orElseGet(() -> new LocalChain(1, List.of()));
	}

	/**
	 * The files of bundles that were replaced; a crash can leave one of the current
	 * bundle there, too.
	 */
	List<Path> retiredBundles() {
		String current = "bundle-" + bundleId() + ".enc";
		return DeviceFiles.all(this.directory, (file) -> file.getParent().equals(this.directory)
				&& file.getFileName().toString().matches("bundle-.*\\.enc") && !file.endsWith(current));
	}

	void learnRevocation(String bundleId) {
		this.revoked.add(bundleId);
	}

	Set<String> revoked() {
		return this.revoked;
	}

	void bar(@Nullable String bundleId) {
		this.barred = bundleId;
	}

	@Nullable String barred() {
		return this.barred;
	}

	void markTampered() {
		this.tampered = true;
	}

	boolean isTampered() {
		return this.tampered;
	}

	void contacted() {
		this.contacted = true;
	}

	boolean isContacted() {
		return this.contacted;
	}

	List<OpenCall> openCalls() {
		return this.openCalls;
	}

	SyncDevice sync() {
		return this.sync;
	}

	DeviceClock clock() {
		return this.clock;
	}

	Duration offset() {
		return this.clock.offset();
	}

	Path directory() {
		return this.directory;
	}

	Path disks() {
		return this.disks;
	}

	BundleRequest request() {
		return this.request;
	}

	@Override
	public String toString() {
		return this.name;
	}

	@Override
	public void close() {
		this.openCalls.forEach((call) -> call.decision().close());
		this.openCalls.clear();
		stop();
	}

}
