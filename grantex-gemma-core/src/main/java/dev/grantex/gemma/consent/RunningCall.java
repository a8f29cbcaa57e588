package dev.grantex.gemma.consent;

/**
 * A permitted call under way, which is told what becomes of the chain that it holds open.
 * What is told may come from any thread, more than once, and after the call has ended.
 */
public interface RunningCall {

	/**
	 * The consent was revoked. A call that goes on after its method has returned, as a
	 * stream or a stage does, is to end; any other finishes.
	 */
	void revoked();

	/**
	 * The chain was revoked or stranded so long ago that it waits no longer. The call is
	 * to be recorded as still running, and its decision to be closed.
	 */
	void overdue();

}
