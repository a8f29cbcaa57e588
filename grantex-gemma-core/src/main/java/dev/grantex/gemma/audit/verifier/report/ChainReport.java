package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * What was found of one chain.
 *
 * @param grantId the grant of its first entry
 * @param agent the agent of its first entry
 * @param form {@code wire} for the form of the hosted API, {@code python} for the Python
 * package's own
 * @param verdict what it comes down to
 * @param extent what there is of the chain
 * @param findings what is wrong or remarkable
 * @param activity what the entries say was done
 * @param seals the seals of the chain; none only says that there was none to compare with
 */
public record ChainReport(String grantId, String agent, String form, Verdict verdict, ChainExtent extent,
		ChainFindings findings, ChainActivity activity, List<SealReport> seals) {

	public ChainReport {
		seals = List.copyOf(seals);
	}

}
