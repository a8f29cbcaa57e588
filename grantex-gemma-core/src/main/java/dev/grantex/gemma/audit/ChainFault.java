package dev.grantex.gemma.audit;

import dev.grantex.gemma.audit.json.MalformedLineException;

/**
 * Why a chain is broken, in the words that verification reports.
 */
public final class ChainFault {

	static final String BLANK = "the line is blank";

	static final String TOO_LONG = "the line is too long";

	static final String UNREADABLE = MalformedLineException.NOT_JSON;

	public static final String NOT_AN_ENTRY = "the line is not an audit entry";

	static final String DUPLICATE_MEMBER = MalformedLineException.DUPLICATE_MEMBER;

	static final String UNKNOWN_MEMBER = "a member is not covered by the hash";

	static final String FIELD = "a field is missing or has the wrong type";

	public static final String SEQUENCE = "the sequence number is not the next one";

	public static final String MISSING = "entries before it are missing";

	public static final String FORK = "another entry has this sequence number";

	public static final String PREVIOUS_HASH = "the previous hash does not match";

	public static final String HASH = "the hash does not match the fields";

	static final String SIGNATURE_FORM = "the signature is not in its exact form";

	public static final String SIGNATURE = "the signature does not verify";

	static final String TRUNCATED = "entries up to the known head are missing";

	private ChainFault() {
	}

}
