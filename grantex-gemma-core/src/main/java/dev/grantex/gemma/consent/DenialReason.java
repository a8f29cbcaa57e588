package dev.grantex.gemma.consent;

import java.util.Optional;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.TokenExpiredException;
import dev.grantex.gemma.bundle.StrandingReason;

/**
 * Why a call may not run. Each reason has a code for audit entries and details, a message
 * that is safe to show to a language model and its user and says what these can do, and a
 * remedy for the operator.
 */
public enum DenialReason {

	/** The library is switched off. */
	DISABLED("disabled", "Agent tools are switched off", "Set grantex.gemma.enabled to true."),

	/** The application is starting or shutting down. */
	NOT_RUNNING("not_running", "Agent tools are not available while the application starts or stops",
			"Wait until the application is ready."),

	/** There is no consent bundle on the device. */
	NO_BUNDLE("no_bundle", "There is no consent on this device yet",
			"Connect the device and check grantex.gemma.api.*, agent-id, user-id, scopes and bundle.auto-issue. If the last"
					+ " bundle was revoked, a new one needs grantex.gemma.bundle.reissue-after set to its id."),

	/** Evidence is on the device without its bundle, and the service does not take it. */
	BUNDLE_MISSING("bundle_missing", "Evidence on this device cannot be delivered without its consent",
			"Find out who removed the consent bundle's file, and keep the log files as evidence. Restore the newest copy at"
					+ " grantex.gemma.bundle.path; if there is none, allow a new bundle: set"
					+ " grantex.gemma.bundle.reissue-after to the ids that health names under orphans and restart; see"
					+ " docs/recovery.md."),

	/** The stored bundle could not be read or decrypted. */
	BUNDLE_UNREADABLE("bundle_unreadable", "The stored consent cannot be read",
			"Check grantex.gemma.bundle.encryption-key (or passphrase) and previous-keys, and who may access"
					+ " grantex.gemma.bundle.path; to start over, " + Remedy.MOVE_AWAY),

	/** The bundle file is a link, or others may write it. */
	BUNDLE_UNSAFE("bundle_unsafe", "The stored consent is not safe from others",
			"Make sure that nobody changed the file at grantex.gemma.bundle.path. Then make it a regular file (chmod 600) in a"
					+ " directory (chmod 700), and give both to this application's user (chown). The application's log says"
					+ " what is wrong."),

	/** Something else took the place of the stored bundle while the application runs. */
	BUNDLE_DISPLACED("bundle_displaced", "Something else is in the place of the stored consent",
			"Move what is at grantex.gemma.bundle.path now away, after finding out who put it there; the application writes"
					+ " its own bundle there again in the next cycle, and calls go on. Do not stop it before: it would"
					+ " lose that bundle."),

	/**
	 * The stored bundle is gone while the application runs, and cannot be written again.
	 */
	BUNDLE_UNWRITABLE("bundle_unwritable", "The consent cannot be kept on this device",
			"Check free space and permissions at grantex.gemma.bundle.path; the bundle is written there again in the next"
					+ " cycle, and calls go on. Do not stop the application before: it would lose that bundle."),

	/** The stored bundle was issued for something else than is configured. */
	BUNDLE_MISMATCH("bundle_mismatch", "The stored consent is for another agent, user, device or set of scopes",
			"Restore the former grantex.gemma.agent-id, user-id, device-id and scopes, or connect the device: a new bundle"
					+ " is requested, unless grantex.gemma.bundle.auto-issue is false."),

	/** The bundle's own grant token does not verify. */
	GRANT_INVALID("grant_invalid", "The stored grant is not valid",
			"Check grantex.gemma.verifier.*; else " + Remedy.MOVE_AWAY),

	/** The grant lacks a scope that is required. */
	SCOPE_VIOLATION("scope_violation", "The grant lacks a required scope",
			"Ask the user to consent to the scopes that are missing, or correct grantex.gemma.verifier.required-scopes."),

	/** The bundle or its token has expired. */
	EXPIRED("expired", "The consent on this device has expired",
			"Connect the device: a new bundle is requested, unless grantex.gemma.bundle.auto-issue is false."),

	/** The JWKS snapshot may not be used any more. */
	SNAPSHOT_EXPIRED("snapshot_expired", "The keys on this device are out of date",
			"Connect the device so that the bundle is refreshed."),

