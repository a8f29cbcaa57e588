package dev.grantex.gemma.bundle;

/**
 * Why a bundle's chain can no longer grow on the service.
 */
public enum StrandingReason {

	/** The service has other entries in this chain's place. */
	FORKED("forked", true),

	/** The service has entries of this chain that this device does not have. */
	ROLLED_BACK("rolled_back", true),

	/** The service refuses an entry, and with it all that follow. */
	ENTRY_REFUSED("rejected", false),

	/** There is no key left whose signatures the service would take. */
	KEY_LOST("key_lost", false),

	/** The service does not know the bundle. */
	BUNDLE_UNKNOWN("bundle_unknown", false),

	/** The log ends before what was acknowledged. */
	LOG_TRUNCATED("log_truncated", true),

	/** The log is not what was written. */
	LOG_CORRUPTED("log_corrupted", true),

	/** A file of the log, or its seal, is gone. */
	LOG_MISSING("log_missing", true),

	/** The log was sealed with a key that the stored bundle does not know. */
	BUNDLE_OUTDATED("bundle_outdated", true),

	/** The chain's bundle is gone, and some of its entries cannot be delivered. */
	BUNDLE_MISSING("bundle_missing", true),

	/** The device had no files of the newest bundle that the service knows for it. */
	DEVICE_ERASED("device_erased", false);

	private final String code;

	private final boolean attackPossible;

	StrandingReason(String code, boolean attackPossible) {
		this.code = code;
		this.attackPossible = attackPossible;
	}

	/**
	 * The reason as it stands in files, audit entries and denials.
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Whether somebody may have caused it on purpose, so that a person has to decide what
	 * follows.
	 */
	public boolean isAttackPossible() {
		return this.attackPossible;
	}

	/**
	 * The reason with a code.
	 * @throws IllegalArgumentException if there is none
	 */
	public static StrandingReason of(String code) {
		for (StrandingReason reason : values()) {
			if (reason.code.equals(code)) {
				return reason;
			}
		}
		throw new IllegalArgumentException("Unknown reason");
	}

}
