package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.consent.DeviceLife.Acknowledged;
import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.grant.BundleIdentity;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device that loses its power at any moment of its life goes on with all the evidence
 * that it acknowledged.
 */
class PowerLossTests extends ServiceFixture {

	private static final long SEED = 20261121;

	/** Room for a few entries, so that files are closed and begun often. */
	private static final long MAX_SIZE = 3000;

	private static final int MAX_FAILURES = 10;

	private static final int NOTHING_FAILS = 0;

	@TempDir
	private Path survivors;

	private ConsentBundle spare;

	@ParameterizedTest
	@EnumSource
	void goesOnAfterALossOfPower(Durability durability) throws IOException {
		assertGoesOn(live(durability), 59, "nothing fails");
	}

	@ParameterizedTest
	@EnumSource
	void goesOnAfterAnotherLossOfPowerDuringTheStart(Durability durability) throws IOException {
		assertGoesOnAfterAnother(live(durability), 499, 23);
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void goesOnAfterEveryLossOfPower(Durability durability) throws IOException {
		assertGoesOn(live(durability), 1, "nothing fails");
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void goesOnAfterAnyOtherLossOfPowerDuringTheStart(Durability durability) throws IOException {
		assertGoesOnAfterAnother(live(durability), 29, 7);
	}

	@ParameterizedTest
	@EnumSource
	void goesOnAfterALossOfPowerWhateverFailedBefore(Durability durability) throws IOException {
		assertGoesOnWhateverFails(durability, 127, 101);
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void goesOnAfterAnyLossOfPowerWhateverFailedBefore(Durability durability) throws IOException {
		assertGoesOnWhateverFails(durability, 1, 29);
	}

	@Test
	void staysRevokedAfterALossOfPower() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		int revoked;
		try (Device device = device(disk.root()).open()) {
			device.consent().replace(issue(), this.request);
			device.calls(2);
			device.consent().revoke(new Revocation(TestClock.START, true));
			revoked = disk.operationCount();
		}
		for (CrashState state : sample(disk.crashStates(SEED), 1)) {
			Path root = restore(state);
			try (Device device = device(RecordingFileSystem.unforced(root).root()).open()) {
				if (state.operations() >= revoked) {
					assertThat(device.denial()).as("%s", state).isEqualTo(DenialReason.REVOKED);
				}
			}
			FileSystemUtils.deleteRecursively(root);
		}
	}

	private DeviceLife live(Durability durability) throws IOException {
		return live(durability, NOTHING_FAILS, new AtomicInteger());
	}

	/**
	 * Lives with a disk on which one operation fails.
	 */
	private DeviceLife live(Durability durability, int failing, AtomicInteger operations) throws IOException {
		this.spare = issue();
		Path root = Files.createDirectory(this.directory.resolve("life-" + failing));
		RecordingFileSystem disk = RecordingFileSystem.unforced(root);
		disk.faults().before((operation) -> {
			if (operations.incrementAndGet() == failing) {
				throw new IOException("Input/output error");
			}
		});
		Device device = closeAfterTest(device(disk.root()));
		return new DeviceLife(disk, device, durability, this.client, this.clock).live();
	}

	private Device device(Path root) {
		return new Device(root.resolve("new/device"), this.clock, this.request).maxSize(MAX_SIZE);
	}

	/**
	 * Starts a device in every so many-th state.
	 */
	private void assertGoesOn(DeviceLife life, int oneOf, String description) throws IOException {
		CrashStates states = life.crashStates(SEED);
		List<Acknowledged> durable = life.durable(states);
		List<String> failures = new ArrayList<>();
		for (CrashState state : sample(states, oneOf)) {
			goOn(state, required(durable, state), failures);
		}
		assertThat(failures).as(description).isEmpty();
	}

	/**
	 * Starts a device in every so many-th state that a second loss of power left, while
	 * the device started in a state that the first one left.
	 */
	private void assertGoesOnAfterAnother(DeviceLife life, int firstOneOf, int secondOneOf) throws IOException {
		CrashStates states = life.crashStates(SEED);
		List<Acknowledged> durable = life.durable(states);
		List<String> failures = new ArrayList<>();
		for (CrashState first : sample(states, firstOneOf)) {
			for (CrashState second : sample(start(first), secondOneOf)) {
				goOn(second, required(durable, first), failures);
			}
			assertThat(failures).as("%s", first).isEmpty();
		}
	}

	/**
	 * Lets every so many-th operation of a life fail once.
	 */
	private void assertGoesOnWhateverFails(Durability durability, int failingOneOf, int oneOf) throws IOException {
		AtomicInteger operations = new AtomicInteger();
		live(durability, NOTHING_FAILS, operations);
		for (int failing = 1; failing <= operations.get(); failing += failingOneOf) {
			assertGoesOn(live(durability, failing, new AtomicInteger()), oneOf, "operation " + failing + " fails");
		}
	}

	private static List<CrashState> sample(CrashStates states, int oneOf) {
		AtomicInteger number = new AtomicInteger();
		return states.all().filter((state) -> number.getAndIncrement() % oneOf == 0).toList();
	}

	/**
	 * The hashes of the entries that must be there after a loss of power.
	 */
	private static List<String> required(List<Acknowledged> durable, CrashState state) {
		return durable.stream()
			.filter((entry) -> entry.operations() <= state.operations())
			.map((entry) -> entry.entry().hash())
			.toList();
	}

	private CrashStates start(CrashState state) throws IOException {
		Path root = restore(state);
		RecordingFileSystem disk = RecordingFileSystem.unforced(root);
		try (Device device = device(disk.root()).open()) {
			device.denial();
		}
		FileSystemUtils.deleteRecursively(root);
		return disk.crashStates(SEED);
	}

	private Path restore(CrashState state) throws IOException {
		Path root = Files.createDirectory(this.survivors.resolve("disk"));
		state.image().writeTo(root);
		return root;
	}

	private void goOn(CrashState state, List<String> required, List<String> failures) throws IOException {
		if (failures.size() < MAX_FAILURES) {
			Path root = restore(state);
			try (Device device = device(RecordingFileSystem.unforced(root).root()).open()) {
				assertGoesOn(device, required);
			}
			catch (AssertionError | RuntimeException ex) {
				failures.add(state + "\n" + ex);
			}
			FileSystemUtils.deleteRecursively(root);
		}
	}

	private void assertGoesOn(Device device, List<String> required) {
		if (device.consent().bundle().isEmpty()) {
			assertThat(device.denial()).isEqualTo(DenialReason.NO_BUNDLE);
			assertThat(required.size()).as("entries without a bundle").isZero();
			device.consent().replace(this.spare, this.request);
		}
		assertThat(device.denial()).isNull();
		SignedAuditEntry next = device.call("tool:next");
		assertThat(hashes(device)).contains(next.hash()).containsAll(required);
		device.restart();
		assertThat(device.denial()).isNull();
		assertThat(device.log().headHash()).isEqualTo(next.hash());
	}

	/**
	 * The hashes of all entries: as their chains have them, or of chains whose bundle was
	 * given up after they were delivered, as they are on disk.
	 */
	private static Set<String> hashes(Device device) {
		List<ConsentBundle> retired = new ArrayList<>(device.repository().loadRetired());
		retired.removeIf((bundle) -> bundle.bundleId().equals(device.bundle().bundleId()));
		List<SignedAuditEntry> entries = new ArrayList<>(verified(device.bundle(), device.log()));
		for (ConsentBundle bundle : retired) {
			try (OfflineAuditLog log = device.openRetired(bundle)) {
				entries.addAll(verified(bundle, log));
			}
		}
		Set<String> grants = Stream.concat(retired.stream(), Stream.of(device.bundle()))
			.map((bundle) -> BundleIdentity.of(bundle).grantId())
			.collect(Collectors.toSet());
		device.allLines()
			.stream()
			.map(SignedAuditEntry::parse)
			.filter((entry) -> !grants.contains(entry.grantId()))
			.forEach(entries::add);
		return entries.stream().map(SignedAuditEntry::hash).collect(Collectors.toSet());
	}

	private static List<SignedAuditEntry> verified(ConsentBundle bundle, OfflineAuditLog log) {
		String[] keys = bundle.state().auditKeys().stream().map(AuditPublicKey::publicKey).toArray(String[]::new);
		try (Stream<String> lines = log.lines(); Stream<SignedAuditEntry> entries = log.read(1)) {
			ChainVerification found = HashChain.verify(lines, keys);
			assertThat(found.valid()).as(found.reason()).isTrue();
			return entries.toList();
		}
	}

}
