package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * What the entries of a chain say was done.
 *
 * @param actions the results by action, the most frequent action first
 * @param otherActions how many entries have one of the further actions, beyond those that
 * are told apart
 * @param denials the denials by reason, the most frequent first
 * @param otherDenials how many denials have one of the further reasons
 * @param timeline how the entries are spread over time
 */
public record ChainActivity(List<ActionReport> actions, long otherActions, List<DenialReport> denials,
		long otherDenials, Timeline timeline) {

	public ChainActivity {
		actions = List.copyOf(actions);
		denials = List.copyOf(denials);
	}

}