	/** The user or the service withdrew the consent. */
	REVOKED("revoked", "The consent was revoked",
			"Nothing runs until an operator allows a new bundle. If the user consents again, set"
					+ " grantex.gemma.bundle.reissue-after to this bundle's id and restart."),

	/** The device's clock stands before a moment that has already been. */
	CLOCK_ROLLBACK("clock_rollback", "The clock of this device is wrong",
			"Correct the device's clock, or connect the device if it was ahead before; calls are allowed again at once."),

	/** The device's clock is known to be ahead, and shows a time when all has ended. */
	CLOCK_AHEAD("clock_ahead", "The clock of this device is wrong",
			"Set the device's clock: it is ahead of the service's, and by it the bundle has ended. Health and the"
					+ " application's log name both times; calls are allowed again at once."),

	/** The caller presented no valid token of its own. */
	AUTH_FAILURE("auth_failure", "The caller has no valid grant", "Call with a valid grant token as bearer token."),

	/** Nobody knows which request the call is part of. */
	NO_CALLER("no_caller", "It is not known who asks for this call",
			"Pass the security context on to where the call is made, to another thread or subscription."),

	/** Another process writes the audit log. */
	LOG_LOCKED("log_locked", "The audit log is in use by another process",
			"Stop the other process, or give each its own grantex.gemma.audit.path."),

	/** Another part of this process writes the audit log. */
	LOG_HELD("log_locked", "The audit log is in use by another part of this application",
			"Close the other application context, or let the calls end that it still records, or give each its own"
					+ " grantex.gemma.audit.path."),

	/** The audit log cannot be written. */
	LOG_UNWRITABLE("log_unwritable", "The audit log cannot be written",
			"Check free space and permissions at grantex.gemma.audit.path."),

	/** The audit log does not continue the chain it should. */
	LOG_CORRUPTED("log_corrupted", "The audit log is damaged",
			"Keep the log files as evidence and verify them. If an older copy of one was put in place, or the newest copies"
					+ " can be restored, stop the application, restore the newest copies, and start it; else "
					+ Remedy.ALLOW),

	/** A file of the log, or its seal, is not where it was. */
	LOG_MISSING("log_missing", "A part of the audit log is missing",
			"Put the missing file of the log or its seal back beside grantex.gemma.audit.path; if there is no copy, "
					+ Remedy.ALLOW),

	/** Another file lies in the place of the log, which is open and whole. */
	LOG_DISPLACED("log_missing", "Another file is in the place of the audit log",
			"Move the file at grantex.gemma.audit.path away while the application runs, and do not stop it before: only"
					+ " the process still has the log itself. It then writes it again in its place, and calls are allowed"
					+ " again at once."),

	/** The log was sealed with a key that the stored bundle does not know. */
	BUNDLE_OUTDATED("bundle_outdated", "The stored consent is an older copy than its audit log",
			"Restore the newest copy of the file at grantex.gemma.bundle.path. If nobody put an older one in its place,"
					+ " keep the log files as evidence: somebody changed their seal. If there is no copy, "
					+ Remedy.ALLOW),

	/** Entries that were acknowledged are no longer in the log. */
	LOG_TRUNCATED("log_truncated", "The audit log has lost entries",
			"Keep the log files as evidence, find out what removed entries, and restore the newest copy; if there is none, "
					+ Remedy.ALLOW),

	/** The log is a link, or others may write it. */
	LOG_UNSAFE("log_unsafe", "The audit log is not safe from others",
			"Make sure that nobody changed the files at grantex.gemma.audit.path. Then make them regular files (chmod 600) in"
					+ " a directory (chmod 700), and give all to this application's user (chown). The application's log names"
					+ " the file."),

	/** There is no room for another entry. */
	LOG_FULL("log_full", "The audit log is full",
			"Connect the device so that evidence is delivered and can be deleted; check free space at"
					+ " grantex.gemma.audit.path, audit.max-total-size, and max-size if rotate-on-size is false."),

	/** The bundle's audit key cannot be used. */
	KEY_UNUSABLE("key_unusable", "The key for signing evidence is missing", Remedy.CONNECT),

	/** The service would refuse every entry under this bundle. */
	BUNDLE_UNUSABLE("bundle_unusable", "The stored consent cannot be used",
			"Check the agent's registration and scopes; then " + Remedy.MOVE_AWAY),

	/** The service has other entries in the chain's place. */
	FORKED("forked", "The service holds other evidence in this device's place",
			"Find out where an older copy of the files, or a cloned device, is at work. Then " + Remedy.ALLOW),

