package dev.grantex.gemma.consent;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.LogInUseException;
import dev.grantex.gemma.bundle.StrandingReason;

import static dev.grantex.gemma.consent.StateTable.Calls.END;
import static dev.grantex.gemma.consent.StateTable.Calls.FINISH;
import static dev.grantex.gemma.consent.StateTable.Calls.TEN_MINUTES;
import static dev.grantex.gemma.consent.StateTable.Cause.ABSENCE;
import static dev.grantex.gemma.consent.StateTable.Cause.APPLICATION;
import static dev.grantex.gemma.consent.StateTable.Cause.BUNDLE;
import static dev.grantex.gemma.consent.StateTable.Cause.CALL;
import static dev.grantex.gemma.consent.StateTable.Cause.LOG;
import static dev.grantex.gemma.consent.StateTable.Cause.SERVICE;
import static dev.grantex.gemma.consent.StateTable.Cause.STORAGE;
import static dev.grantex.gemma.consent.StateTable.Cause.TIME;
import static dev.grantex.gemma.consent.StateTable.NewBundle.AT_ONCE;
import static dev.grantex.gemma.consent.StateTable.NewBundle.OPERATOR;
import static dev.grantex.gemma.consent.StateTable.NewBundle.FIRST_ONLY;
import static dev.grantex.gemma.consent.StateTable.NewBundle.NEVER;
import static dev.grantex.gemma.consent.StateTable.NewBundle.ONCE_ENDED;

/**
 * What follows for the device from each reason for which calls are denied.
 * {@code docs/architecture.md} prints the table and says how to read it, column by
 * column.
 */
public final class StateTable {

	private static final boolean YES = true;

	private static final boolean NO = false;

	private static final @Nullable StrandingReason NOT = null;

	private static final Map<DenialReason, Row> ROWS = new EnumMap<>(DenialReason.class);

	// @formatter:off
	static {
		// reason                           cause        calls        recorded, delivered, refreshed, new bundle, stranded as
		put(DenialReason.DISABLED,          APPLICATION, FINISH,      NO,  NO,  NO,  NEVER,      NOT);
		put(DenialReason.NOT_RUNNING,       APPLICATION, FINISH,      NO,  NO,  NO,  NEVER,      NOT);
		put(DenialReason.NO_BUNDLE,         ABSENCE,     FINISH,      NO,  NO,  NO,  AT_ONCE,    NOT);
		put(DenialReason.BUNDLE_MISSING,    ABSENCE,     FINISH,      NO,  NO,  NO,  OPERATOR,   NOT);
		put(DenialReason.BUNDLE_UNREADABLE, BUNDLE,      FINISH,      NO,  NO,  NO,  ONCE_ENDED, NOT);
		put(DenialReason.BUNDLE_UNSAFE,     BUNDLE,      FINISH,      NO,  NO,  NO,  ONCE_ENDED, NOT);
		put(DenialReason.BUNDLE_DISPLACED,  STORAGE,     FINISH,      YES, NO,  NO,  NEVER,      NOT);
		put(DenialReason.BUNDLE_UNWRITABLE, STORAGE,     FINISH,      YES, NO,  NO,  NEVER,      NOT);
		put(DenialReason.BUNDLE_MISMATCH,   BUNDLE,      FINISH,      YES, NO,  NO,  AT_ONCE,    NOT);
		put(DenialReason.GRANT_INVALID,     BUNDLE,      FINISH,      NO,  NO,  NO,  ONCE_ENDED, NOT);
		put(DenialReason.SCOPE_VIOLATION,   CALL,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.EXPIRED,           TIME,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.SNAPSHOT_EXPIRED,  TIME,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.REVOKED,           SERVICE,     END,         NO,  YES, NO,  OPERATOR,   NOT);
		put(DenialReason.CLOCK_ROLLBACK,    TIME,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.CLOCK_AHEAD,       TIME,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.AUTH_FAILURE,      CALL,        FINISH,      NO,  NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.NO_CALLER,         CALL,        FINISH,      NO,  NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.LOG_LOCKED,        LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.LOG_HELD,          LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.LOG_UNWRITABLE,    LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.LOG_CORRUPTED,     LOG,         TEN_MINUTES, NO,  YES, YES, OPERATOR,   StrandingReason.LOG_CORRUPTED);
		put(DenialReason.LOG_MISSING,       LOG,         TEN_MINUTES, NO,  YES, YES, OPERATOR,   StrandingReason.LOG_MISSING);
		put(DenialReason.LOG_DISPLACED,     LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.BUNDLE_OUTDATED,   LOG,         TEN_MINUTES, NO,  YES, YES, OPERATOR,   StrandingReason.BUNDLE_OUTDATED);
		put(DenialReason.LOG_TRUNCATED,     LOG,         TEN_MINUTES, NO,  YES, YES, OPERATOR,   StrandingReason.LOG_TRUNCATED);
		put(DenialReason.LOG_UNSAFE,        LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.LOG_FULL,          LOG,         FINISH,      NO,  NO,  YES, FIRST_ONLY, NOT);
		put(DenialReason.KEY_UNUSABLE,      BUNDLE,      TEN_MINUTES, NO,  YES, YES, AT_ONCE,    StrandingReason.KEY_LOST);
		put(DenialReason.BUNDLE_UNUSABLE,   BUNDLE,      FINISH,      NO,  NO,  NO,  ONCE_ENDED, NOT);
		put(DenialReason.FORKED,            SERVICE,     TEN_MINUTES, NO,  YES, NO,  OPERATOR,   StrandingReason.FORKED);
		put(DenialReason.ROLLED_BACK,       SERVICE,     TEN_MINUTES, NO,  YES, NO,  OPERATOR,   StrandingReason.ROLLED_BACK);
		put(DenialReason.REJECTED,          SERVICE,     TEN_MINUTES, NO,  YES, NO,  AT_ONCE,    StrandingReason.ENTRY_REFUSED);
		put(DenialReason.KEY_LOST,          SERVICE,     TEN_MINUTES, NO,  YES, NO,  AT_ONCE,    StrandingReason.KEY_LOST);
		put(DenialReason.BUNDLE_UNKNOWN,    SERVICE,     TEN_MINUTES, YES, YES, NO,  AT_ONCE,    StrandingReason.BUNDLE_UNKNOWN);
		put(DenialReason.NOT_RECORDABLE,    CALL,        FINISH,      YES, NO,  YES, ONCE_ENDED, NOT);
		put(DenialReason.UNGUARDED,         CALL,        FINISH,      NO,  NO,  YES, ONCE_ENDED, NOT);
	}
	// @formatter:on

