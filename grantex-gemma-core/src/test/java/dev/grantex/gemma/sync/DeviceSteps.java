package dev.grantex.gemma.sync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRequest;

/**
 * What happens to a device: it is switched off, crashes, is copied, loses its files.
 */
final class DeviceSteps {

	private static final List<Route> ROUTES = List.of(Route.STATUS, Route.SYNC, Route.SYNC, Route.REFRESH, Route.CREATE,
			Route.GET, Route.LIST);

	private static final Duration MOMENT = Duration.ofMillis(5);

	private final Field field;

	private final CallSteps calls;

	private @Nullable Backup backup;

	/**
	 * A copy of a disk.
	 */
	private record Backup(FieldDevice device, Path directory, Set<String> revoked, boolean tampered,
			@Nullable String barred) {
	}

	DeviceSteps(Field field, CallSteps calls) {
		this.field = field;
		this.calls = calls;
	}

	String restart(FieldDevice device) {
		device.restart();
		return device + " restarted: " + device.denial();
	}

	String crash(FieldDevice device, RandomGenerator random) {
		Path copy = DeviceFiles.copy(device.directory(), device.disks());
		boolean torn = random.nextInt(3) == 0;
		if (torn) {
			DeviceFiles.tear(copy, random);
		}
		device.crash(copy);
		this.field.figures().count("crashes");
		return device + " crashed" + (torn ? " with a torn line: " : ": ") + device.denial();
	}

	/**
	 * A crash while the service works on a request, before its answer comes, or while it
	 * is read.
	 */
	String crashInCycle(FieldDevice device, RandomGenerator random) {
		Route route = ROUTES.get(random.nextInt(ROUTES.size()));
		int moment = random.nextInt(3);
		Pause pause = switch (moment) {
			case 0 -> this.field.service().faults().pauseBeforeCommit(route);
			case 1 -> this.field.service().faults().pauseAfterCommit(route);
			default -> this.field.service().faults().pauseAfterAnswer(route);
		};
		SyncDevice sync = device.sync();
		CompletableFuture<SyncResult> cycle = CompletableFuture.supplyAsync(sync::sync);
		boolean reached = false;
		while (!reached && !cycle.isDone()) {
			reached = pause.awaitReached(MOMENT);
		}
		Path copy = DeviceFiles.copy(device.directory(), device.disks());
		// A process that is gone asks for nothing more, while the service goes on.
		sync.close();
		cycle.join();
		pause.release();
		device.crash(copy);
		this.field.figures().count("crashes");
		return device + " crashed in a cycle " + (reached ? "" : "that did not come to be ")
				+ List.of("before the commit of ", "after the commit of ", "after the answer of ").get(moment) + route
				+ ": " + device.denial();
	}

	/**
	 * A crash after the disk has refused to store the bundle.
	 */
	String failingDisk(FieldDevice device, RandomGenerator random) {
		device.sync().device().repository().failSaves(1 + random.nextInt(2));
		String synced = this.field.sync(device);
		device.sync().device().repository().failSaves(0);
		return "disk fails; " + synced + (random.nextBoolean() ? "; " + crash(device, random) : "");
	}

	String setClock(FieldDevice device, RandomGenerator random) {
		Duration offset = switch (random.nextInt(5)) {
			case 0 -> Duration.ofDays(-20_000);
			case 1 -> Duration.ofHours(-5);
			case 2 -> Duration.ofHours(5);
			case 3 -> Duration.ofDays(20);
			default -> Duration.ZERO;
		};
		device.clock().offset(offset);
		return device + " clock off by " + offset;
	}

	String changeRequest(FieldDevice device, RandomGenerator random) {
		BundleRequest request = device.request();
		List<String> scopes = (request.scopes().size() > 1) ? List.of("alert")
				: List.of("read:sensor", "move:actuator");
		String user = (random.nextInt(4) == 0) ? "user_2" : "user_1";
		device.request(new BundleRequest(request.agentId(), user, scopes, request.offlineTtl(), request.deviceId(),
				request.devicePlatform()));
		device.restart();
		return device + " restarted for " + user + " " + scopes + ": " + device.denial();
	}

	String operate(FieldDevice device, RandomGenerator random) {
		device.reissueAfter((random.nextInt(5) == 0) ? null : device.bundleId());
		return device + " operator allows a bundle after " + device.reissueAfter();
	}

	String copy(FieldDevice device) {
		this.backup = new Backup(device, DeviceFiles.copy(device.directory(), device.disks()),
				new HashSet<>(device.revoked()), device.isTampered(), device.barred());
		return device + " disk copied";
	}

	String rollBack() {
		Backup older = this.backup;
		if (older == null) {
			return "no older copy";
		}
		FieldDevice device = older.device();
		this.calls.endAll(device);
		device.rollBack(DeviceFiles.copy(older.directory(), device.disks()), older.revoked(), older.tampered(),
				older.barred());
		int lost = this.field.evidence().forgive(this.field.devices());
		this.field.figures().count("rollbacks");
		return device + " older copy put back, " + lost + " entries lost: " + device.denial();
	}

	String cloneDevice(FieldDevice device) {
		if (this.field.devices().size() > 1) {
			return "cloned already";
		}
		this.field.figures().count("clones");
		return device + " cloned as " + this.field.clone(device);
	}

	/**
	 * Changes a file of the log while the device is off.
	 */
	String tamper(FieldDevice device, RandomGenerator random) {
		this.calls.endAll(device);
		long position = device.sync()
			.device()
			.consent()
			.log()
			.map(OfflineAuditLog::synchronizedThrough)
			.orElse(Long.MAX_VALUE);
		device.sync().device().close();
		String bundle = device.bundleId();
		String grant = (bundle != null)
				? this.field.service().bundle(bundle).map((known) -> known.grantId()).orElse(null) : null;
		List<EvidenceModel.Entry> before = this.field.evidence().entries(device);
		device.markTampered();
		String what = DeviceFiles.tamper(device.directory(), random);
		List<EvidenceModel.Entry> after = this.field.evidence().entries(device);
		long lost = due(before, grant, position) - due(after, grant, position);
		int forgotten = this.field.evidence().forgive(this.field.devices());
		device.sync().close();
		device.startAgain();
		if (lost > 0 && !what.startsWith("flipped")) {
			device.bar(bundle);
		}
		this.field.figures().count("tampered disks");
		return device + " " + what + ", " + lost + " due ones of the current chain, " + forgotten + " nowhere else: "
				+ device.denial();
	}

	private static long due(List<EvidenceModel.Entry> entries, @Nullable String grant, long position) {
		return entries.stream()
			.filter((entry) -> Objects.equals(entry.grantId(), grant) && entry.seq() > position)
			.count();
	}

}
