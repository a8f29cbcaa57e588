package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.List;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * A log of a bundle as an application has stored it. The log of such a bundle must be
 * there: it is begun once, and never again because it is missing.
 */
abstract class StoredLogFixture extends AuditLogFixture {

	final Acknowledgements acknowledgements = new Acknowledgements();

	static ConsentBundle storedBundle() {
		ConsentBundle bundle = AuditVectors.bundle();
		AuditPublicKey key = new AuditPublicKey(bundle.offlineAuditKey().publicKey(), 1);
		return bundle.withState(new BundleState(null, List.of(key), false, null));
	}

	@Override
	OfflineAuditLog open() {
		return builder().open();
	}

	AuditLogBuilder builder() {
		return OfflineAuditLog.builder(this.file, storedBundle()).sealPace(Duration.ofDays(1));
	}

	/**
	 * Begins the log and opens it.
	 */
	OfflineAuditLog create(Durability durability) {
		builder().begin();
		return builder().durability(durability).open();
	}

	/**
	 * Appends entries that must be there from then on.
	 */
	void appendAcknowledged(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			SignedAuditEntry entry = log.append("tool:x", this.grant, "success", null);
			this.acknowledgements.add(entry.seq(), entry.hash());
		}
	}

}
