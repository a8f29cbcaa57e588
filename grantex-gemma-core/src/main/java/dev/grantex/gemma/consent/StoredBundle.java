package dev.grantex.gemma.consent;

import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;

/**
 * The current bundle as it is stored, and what of it could not be stored yet. Every
 * bundle that comes from here has a {@linkplain BundleState state}. A bundle is stored
 * with a state only after its chain has a seal: from then on a seal that is not there is
 * missing. Used under the consent's lock.
 */
final class StoredBundle {

	private static final Log logger = LogFactory.getLog(StoredBundle.class);

	private final BundleRepository repository;

	private final AuditLogs logs;

	private final BundleCheck check;

	/** To be stored once that is possible. */
	private @Nullable ConsentBundle unsaved;

	/** As another package stored it, as long as it was not taken over. */
	private @Nullable ConsentBundle foreign;

	StoredBundle(BundleRepository repository, AuditLogs logs, BundleCheck check) {
		this.repository = repository;
		this.logs = logs;
		this.check = check;
	}

	/**
	 * Loads the bundle, or answers with what could not be stored yet. One that another
	 * package stored is given a state, which is not stored yet.
	 * @throws GrantexGemmaException if it cannot be read
	 */
	Optional<ConsentBundle> load() {
		return (this.unsaved != null) ? Optional.of(this.unsaved) : this.repository.load().map(this::withState);
	}

	/**
	 * Takes over a loaded bundle that another package stored, if it is this device's.
	 */
	void adopt(ConsentBundle bundle) {
		if (this.foreign != null && this.check.isForThisDevice(bundle)) {
			this.logs.of(this.foreign).begin();
			store(bundle);
		}
	}

	void save(ConsentBundle bundle) {
		if (this.foreign != null) {
			sealBeforehand(this.foreign);
		}
		store(bundle);
	}

	/**
	 * Begins the chain of a bundle and stores the bundle in place of another, which is
	 * kept beside it.
	 * @param former the bundle that becomes a former one; without it nothing must be
	 * stored
	 * @throws AuditLogException if the chain cannot be begun; nothing is stored then
	 */
	void replace(@Nullable ConsentBundle former, ConsentBundle bundle) {
		if (former == null && this.repository.load().isPresent()) {
			throw new IllegalStateException("A bundle that was not entered is not replaced");
		}
		this.logs.of(bundle).begin();
		if (former != null) {
			// One without a state gets its seal when its chain is opened.
			this.repository.retire((this.foreign != null) ? this.foreign : former);
		}
		store(bundle);
	}

	/**
	 * Does the same in place of one whose chain is archived, which is not kept.
	 */
	void succeed(String formerId, ConsentBundle bundle) {
		this.logs.of(bundle).begin();
		store(bundle);
		try {
			// A crash in the middle of a replacement may have left a copy.
			this.repository.deleteRetired(formerId);
		}
		catch (GrantexGemmaException ex) {
			logger.warn("A copy of the replaced bundle could not be deleted: " + ex.getMessage());
		}
	}

	/**
	 * Archives the chains without bundles that a stored bundle's chain has to name, if
	 * that was not done: first of all it was stored which ones these are, so that a crash
	 * in between hides none of them.
	 * @return the bundle that knows their archives
	 * @throws AuditLogException if one cannot be archived now; it can be tried again
	 */
	ConsentBundle archiveOrphans(ConsentBundle bundle) {
		BundleState state = bundle.state();
		// Whether it is settled which chain the first entry names.
		boolean begun = state == null || state.predecessor() != null || state.orphans().isEmpty();
		if (state == null || (begun && state.orphans().stream().allMatch(Orphan::isArchived))) {
			return bundle;
		}
		List<Orphan> archived = state.orphans()
			.stream()
			.map((orphan) -> orphan.isArchived() ? orphan : archive(bundle, orphan))
			.toList();
		ConsentBundle named = bundle.withState(begun ? state.withOrphans(archived)
				: state.withPredecessor(archived.get(0).named()).withOrphans(archived.subList(1, archived.size())));
		try {
			saveOrKeep(named);
		}
		catch (GrantexGemmaException ex) {
			logger.warn("Where evidence without its bundle was archived could not be stored yet: " + ex.getMessage());
		}
		return named;
	}

	private Orphan archive(ConsentBundle bundle, Orphan orphan) {
		Predecessor named = orphan.named();
		ArchivedChain archived = this.logs.of(bundle).archiveOrphan(orphan.grantId(), named.bundleId());
		return new Orphan(orphan.grantId(),
				named.archivedAs(archived.lastSequence(), archived.lastHash(), archived.name(), archived.sha256()));
	}

	void saveEventually(ConsentBundle bundle) {
		this.unsaved = bundle;
	}

	/**
	 * Stores a bundle, and remembers that it is to be stored if that fails.
	 */
	void saveOrKeep(ConsentBundle bundle) {
		this.unsaved = bundle;
		save(bundle);
	}

	/**
	 * Stores a bundle whose key was erased. A crash in the middle of a replacement may
	 * have left a copy with the key.
	 */
	void saveErased(ConsentBundle bundle) {
		this.repository.deleteRetired(bundle.bundleId());
		save(bundle);
	}

	boolean isForeign() {
		return this.foreign != null;
	}

	boolean hasUnsaved() {
		return this.unsaved != null;
	}

	void saveUnsaved() {
		if (this.unsaved != null) {
			save(this.unsaved);
		}
	}

	/**
	 * Looks whether a bundle that was loaded or stored is still there, and writes it
	 * again if nothing is.
	 * @return why it is not kept there, or null if it is
	 */
	@Nullable DenialReason keep(ConsentBundle bundle) {
		if (this.unsaved != null || this.foreign != null) {
			return null;
		}
		try {
			Optional<ConsentBundle> present = this.repository.load();
			if (present.isPresent()) {
				return BundleCheck.isSame(present.get(), bundle) ? null : DenialReason.BUNDLE_DISPLACED;
			}
			this.repository.save(bundle);
			logger.warn("The consent bundle's file was gone while the application runs; it was written again");
			return null;
		}
		catch (FileUnavailableException ex) {
			logger.debug("The consent bundle cannot be kept where it was stored", ex);
			return DenialReason.BUNDLE_UNWRITABLE;
		}
		catch (GrantexGemmaException ex) {
			logger.debug("Something else is where the consent bundle was stored", ex);
			return DenialReason.BUNDLE_DISPLACED;
		}
	}

	private void store(ConsentBundle bundle) {
		this.repository.save(bundle);
		this.unsaved = null;
		this.foreign = null;
	}

	/**
	 * What has to be stored must not wait for a log that is broken.
	 */
	private void sealBeforehand(ConsentBundle unsealed) {
		try {
			this.logs.of(unsealed).begin();
		}
		catch (AuditLogException ex) {
			logger.warn("The audit log of a bundle that another package stored could not be taken over (" + ex.reason()
					+ ")");
		}
	}

	private ConsentBundle withState(ConsentBundle stored) {
		this.foreign = (stored.state() == null) ? stored : null;
		if (stored.state() != null) {
			return stored;
		}
		boolean own = this.check.isForThisDevice(stored);
		return stored.withState(BundleState.initial(stored, own ? this.check.request() : null));
	}

}
