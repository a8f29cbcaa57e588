package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.random.RandomGenerator;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.SimulatedBundle;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service and the devices that work with it, and what must hold between them.
 */
final class Field implements AutoCloseable {

	private final GrantexSimulator service;

	private final TestClock truth;

	private final Path directory;

	private final List<FieldDevice> devices = new ArrayList<>();

	private final EvidenceModel evidence;

	private final ScheduleFigures figures;

	/** Whether an answer may be anything but the service's own. */
	private boolean disturbed;

	Field(GrantexSimulator service, TestClock truth, Path directory, ScheduleFigures figures) {
		this.service = service;
		this.truth = truth;
		this.directory = directory;
		this.figures = figures;
		this.evidence = new EvidenceModel(service);
	}

	void addDevice(BundleRequest request, long maxSize) {
		try {
			this.devices.add(new FieldDevice("A", Files.createTempDirectory(this.directory, "device"),
					new DeviceClock(this.truth), request, maxSize, this.service.baseUrl(),
					this.service.customer().apiKey()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	FieldDevice clone(FieldDevice device) {
		DeviceClock clock = new DeviceClock(this.truth);
		clock.offset(device.offset());
		FieldDevice clone = device.copy("B", clock);
		this.devices.add(clone);
		return clone;
	}

	FieldDevice device(RandomGenerator random) {
		return this.devices.get(random.nextInt(this.devices.size()));
	}

	List<FieldDevice> devices() {
		return this.devices;
	}

	GrantexSimulator service() {
		return this.service;
	}

	EvidenceModel evidence() {
		return this.evidence;
	}

	ScheduleFigures figures() {
		return this.figures;
	}

	Instant now() {
		return this.truth.instant();
	}

	void advance(Duration duration) {
		this.truth.advance(duration);
	}

	void disturb() {
		this.disturbed = true;
	}

	boolean isDisturbed() {
		return this.disturbed;
	}

	/**
	 * Ends all faults.
	 */
	void calm() {
		this.service.faults().clear();
		this.disturbed = false;
	}

	/**
	 * Runs a cycle of a device and holds what it must have learned.
	 * @return what the cycle did
	 */
	String sync(FieldDevice device) {
		return sync(device, null);
	}

	/**
	 * Runs a cycle while something else is done.
	 */
	String sync(FieldDevice device, @Nullable Runnable meanwhile) {
		String before = device.bundleId();
		DenialReason denied = isCaughtUp(device) ? null : device.sync().device().consent().status().denial();
		boolean undisturbed = !this.disturbed;
		boolean contacted = device.isContacted();
		boolean due = !contacted
				|| device.sync().device().consent().log().map((log) -> log.unsynchronized() > 0).orElse(false);
		Optional<SimulatedBundle> newest = newest(device.request());
		int issued = device.sync().events(BundleIssued.class).size();
		CompletableFuture<Void> other = (meanwhile != null) ? CompletableFuture.runAsync(meanwhile)
				: CompletableFuture.completedFuture(null);
		SyncResult result = device.sync().sync();
		other.join();
		// Within a pause that an earlier answer asked for, not all is asked.
		undisturbed &= !isPaused(result);
		boolean issuedNow = device.sync().events(BundleIssued.class).size() > issued;
		if (issuedNow) {
			assertThat(mayFollow(device, before, denied, newest))
				.as("a bundle was issued after %s (%s)", before, denied)
				.isTrue();
		}
		learn(device, before, undisturbed, result);
		if (undisturbed && due && !issuedNow && Objects.equals(before, device.bundleId())) {
			requireKnownFork(device, contacted, result);
		}
		if (undisturbed && result.isSuccessful()) {
			device.contacted();
		}
		this.figures.cycle(result);
		return device + " sync: accepted " + result.accepted() + (result.refreshed() ? ", refreshed" : "")
				+ (result.issued() ? ", issued" : "") + (result.revoked() ? ", revoked" : "") + problems(result)
				+ " -> " + device.sync().device().consent().status().denial();
	}

	private static boolean isPaused(SyncResult result) {
		return result.problems().stream().anyMatch((problem) -> problem.kind() == SyncProblem.Kind.RATE_LIMITED);
	}

	/**
	 * Whether a chain that was behind the service's is so no more, because the service
	 * has lost entries itself.
	 */
	private boolean isCaughtUp(FieldDevice device) {
		ConsentStatus status = device.sync().device().consent().status();
		return status.denial() == DenialReason.ROLLED_BACK && status.bundle() != null && status.audit() != null
				&& this.evidence.atService(status.bundle().bundleId()).size() <= status.audit().headSequence();
	}

	private static String problems(SyncResult result) {
		return result.problems()
			.stream()
			.map((problem) -> ", " + problem.step() + " " + problem.kind() + " " + problem.code()
					+ ((problem.formerBundleId() != null) ? " of " + problem.formerBundleId() : ""))
			.collect(Collectors.joining());
	}

	/**
	 * Whether a bundle may follow another by itself, or was allowed to by the operator.
	 */
	private static boolean mayFollow(FieldDevice device, @Nullable String before, @Nullable DenialReason denied,
			Optional<SimulatedBundle> newest) {
		String allowed = device.reissueAfter();
		if (newest.filter((bundle) -> bundle.id().equals(allowed)).isPresent()) {
			return true;
		}
		boolean halted = before != null && (device.revoked().contains(before) || isAttack(denied));
		return (!halted || before.equals(allowed)) && newest.filter(Field::isWithdrawn).isEmpty();
	}

	static boolean isAttack(@Nullable DenialReason denied) {
		return denied != null && switch (denied.code()) {
			case "revoked", "forked", "rolled_back", "log_truncated", "log_corrupted", "log_missing",
					"bundle_outdated" ->
				true;
			default -> false;
		};
	}

	private Optional<SimulatedBundle> newest(BundleRequest request) {
		return this.service.bundles()
			.stream()
			.filter((bundle) -> bundle.userId().equals(request.userId()) && bundle.agentId().equals(request.agentId())
					&& Objects.equals(bundle.deviceId(), request.deviceId()))
			.reduce((first, second) -> second);
	}

	/**
	 * The newest bundle at the service for what a device wants, if it is withdrawn.
	 */
	@Nullable String withdrawn(BundleRequest request) {
		return newest(request).filter(Field::isWithdrawn).map(SimulatedBundle::id).orElse(null);
	}

	private static boolean isWithdrawn(SimulatedBundle bundle) {
		return "revoked".equals(bundle.status()) || bundle.grantRevoked();
	}

	/**
	 * A cycle whose answers all came must have told of a revocation.
	 */
	private void learn(FieldDevice device, @Nullable String before, boolean undisturbed, SyncResult result) {
		String now = device.bundleId();
		if (now == null) {
			return;
		}
		boolean withdrawn = this.service.bundle(now).filter(Field::isWithdrawn).isPresent();
		if (result.revoked()) {
			device.learnRevocation(now);
			this.figures.learned();
		}
		else if (undisturbed && withdrawn && now.equals(before)) {
			device.learnRevocation(now);
			assertThat(device.denial()).as("%s after a cycle that told of the revocation", device).isNotNull();
		}
	}

	/**
	 * A chain that had something to tell, and is not what the service has, was found out.
	 */
	private void requireKnownFork(FieldDevice device, boolean contacted, SyncResult result) {
		List<String> theirs = this.evidence.atService(Objects.requireNonNullElse(device.bundleId(), ""));
		if (device.denial() != null || device.isTampered()) {
			return;
		}
		LocalChain ours = device.chain();
		// A twin may be ahead on the service; that shows when this one has more to tell.
		assertThat(ours.continues(theirs) || (contacted && ours.isDelivered(theirs)))
			.as("%s may act although the service has another chain of %s", device, device.bundleId())
			.isTrue();
	}

	/**
	 * What must hold after each step.
	 */
	void check() {
		this.evidence.check(this.devices);
		for (FieldDevice device : this.devices) {
			String bundle = device.bundleId();
			if (bundle != null && (device.revoked().contains(bundle) || bundle.equals(device.barred()))) {
				assertThat(device.denial()).as("%s under %s, revoked or damaged", device, bundle).isNotNull();
			}
		}
	}

	/**
	 * What must hold when a call is permitted.
	 */
	void permitted(FieldDevice device) {
		String bundle = device.bundleId();
		assertThat(device.revoked()).as("revoked bundles under which a call is permitted").doesNotContain(bundle);
		assertThat(device.barred()).as("bundle with a lost chain under which a call is permitted").isNotEqualTo(bundle);
	}

	@Override
	public void close() {
		this.devices.forEach(FieldDevice::close);
	}

}
