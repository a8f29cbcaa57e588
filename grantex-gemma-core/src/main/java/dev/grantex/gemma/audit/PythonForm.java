package dev.grantex.gemma.audit;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.PythonJson;

/**
 * The Python package's own form: snake_case members, a hash over sorted JSON, signatures
 * in base64url. It exists on devices that ran that package.
 */
public final class PythonForm implements ChainForm {

	public static final PythonForm INSTANCE = new PythonForm();

	static final JsonTreeReader READER = new JsonTreeReader(PythonJson::number, true, true);

	private static final String GENESIS = "0".repeat(64);

	private static final List<String> ORDER = List.of("seq", "timestamp", "action", "agent_did", "grant_id", "scopes",
			"result", "metadata", "prev_hash", "hash", "signature");

	private static final Set<String> MEMBERS = Set.copyOf(ORDER);

	private PythonForm() {
	}

	@Override
	public String genesis() {
		return GENESIS;
	}

	@Override
	public Link read(String line) {
		return link(parse(line));
	}

	public static Map<String, Object> parse(String line) {
		Map<String, Object> members = ChainForm.members(READER, line, MEMBERS);
		for (String name : Set.of("timestamp", "action", "agent_did", "grant_id", "result")) {
			ChainForm.text(members, name);
		}
		ChainForm.texts(members, "scopes");
		if (!(members.get("metadata") instanceof Map)) {
			throw new MalformedLineException(ChainFault.FIELD);
		}
		return members;
	}

	public static Link link(Map<String, Object> members) {
		return new Link(seq(members), ChainForm.text(members, "prev_hash"), ChainForm.text(members, "hash"),
				hashText(members), signature(ChainForm.text(members, "signature")), false);
	}

	/**
	 * A line as that package writes it.
	 */
	public static String write(Map<String, Object> members) {
		Map<String, Object> ordered = new LinkedHashMap<>();
		ORDER.forEach((name) -> ordered.put(name, members.get(name)));
		return PythonJson.writeInOrder(ordered);
	}

	static String hashText(Map<String, Object> members) {
		Map<String, Object> hashed = new LinkedHashMap<>(members);
		hashed.remove("hash");
		hashed.remove("signature");
		return PythonJson.write(hashed);
	}

	private static long seq(Map<String, Object> members) {
		if (members.get("seq") instanceof PythonJson.Numeral seq) {
			try {
				return Long.parseLong(seq.text());
			}
			catch (NumberFormatException ex) {
				throw new MalformedLineException(ChainFault.SEQUENCE);
			}
		}
		throw new MalformedLineException(ChainFault.SEQUENCE);
	}

	private static byte[] signature(String text) {
		try {
			byte[] signature = Base64.getUrlDecoder().decode(text);
			if (text.length() == 88 && Base64.getUrlEncoder().encodeToString(signature).equals(text)) {
				return signature;
			}
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedLineException(ChainFault.SIGNATURE_FORM);
		}
		throw new MalformedLineException(ChainFault.SIGNATURE_FORM);
	}

}
