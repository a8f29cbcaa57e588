package dev.grantex.gemma.sync;

import java.util.List;
import java.util.function.Predicate;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.bundle.StrandingReason;

/**
 * What the service can answer about a chain, of the current bundle or of a replaced one.
 */
abstract class ChainFixture extends SyncFixture {

	/**
	 * Whose chain it is.
	 */
	enum Whose {

		CURRENT, RETIRED

	}

	/**
	 * A device that asks for no bundle by itself, so that what becomes of the chain can
	 * be looked at.
	 */
	protected SyncDevice chainDevice() {
		return syncDevice().autoIssue(false);
	}

	/**
	 * Fills a chain.
	 * @return the id of its bundle
	 */
	protected String fill(SyncDevice device, Whose whose, int entries) {
		String bundleId = bundleId(device);
		device.device().calls(entries);
		if (whose == Whose.RETIRED) {
			device.device().consent().replace(issue(), this.request);
		}
		return bundleId;
	}

	/**
	 * Lets the service answer in a certain way whenever an entry is sent.
	 */
	protected void answerTo(String bundleId, long sequence, int status, String body) {
		this.simulator.faults().respondWhen(Route.SYNC, sends(bundleId, sequence), status, body, Faults.ALWAYS);
	}

	/**
	 * Lets the service refuse an entry for a reason.
	 */
	protected void refuse(String bundleId, long sequence, String code) {
		answerTo(bundleId, sequence, 400, rejected("INVALID_AUDIT_ENTRIES", sequence, code));
	}

	protected static String rejected(String error, Object sequence, String code) {
		return "{\"code\":\"" + error + "\",\"message\":\"no\",\"errors\":[{\"seq\":" + sequence + ",\"code\":\"" + code
				+ "\",\"message\":\"x\"}]}";
	}

	protected static Predicate<JsonNode> sends(String bundleId, long sequence) {
		return (body) -> bundleId.equals(body.path("bundleId").asString(""))
				&& body.path("entries").valueStream().anyMatch((entry) -> entry.path("seq").longValue() == sequence);
	}

	/**
	 * The sequence numbers of each upload.
	 */
	protected List<String> ranges() {
		return batches().stream().map((batch) -> {
			JsonNode entries = batch.get("entries");
			return entries.get(0).get("seq").longValue() + "-" + entries.get(entries.size() - 1).get("seq").longValue();
		}).toList();
	}

	protected static ChainStranded stranded(String bundleId, StrandingReason reason, Long sequence) {
		return new ChainStranded(bundleId, reason, sequence);
	}

	/**
	 * What the current chain says of archived ones.
	 */
	protected static List<JsonNode> archived(SyncDevice device) {
		try (var entries = device.device().log().read(1)) {
			return entries.filter((entry) -> entry.action().equals("grantex:chain-archived"))
				.map((entry) -> JSON.readTree(entry.toJson()).get("metadata"))
				.toList();
		}
	}

}
