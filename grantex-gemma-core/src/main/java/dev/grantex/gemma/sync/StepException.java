package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * A step of a cycle cannot go on, for something that neither the service has just refused
 * nor the device failed to do.
 */
final class StepException extends GrantexGemmaException {

	private static final long serialVersionUID = 1L;

	private final Kind kind;

	private final String code;

	/** What it is about, unless that is the step's bundle. */
	private final @Nullable String bundleId;

	StepException(String message, Kind kind, String code) {
		this(message, kind, code, null);
	}

	StepException(String message, Kind kind, String code, @Nullable String bundleId) {
		super(message);
		this.kind = kind;
		this.code = code;
		this.bundleId = bundleId;
	}

	/**
	 * A chain was just found to be stranded, for another reason than that the service
	 * named an entry.
	 */
	static StepException stranded(StrandingReason reason) {
		return stranded(reason, reason.code());
	}

	static StepException stranded(StrandingReason reason, String code) {
		Kind kind = switch (reason) {
			case FORKED -> Kind.FORKED;
			case ROLLED_BACK -> Kind.ROLLED_BACK;
			default -> Kind.REJECTED;
		};
		return new StepException("The audit chain can no longer grow on the Grantex API", kind, code);
	}

	Kind kind() {
		return this.kind;
	}

	SyncProblem problem(SyncStep step, @Nullable String formerBundleId) {
		return new SyncProblem(step, this.kind, this.code, null,
				(this.bundleId != null) ? this.bundleId : formerBundleId);
	}

}
