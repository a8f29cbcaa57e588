package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.grantex.gemma.audit.Endurance;
import dev.grantex.gemma.consent.Device;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever is deleted on a device whose consent was revoked, it gets no new bundle by
 * itself and permits no call.
 */
class DeletedFilesTests extends SyncFixture {

	/** So that there are at most 512 subsets. */
	private static final int MOST_GROUPS = 9;

	private static final int CYCLES = 2;

	/** What goes by itself; everything else is deleted together. */
	private static final Set<String> COARSE = Set.of("bundle.enc", "bundle-", "audit.jsonl", "audit.seal");

	private String revoked;

	/**
	 * What the user withdraws.
	 */
	enum Withdrawal {

		BUNDLE, BUNDLE_WITH_GRANT, GRANT

	}

	/**
	 * When files are deleted.
	 */
	enum Moment {

		OFF, RUNNING, UNAWARE

	}

	@ParameterizedTest
	@CsvSource({ "BUNDLE, true, OFF", "BUNDLE_WITH_GRANT, false, OFF", "GRANT, true, OFF", "GRANT, true, RUNNING",
			"BUNDLE, false, UNAWARE" })
	void oneKindOrAllButOneOrAll(Withdrawal withdrawal, boolean drained, Moment moment) {
		deleteSubsets(disk(withdrawal, drained, moment), DeletedFilesTests::coarse, moment,
				DeletedFilesTests::isExtreme);
	}

	@ParameterizedTest
	@CsvSource({ "BUNDLE, true, OFF", "BUNDLE, false, OFF", "BUNDLE_WITH_GRANT, true, OFF",
			"BUNDLE_WITH_GRANT, false, OFF", "GRANT, true, OFF", "GRANT, false, OFF", "BUNDLE, true, RUNNING",
			"BUNDLE_WITH_GRANT, true, RUNNING", "GRANT, true, RUNNING", "BUNDLE, false, UNAWARE",
			"BUNDLE_WITH_GRANT, false, UNAWARE", "GRANT, false, UNAWARE" })
	@Tag("endurance")
	void everySubset(Withdrawal withdrawal, boolean drained, Moment moment) {
		deleteSubsets(disk(withdrawal, drained, moment), DeletedFilesTests::coarse, moment, (subset, groups) -> true);
	}

	@ParameterizedTest
	@CsvSource({ "BUNDLE, true, OFF", "BUNDLE, false, OFF", "BUNDLE_WITH_GRANT, true, OFF", "GRANT, false, OFF",
			"BUNDLE, true, RUNNING", "GRANT, false, RUNNING" })
	@Tag("endurance")
	void everyKindOfFileByItself(Withdrawal withdrawal, boolean drained, Moment moment) {
		int subsets = deleteSubsets(revokedDevice(withdrawal, drained), DeletedFilesTests::fine, moment,
				(subset, groups) -> true);
		Endurance.report("deleted files, %s revoked, %s, device %s: %,d subsets", withdrawal,
				drained ? "drained" : "not drained", moment, subsets);
	}

	@Test
	void operatorAllowsANewBundleWhateverWasDeleted() {
		Path disk = revokedDevice(Withdrawal.BUNDLE_WITH_GRANT, true);
		List<List<String>> groups = groups(disk, DeletedFilesTests::fine);
		for (int group = 0; group < groups.size(); group++) {
			// All at once, or one of them.
			int subset = (group == 0) ? (1 << groups.size()) - 1 : 1 << group;
			Path copy = DeviceFiles.copy(disk, this.directory);
			List<String> deleted = delete(copy, groups, subset);
			try (SyncDevice device = device(copy).reissueAfter(this.revoked)) {
				device.sync();
				device.sync();
				assertThat(device.device().denial()).as("after %s were deleted", deleted).isNull();
				assertThat(bundleId(device)).isNotEqualTo(this.revoked);
				device.device().close();
			}
			DeviceFiles.delete(copy);
		}
	}

	private Path disk(Withdrawal withdrawal, boolean drained, Moment moment) {
		if (moment != Moment.UNAWARE) {
			return revokedDevice(withdrawal, drained);
		}
		Path disk = lived(emptySyncDevice());
		withdraw(withdrawal);
		return disk;
	}

	private static boolean isExtreme(int subset, int groups) {
		int deleted = Integer.bitCount(subset);
		return deleted <= 1 || deleted >= groups - 1;
	}

