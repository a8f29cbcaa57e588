package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The end of a schedule: the network is back, clocks are right, a person does what only a
 * person may do. Everything must then come to rest, and be where it belongs.
 */
final class Convergence {

	private static final int ROUNDS = 24;

	/** After how many rounds a person helps a device that does not help itself. */
	private static final int PATIENCE = 3;

	private final Field field;

	private final CallSteps calls;

	/** Whether a new bundle is allowed also after a revocation. */
	private final boolean forgiving;

	private final Consumer<String> protocol;

	Convergence(Field field, CallSteps calls, boolean forgiving, Consumer<String> protocol) {
		this.field = field;
		this.calls = calls;
		this.forgiving = forgiving;
		this.protocol = protocol;
	}

	void run() {
		this.field.calm();
		this.protocol
			.accept("the end: " + (this.forgiving ? "new bundles also after a revocation" : "revoked is revoked"));
		for (FieldDevice device : this.field.devices()) {
			device.clock().offset(Duration.ZERO);
			this.calls.endAll(device);
			device.reissueAfter(null);
			device.restart();
		}
		int quiet = 0;
		for (int round = 0; quiet < 2; round++) {
			assertThat(round).as("rounds until everything is at rest").isLessThan(ROUNDS);
			this.field.advance((round < 6) ? Duration.ofMinutes(2) : Duration.ofHours(9));
			boolean rest = true;
			for (FieldDevice device : this.field.devices()) {
				rest &= advance(device, round);
			}
			this.field.check();
			quiet = rest ? quiet + 1 : 0;
		}
		this.field.devices().forEach(this::requireAtRest);
		requireDelivered();
	}

	/**
	 * One cycle, and what a person does about its outcome.
	 * @return whether nothing was left to do
	 */
	private boolean advance(FieldDevice device, int round) {
		this.protocol.accept(this.field.sync(device));
		SyncResult result = Objects.requireNonNull(device.sync().synchronizer().status().lastResult());
		DenialReason denial = device.denial();
		String bundle = device.bundleId();
		String allowed = decision(device, denial, bundle, round);
		if (allowed != null && !allowed.equals(device.reissueAfter())) {
			device.reissueAfter(allowed);
			this.protocol.accept(device + " operator allows a bundle after " + allowed + " (" + denial + ")");
			return false;
		}
		if (denial != null && isFinal(device, denial)) {
			return result.accepted() == 0;
		}
		return result.isSuccessful() && result.accepted() == 0 && !result.issued() && !result.refreshed()
				&& result.unsynchronized() == 0 && denial == null;
	}

	/**
	 * After which bundle a person allows a new one, if that takes a person.
	 */
	private @Nullable String decision(FieldDevice device, @Nullable DenialReason denial, @Nullable String bundle,
			int round) {
		if (Field.isAttack(denial) && !Objects.equals(bundle, device.reissueAfter())) {
			return (denial != DenialReason.REVOKED || this.forgiving) ? bundle : null;
		}
		if (denial == null) {
			return null;
		}
		// The newest one may be another, which this device never had or knows no more.
		String withdrawn = this.field.withdrawn(device.request());
		if (withdrawn != null) {
			return this.forgiving ? withdrawn : null;
		}
		return (round > PATIENCE) ? bundle : null;
	}

	/**
	 * Without the operator a revocation is the end, also of a device that has lost what
	 * it knew.
	 */
	private boolean isFinal(FieldDevice device, DenialReason denial) {
		return !this.forgiving && (denial == DenialReason.REVOKED || this.field.withdrawn(device.request()) != null);
	}

	private void requireAtRest(FieldDevice device) {
		DenialReason denial = device.denial();
		if (denial != null) {
			assertThat(isFinal(device, denial)).as("%s is denied: %s", device, denial).isTrue();
		}
		else {
			assertThat(device.retiredBundles()).as("retired bundles of %s", device).isEmpty();
		}
		device.bundle().filter((bundle) -> !device.isTampered()).ifPresent((bundle) -> {
			boolean grows = bundle.state().stranding() == null
					&& this.field.service().bundle(bundle.bundleId()).isPresent();
			if (grows && !device.isKeyErased()) {
				assertThat(device.chain().isDelivered(this.field.evidence().atService(bundle.bundleId())))
					.as("chain of %s at the service", device)
					.isTrue();
			}
			assertThat(verify(device).valid()).as("chain of %s", device).isTrue();
		});
	}

	private static ChainVerification verify(FieldDevice device) {
		List<String> keys = device.bundle()
			.orElseThrow()
			.state()
			.auditKeys()
			.stream()
			.map(AuditPublicKey::publicKey)
			.toList();
		return device.sync()
			.device()
			.consent()
			.log()
			.map((log) -> log.verify(log.verifier(keys)))
			.orElseGet(() -> new ChainVerification(true, -1, null, 0, List.of()));
	}

	/**
	 * Each acknowledged entry is at the service, or in an archive that an entry there
	 * names.
	 */
	private void requireDelivered() {
		Set<String> delivered = new HashSet<>();
		EvidenceModel evidence = this.field.evidence();
		evidence.accepted()
			.values()
			.forEach((entries) -> entries.forEach((entry) -> delivered.add(EvidenceModel.hash(entry))));
		for (FieldDevice device : this.field.devices()) {
			delivered.addAll(new ArchiveCheck(device, evidence, this.field.figures()).entries());
			if (device.denial() != null) {
				// Nothing follows that could name an archive.
				evidence.entries(device).forEach((entry) -> delivered.add(entry.hash()));
			}
		}
		List<String> missing = new ArrayList<>();
		for (String hash : evidence.owed()) {
			if (!delivered.contains(hash) && !isForgotten(hash)) {
				missing.add(evidence.written(hash) + " of " + evidence.bundleOf(evidence.written(hash).grantId()));
			}
		}
		assertThat(missing).as("acknowledged entries neither at the service nor in an archive").isEmpty();
	}

	/**
	 * What the service had and lost, and no device can deliver any more.
	 */
	private boolean isForgotten(String hash) {
		EvidenceModel evidence = this.field.evidence();
		String bundle = evidence.bundleOf(evidence.written(hash).grantId());
		return evidence.everAccepted().containsKey(hash) && this.field.devices()
			.stream()
			.filter((device) -> Objects.equals(bundle, device.bundleId()) && !device.isKeyErased())
			.noneMatch((device) -> evidence.entries(device).stream().anyMatch((entry) -> entry.hash().equals(hash)));
	}

}
