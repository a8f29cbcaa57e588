package dev.grantex.gemma.cloud;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.SignedAuditEntry;

/**
 * Audit entries that fit into one upload, encoded once: what was measured is what is
 * sent.
 */
public final class SyncBatch {

	/**
	 * The largest body the service takes, in bytes.
	 */
	public static final int MAX_BODY_BYTES = 1_048_576;

	/**
	 * The most entries the service takes at once.
	 */
	public static final int MAX_ENTRIES = 1000;

	private static final String TAIL = "]}";

	private final String bundleId;

	private final byte[] body;

	private final int size;

	private SyncBatch(String bundleId, byte[] body, int size) {
		this.bundleId = bundleId;
		this.body = body;
		this.size = size;
	}

	/**
	 * Takes as many entries from the front as fit.
	 * @param bundleId the bundle whose chain the entries belong to
	 * @param deviceId the device they come from
	 * @param entries the entries in sequence
	 * @param maxEntries how many to take, 1 to {@link #MAX_ENTRIES}
	 * @param maxBodyBytes how large the body may become, in bytes, at most
	 * {@link #MAX_BODY_BYTES}
	 * @return a batch; empty if there are no entries or the first does not fit
	 * @throws IllegalArgumentException if the bundle id is not valid, a limit is out of
	 * range, or an entry's metadata is not JSON
	 */
	public static SyncBatch fill(String bundleId, @Nullable String deviceId, Iterable<SignedAuditEntry> entries,
			int maxEntries, int maxBodyBytes) {
		if (maxEntries < 1 || maxEntries > MAX_ENTRIES || maxBodyBytes < 1 || maxBodyBytes > MAX_BODY_BYTES) {
			throw new IllegalArgumentException("The batch limits are out of range");
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(utf8(head(BundleIds.require(bundleId), deviceId)));
		int size = 0;
		for (SignedAuditEntry entry : entries) {
			byte[] encoded = utf8(((size == 0) ? "" : ",") + entry.toJson());
			if (size == maxEntries || body.size() + encoded.length + TAIL.length() > maxBodyBytes) {
				break;
			}
			body.writeBytes(encoded);
			size++;
		}
		body.writeBytes(utf8(TAIL));
		return new SyncBatch(bundleId, body.toByteArray(), size);
	}

	/**
	 * Takes all entries.
	 * @param bundleId the bundle whose chain the entries belong to
	 * @param deviceId the device they come from
	 * @param entries the entries in sequence
	 * @return a batch
	 * @throws IllegalArgumentException if they do not fit into one upload, or as
	 * {@link #fill} does
	 */
	public static SyncBatch of(String bundleId, @Nullable String deviceId, List<SignedAuditEntry> entries) {
		SyncBatch batch = fill(bundleId, deviceId, entries, MAX_ENTRIES, MAX_BODY_BYTES);
		if (batch.size() != entries.size()) {
			throw new IllegalArgumentException("The entries do not fit into one upload");
		}
		return batch;
	}

	/**
	 * How many bytes an entry takes in a body, without the comma between entries.
	 * @throws IllegalArgumentException if the entry's metadata is not JSON
	 */
	public static int encodedSize(SignedAuditEntry entry) {
		return utf8(entry.toJson()).length;
	}

	/**
	 * How many entries the batch holds.
	 */
	public int size() {
		return this.size;
	}

	/**
	 * How many bytes the request's body has.
	 */
	public int bodyBytes() {
		return this.body.length;
	}

	/**
	 * The bundle whose chain the entries belong to.
	 */
	public String bundleId() {
		return this.bundleId;
	}

	byte[] body() {
		return this.body;
	}

	private static String head(String bundleId, @Nullable String deviceId) {
		String device = (deviceId != null) ? ",\"deviceId\":" + CanonicalJson.write(deviceId) : "";
		return "{\"bundleId\":" + CanonicalJson.write(bundleId) + device + ",\"entries\":[";
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
