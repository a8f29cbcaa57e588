package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Collects what the steps of one cycle did. Each step runs whatever the others answered.
 */
final class CycleReport {

	private static final Log logger = LogFactory.getLog(CycleReport.class);

	private final List<SyncProblem> problems = new ArrayList<>();

	private long accepted;

	private boolean refreshed;

	private boolean issued;

	/**
	 * Runs a step and keeps its failure as a problem.
	 */
	void attempt(SyncStep step, Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException ex) {
			logger.debug("Step " + step + " did not get through", ex);
			this.problems.add(SyncProblems.of(step, ex));
		}
	}

	void accepted(int entries) {
		this.accepted += entries;
	}

	void refreshed() {
		this.refreshed = true;
	}

	void issued() {
		this.issued = true;
	}

	long accepted() {
		return this.accepted;
	}

	boolean isRefreshed() {
		return this.refreshed;
	}

	boolean isIssued() {
		return this.issued;
	}

	List<SyncProblem> problems() {
		return this.problems;
	}

}
