package dev.grantex.gemma.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Starts a context that must fail and finds out why.
 */
public final class FailedStart {

	private FailedStart() {
	}

	public static UnguardableBeanException failureOf(GuardContext guard, Class<?>... beans) {
		Throwable failure = catchThrowable(() -> guard.start(beans));
		assertThat(failure).isNotNull();
		Throwable cause = failure;
		while (cause.getCause() != null && !(cause instanceof UnguardableBeanException)) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOf(UnguardableBeanException.class);
		return (UnguardableBeanException) cause;
	}

}
