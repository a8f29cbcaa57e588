package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * What becomes of replaced bundles, oldest first: what they left is delivered or, if the
 * service will never take it, archived; then they are forgotten.
 */
final class RetiredBundles {

	private static final Log logger = LogFactory.getLog(RetiredBundles.class);

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final RetiredUploads uploads;

	private final StrandedChains stranded;

	RetiredBundles(DeviceConsent consent, BundleRepository repository, RetiredUploads uploads,
			StrandedChains stranded) {
		this.consent = consent;
		this.repository = repository;
		this.uploads = uploads;
		this.stranded = stranded;
	}

	void run(CycleReport report) {
		List<GrantexGemmaException> unreadable = new ArrayList<>();
		List<ConsentBundle> retired = new ArrayList<>(this.repository.loadRetired(unreadable::add));
		unreadable.forEach((failure) -> report.failed(SyncStep.UPLOAD, null, failure));
		if (unreadable.isEmpty()) {
			report.attempt(SyncStep.UPLOAD, () -> keep(retired));
		}
		Optional<ConsentBundle> current = this.consent.bundle();
		if (unreadable.isEmpty() && current.isPresent()) {
			forgetOthers(retired, current.get());
		}
		for (ConsentBundle bundle : retired) {
			// A crash in the middle of a replacement leaves the current one there too.
			if (!current.map(ConsentBundle::bundleId).equals(Optional.of(bundle.bundleId()))) {
				settle(bundle, report);
			}
		}
	}

	/**
	 * Writes again what was deleted while its chain is open here.
	 */
	private void keep(List<ConsentBundle> retired) {
		List<String> stored = retired.stream().map(ConsentBundle::bundleId).toList();
		for (ConsentBundle bundle : this.consent.formerChains().bundles()) {
			if (!stored.contains(bundle.bundleId())) {
				this.repository.retire(bundle);
				retired.add(bundle);
				logger.warn("The file of the former consent bundle " + bundle.bundleId()
						+ " was gone before it was delivered; it was written again");
			}
		}
	}

	private void settle(ConsentBundle bundle, CycleReport report) {
		BundleState state = bundle.state();
		Stranding stranding = (state != null) ? state.stranding() : null;
		if (stranding != null) {
			report.attempt(SyncStep.UPLOAD, bundle.bundleId(), () -> this.stranded.archive(bundle, stranding));
		}
		else if (!report.isUploadOver()) {
			report.attempt(SyncStep.UPLOAD, bundle.bundleId(), () -> this.uploads.drain(bundle, report));
		}
	}

	/**
	 * Nobody will ask any more for the chains of bundles that are not stored.
	 */
	private void forgetOthers(List<ConsentBundle> retired, ConsentBundle current) {
		List<String> stored = new ArrayList<>(retired.stream().map(ConsentBundle::bundleId).toList());
		stored.add(current.bundleId());
		this.consent.log().ifPresent((log) -> log.forgetReplaced(stored));
	}

}