	/** The service has entries that this device has lost. */
	ROLLED_BACK("rolled_back", "The audit log is older than what the service has of it",
			"Stop the application and restore the newest copy of log, seal and bundle, or find out where a clone of this"
					+ " device is at work; else " + Remedy.ALLOW),

	/** The service refuses an entry, and with it all that follow. */
	REJECTED("rejected", "The service does not accept this device's evidence", Remedy.CONNECT),

	/** No key is left whose signatures the service would take. */
	KEY_LOST("key_lost", "The key for signing evidence is lost", Remedy.CONNECT),

	/** The service does not know the bundle under this API key. */
	BUNDLE_UNKNOWN("bundle_unknown", "The service does not know the consent on this device",
			"Check grantex.gemma.api.base-url, and that grantex.gemma.api.key is of the account that issued the bundle. If"
					+ " the service has lost it, " + Remedy.BY_ITSELF),

	/** What an entry about the call would say could not be made. */
	NOT_RECORDABLE("not_recordable", "No record of this call could be prepared",
			"The application's log says what failed. Check what the arguments of the call hold, and the memory that the"
					+ " application has."),

	/** The application's advice could not tell which scopes the call needs. */
	UNGUARDED("unguarded", "The call cannot be checked", "Report this: an advised method has no scope annotation.");

	private final String code;

	private final String summary;

	private final String remedy;

	DenialReason(String code, String summary, String remedy) {
		this.code = code;
		this.summary = summary;
		this.remedy = remedy;
	}

	/**
	 * The reason as it stands in audit entries, health details and
	 * {@link CallDeniedException#reason()}.
	 */
	public String code() {
		return this.code;
	}

	/**
	 * What is the matter, without a full stop.
	 */
	public String summary() {
		return this.summary;
	}

	/**
	 * What is the matter and what to do now, which may be shown to a language model and
	 * its user.
	 */
	public String message() {
		return this.summary + ". " + advice();
	}

	/**
	 * What an operator can do about it.
	 */
	public String remedy() {
		return this.remedy;
	}

	private String advice() {
		return switch (this) {
			case NOT_RUNNING -> "Try again in a minute.";
			case LOG_LOCKED, LOG_HELD, LOG_UNWRITABLE, LOG_FULL, NOT_RECORDABLE ->
				"Nothing was done. Do not try again now; tell the user.";
			case SCOPE_VIOLATION -> "Do not try again; ask the user to consent.";
			case AUTH_FAILURE -> "Do not try again; ask the user to sign in.";
			case NO_BUNDLE, BUNDLE_MISMATCH, EXPIRED, SNAPSHOT_EXPIRED ->
				"Do not try again; ask the user to connect this device to the network.";
			case CLOCK_ROLLBACK, CLOCK_AHEAD -> "Do not try again; ask the user to set it right.";
			default -> "Do not try again; tell the user.";
		};
	}

	/**
	 * What follows for the device.
	 */
	public StateTable.Row row() {
		return StateTable.of(this);
	}

	/**
	 * Whether the audit log stands in the way.
	 */
	public boolean isLogFault() {
		return row().cause() == StateTable.Cause.LOG;
	}

	/**
	 * Whether the bundle that the application goes by is not kept on disk: another one
	 * must not be put in its place before that has passed.
	 */
	public boolean isBundleFault() {
		return row().cause() == StateTable.Cause.STORAGE;
	}

	/**
	 * Why a chain must be given up for a new one, if this denial does not pass by itself
	 * and no copy of the files can be restored.
	 */
	public Optional<StrandingReason> stranding() {
		return Optional.ofNullable(row().stranded());
	}

	/**
	 * The exception that tells a caller about this denial.
	 */
	public GrantexGemmaException toException() {
		return (this == EXPIRED) ? new TokenExpiredException(message()) : new CallDeniedException(this.code, message());
	}

	/**
	 * What several remedies say.
	 */
	private static final class Remedy {

		static final String ALLOW = "allow a new bundle: set grantex.gemma.bundle.reissue-after to this bundle's id and"
				+ " restart; see docs/recovery.md.";

		static final String BY_ITSELF = "a new bundle is requested once calls under way have ended. If that does not happen, "
				+ ALLOW;

		static final String CONNECT = "Connect the device: " + BY_ITSELF;

		static final String MOVE_AWAY = "move bundle and log files away while the application is stopped, and start it"
				+ " online; see docs/recovery.md.";

	}

}
