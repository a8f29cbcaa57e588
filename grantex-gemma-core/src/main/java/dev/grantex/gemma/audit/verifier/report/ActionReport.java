package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * The entries of one action.
 *
 * @param action the action
 * @param entries how many entries it has
 * @param unproven how many of them come after the chain's first break
 * @param results the entries by result
 * @param otherResults how many entries have one of the further results, beyond those that
 * are told apart
 */
public record ActionReport(String action, long entries, long unproven, List<ResultReport> results, long otherResults) {

	public ActionReport {
		results = List.copyOf(results);
	}

}
