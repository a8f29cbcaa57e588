package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.SimulatedBundle;

import dev.grantex.gemma.audit.verifier.Auditor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what a device has, does and says with what a witness knows of its calls and an
 * adversary of what was done to its files.
 */
final class Judge {

	private final Attackable device;

	private final GrantexSimulator service;

	private final Witness witness;

	private final FileAttacks files;

	private final Path place;

	/** Every entry that was ever seen, by its hash. */
	private final Map<String, ReadEntry> seen = new HashMap<>();

	/** The hashes of those of which a seal has known. */
	private final Set<String> sealed = new HashSet<>();

	private final Set<String> keys = new LinkedHashSet<>();

	/**
	 * Creates a judge.
	 * @param place where the device's files are, and what was taken from there
	 */
	Judge(Attackable device, GrantexSimulator service, Witness witness, FileAttacks files, Path place) {
		this.device = device;
		this.service = service;
		this.witness = witness;
		this.files = files;
		this.place = place;
	}

	/**
	 * What must hold at any time.
	 */
	void check() {
		this.files.settle();
		assertThat(this.witness.deceived()).as("calls whose callers were told what is not so").isEmpty();
		Evidence evidence = evidence();
		assertThat(evidence.kept().values()).as("entries about calls that did not run")
			.filteredOn((entry) -> entry.call() != null && !this.witness.hasRun(entry.call()))
			.isEmpty();
		assertThat(missing(evidence)).as("calls on record whose entries nobody can have removed")
			.filteredOn((call) -> !this.files.mayHaveHit(call) && !isCutOff(call))
			.isEmpty();
		assertThat(this.device.look().reason()).as("reason without a revocation").isNotEqualTo("revoked");
	}

	/**
	 * Whether the entry of a call came after damage to the open log, and no seal knew of
	 * it: a start cannot tell that from what a crash leaves, and puts it aside.
	 */
	private boolean isCutOff(Witness.Call call) {
		return this.files.hasDamagedOpenLog() && this.seen.values()
			.stream()
			.noneMatch((entry) -> call.id().equals(entry.call()) && this.sealed.contains(entry.hash()));
	}

	/**
	 * What must hold where nothing is wrong with the files, whatever the network does.
	 * @param begun when that began
	 */
	void requireUndisturbed(long begun) {
		assertThat(this.device.look()).as("what health says while the files are whole")
			.matches(Attackable.Seen::up, "UP");
		assertThat(this.witness.calls()).as("calls that were not let in, or not recorded, while the files are whole")
			.filteredOn((call) -> call.begun() > begun && call.told() != Witness.Told.RECORDED)
			.isEmpty();
	}

	private Evidence evidence() {
		Evidence evidence = Evidence.of(this.place, this.service);
		for (ReadEntry entry : evidence.kept().values()) {
			this.seen.put(entry.hash(), entry);
			if (evidence.isSealed(entry)) {
				this.sealed.add(entry.hash());
			}
		}
		this.service.bundles().forEach((bundle) -> this.keys.add(bundle.auditPublicKey()));
		return evidence;
	}

	private List<Witness.Call> missing(Evidence evidence) {
		Set<String> found = evidence.calls();
		return this.witness.recorded().stream().filter((call) -> !found.contains(call.id())).toList();
	}

	/**
	 * Whether everything is there that ever was, and nothing was done that could not be
	 * put right.
	 */
	boolean isWhole() {
		Evidence evidence = evidence();
		return this.files.active().isEmpty() && this.files.scars().isEmpty() && missing(evidence).isEmpty()
				&& this.seen.keySet().stream().allMatch(evidence::has);
	}

	/**
	 * What a seal has known of a chain of which something is left cannot be gone
	 * unnoticed.
	 */
	void requireTold() {
		Attackable.Seen health = this.device.look();
		Evidence evidence = evidence();
		assertThat(lost(evidence)).as("entries that are gone, and health does not tell")
			.filteredOn((entry) -> evidence.hasTraceOf(entry.grantId()))
			.filteredOn((entry) -> health.up() && !health.details().contains(bundleOf(entry.grantId())))
			.isEmpty();
	}

	/**
	 * The entries that are gone although a seal has known of them.
	 */
	private List<ReadEntry> lost(Evidence evidence) {
		Set<String> missing = new HashSet<>();
		missing(evidence).forEach((call) -> missing.add(call.id()));
		return this.seen.values()
			.stream()
			.filter((entry) -> entry.call() != null && missing.contains(entry.call()))
			.filter((entry) -> this.sealed.contains(entry.hash()))
			.toList();
	}

	private String bundleOf(String grantId) {
		return this.service.bundles()
			.stream()
			.filter((bundle) -> bundle.grantId().equals(grantId))
			.map(SimulatedBundle::id)
			.findFirst()
			.orElse(grantId);
	}

	/**
	 * The verifier finds nothing in what is whole, and does not take for whole what is
	 * not. Nothing runs meanwhile.
	 */
	void requireTrueVerdict(boolean whole) throws IOException {
		List<Path> logs = logs();
		if (logs.isEmpty() || this.keys.isEmpty()) {
			return;
		}
		Path pem = this.place.resolve("keys.pem");
		Files.writeString(pem, String.join("\n", this.keys));
		Auditor auditor = Auditor.examine(pem, logs);
		if (whole) {
			assertThat(auditor).as("verdict on files that are whole").matches((verdict) -> verdict.code() == 0);
		}
		Evidence evidence = evidence();
		Set<String> given = new HashSet<>();
		for (Path log : logs) {
			Evidence.entries(Files.readAllBytes(log)).forEach((entry) -> given.add(entry.grantId()));
		}
		boolean incomplete = lost(evidence).stream()
			.anyMatch((entry) -> given.contains(entry.grantId()) && evidence.isSealed(entry));
		if (incomplete) {
			assertThat(auditor).as("verdict on files that lack entries").matches((verdict) -> verdict.code() != 0);
		}
	}

	private List<Path> logs() throws IOException {
		try (Stream<Path> files = Files.list(this.device.directory())) {
			return files.filter((file) -> file.getFileName().toString().endsWith(".jsonl") && Files.isRegularFile(file))
				.toList();
		}
	}

}