	private int deleteSubsets(Path disk, UnaryOperator<String> kinds, Moment moment,
			BiPredicate<Integer, Integer> wanted) {
		List<List<String>> groups = groups(disk, kinds);
		assertThat(groups).hasSizeGreaterThan(3);
		int subsets = 1 << groups.size();
		for (int subset = 0; subset < subsets; subset++) {
			if (!wanted.test(subset, groups.size())) {
				continue;
			}
			Path copy = DeviceFiles.copy(disk, this.directory);
			List<String> deleted = (moment != Moment.RUNNING) ? delete(copy, groups, subset) : List.of();
			try (SyncDevice device = device(copy)) {
				if (moment != Moment.OFF) {
					device.sync();
				}
				if (moment == Moment.RUNNING) {
					deleted = delete(copy, groups, subset);
				}
				requireHalted(device, deleted);
				device.restart();
				requireHalted(device, deleted);
				device.device().close();
			}
			DeviceFiles.delete(copy);
		}
		return subsets;
	}

	private void requireHalted(SyncDevice device, List<String> deleted) {
		this.simulator.clearRequests();
		for (int cycle = 0; cycle < CYCLES; cycle++) {
			device.sync();
			assertThat(device.device().denial()).as("denial after %s were deleted", deleted).isNotNull();
		}
		assertThat(this.simulator.requests(Route.CREATE)).as("new bundles after %s were deleted", deleted).isEmpty();
	}

	/**
	 * The disk of a device that has learned of a revocation, switched off.
	 */
	private Path revokedDevice(Withdrawal withdrawal, boolean drained) {
		SyncDevice device = emptySyncDevice();
		lived(device);
		withdraw(withdrawal);
		if (!drained) {
			this.simulator.faults().respond(Route.SYNC, 503, "{}", 100);
		}
		device.restart().sync();
		device.sync();
		assertThat(device.synchronizer().status().lastResult().revoked()).isTrue();
		device.device().close();
		this.simulator.faults().clear();
		return this.directory;
	}

	/**
	 * Leaves a device with a replaced bundle that is not drained, files that were closed,
	 * and evidence in two chains.
	 */
	private Path lived(SyncDevice device) {
		device.device().maxSize(2_000);
		device.restart().sync();
		device.device().calls(6);
		device.device().request(request(List.of("alert")));
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 100);
		device.restart().sync();
		device.device().calls(6);
		this.simulator.faults().clear();
		this.revoked = bundleId(device);
		device.device().close();
		return this.directory;
	}

	private void withdraw(Withdrawal withdrawal) {
		switch (withdrawal) {
			case BUNDLE -> this.simulator.revokeBundle(this.revoked, false);
			case BUNDLE_WITH_GRANT -> this.simulator.revokeBundle(this.revoked, true);
			case GRANT -> this.simulator.revokeGrant(this.simulator.bundle(this.revoked).orElseThrow().grantId());
		}
	}

	private SyncDevice device(Path disk) {
		Device device = new Device(DeviceFiles.unforced(disk), this.clock, request(List.of("alert"))).maxSize(2_000)
			.open();
		return new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey());
	}

	/**
	 * The files to delete, those of one kind together.
	 */
	private static List<List<String>> groups(Path disk, UnaryOperator<String> kinds) {
		Map<String, List<String>> groups = new TreeMap<>();
		for (Path file : DeviceFiles.all(disk, Files::isRegularFile)) {
			String name = disk.relativize(file).toString();
			groups.computeIfAbsent(kinds.apply(name), (kind) -> new ArrayList<>()).add(name);
		}
		assertThat(groups).hasSizeLessThanOrEqualTo(MOST_GROUPS);
		return List.copyOf(groups.values());
	}

	private static String coarse(String name) {
		return COARSE.stream().filter(name::startsWith).findFirst().orElse("others");
	}

	private static String fine(String name) {
		return name.endsWith(".lock") ? "locks"
				: name.startsWith("archive") ? "archive" : name.replaceFirst("-[0-9]{12}\\.jsonl$", ".jsonl");
	}

	private static List<String> delete(Path disk, List<List<String>> groups, int subset) {
		List<String> deleted = new ArrayList<>();
		for (int group = 0; group < groups.size(); group++) {
			if ((subset & 1 << group) != 0) {
				deleted.addAll(groups.get(group));
			}
		}
		for (String name : deleted) {
			try {
				Files.delete(disk.resolve(name));
			}
			catch (NoSuchFileException ex) {
				// What the device has delivered and cleared away meanwhile.
				continue;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return deleted;
	}

}
