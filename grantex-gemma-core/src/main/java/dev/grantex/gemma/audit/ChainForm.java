package dev.grantex.gemma.audit;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.ReadLine;

/**
 * A form in which chains are written.
 */
public interface ChainForm {

	/**
	 * The previous hash of a chain's first entry.
	 */
	String genesis();

	/**
	 * What verification needs of one entry, whatever form it was written in.
	 *
	 * @param seq the sequence number
	 * @param prevHash the hash it claims its predecessor has
	 * @param hash the hash it claims to have
	 * @param hashText the text whose hash it must have
	 * @param signature the signature's bytes
	 * @param ambiguous whether a field holds a separator, so that another entry has the
	 * same hash
	 */
	record Link(long seq, String prevHash, String hash, String hashText, byte[] signature, boolean ambiguous) {

	}

	/**
	 * Reads one line, strictly.
	 * @throws MalformedLineException if the line is not an entry of this form
	 */
	Link read(String line);

	/**
	 * The form of a chain, told by its first line.
	 * @throws MalformedLineException if it is none
	 */
	static ChainForm of(String line) {
		return of(members(PythonForm.READER, line, Set.of()));
	}

	/**
	 * The form of an entry with these members.
	 * @throws MalformedLineException if it is none
	 */
	static ChainForm of(Map<String, Object> members) {
		boolean wire = members.containsKey("agentDID") || members.containsKey("prevHash");
		boolean python = members.containsKey("agent_did") || members.containsKey("prev_hash");
		if (wire == python) {
			throw new MalformedLineException(ChainFault.NOT_AN_ENTRY);
		}
		return wire ? WireForm.INSTANCE : PythonForm.INSTANCE;
	}

	/**
	 * Reads a line's members.
	 * @param allowed the names of all members that may appear, or none to allow every one
	 */
	@SuppressWarnings("unchecked")
	static Map<String, Object> members(JsonTreeReader reader, @Nullable String line, Set<String> allowed) {
		if (line == null) {
			throw new MalformedLineException(ChainFault.UNREADABLE);
		}
		if (line.length() > ReadLine.MAX_LENGTH) {
			throw new MalformedLineException(ChainFault.TOO_LONG);
		}
		if (line.isBlank()) {
			throw new MalformedLineException(ChainFault.BLANK);
		}
		if (!(reader.read(line) instanceof Map<?, ?> members)) {
			throw new MalformedLineException(ChainFault.NOT_AN_ENTRY);
		}
		if (!allowed.isEmpty() && !allowed.containsAll(members.keySet())) {
			throw new MalformedLineException(ChainFault.UNKNOWN_MEMBER);
		}
		return (Map<String, Object>) members;
	}

	static String text(Map<String, Object> members, String name) {
		if (members.get(name) instanceof String text) {
			return text;
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

	static List<String> texts(Map<String, Object> members, String name) {
		if (members.get(name) instanceof List<?> values && values.stream().allMatch(String.class::isInstance)) {
			return values.stream().map(String.class::cast).toList();
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

}