	private StateTable() {
	}

	private static void put(DenialReason reason, Cause cause, Calls calls, boolean recorded, boolean delivered,
			boolean refreshed, NewBundle newBundle, @Nullable StrandingReason stranded) {
		ROWS.put(reason, new Row(cause, calls, recorded, delivered, refreshed, newBundle, stranded));
	}

	static Row of(DenialReason reason) {
		return Objects.requireNonNull(ROWS.get(reason));
	}

	/**
	 * The denial that follows from a fault of the audit log, known as a whole or by its
	 * code, or from why a chain is stranded.
	 */
	public static DenialReason denialBy(AuditLogException fault) {
		if (fault.isDisplaced()) {
			return DenialReason.LOG_DISPLACED;
		}
		boolean held = fault instanceof LogInUseException use && use.isInThisProcess();
		return held ? DenialReason.LOG_HELD : denialByLogFault(fault.reason());
	}

	static DenialReason denialByLogFault(String fault) {
		return fault.equals(AuditLogException.LOG_CLOSED) ? DenialReason.NOT_RUNNING : denialByCode(fault);
	}

	static DenialReason denialBy(StrandingReason reason) {
		return denialByCode(reason.code());
	}

	private static DenialReason denialByCode(String code) {
		return Stream.of(DenialReason.values())
			.filter((reason) -> reason.code().equals(code))
			.findFirst()
			.orElse(DenialReason.LOG_UNWRITABLE);
	}

	public record Row(Cause cause, Calls calls, boolean recorded, boolean delivered, boolean refreshed,
			NewBundle newBundle, @Nullable StrandingReason stranded) {

		/**
		 * Whether it denies calls where no bundle is stored: for just that, or for what
		 * has kept one from being stored.
		 */
		public boolean vacant() {
			return this.cause == Cause.ABSENCE || this.cause == Cause.LOG;
		}

	}

	/**
	 * What stands in the way.
	 */
	public enum Cause {

		APPLICATION, CALL, ABSENCE, BUNDLE, STORAGE, TIME, LOG, SERVICE

	}

	/**
	 * What becomes of calls under way: they finish and are recorded, but the chain waits
	 * ten minutes at most, and those that go on after their methods have returned are
	 * ended.
	 */
	public enum Calls {

		FINISH, TEN_MINUTES, END

	}

	/**
	 * When another bundle is asked for.
	 */
	public enum NewBundle {

		NEVER, FIRST_ONLY, ONCE_ENDED, AT_ONCE, OPERATOR

	}

}
