package dev.grantex.gemma.audit;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * The form of the hosted API: camelCase members, a hash over fields joined by {@code |},
 * signatures in hex.
 */
public final class WireForm implements ChainForm {

	public static final WireForm INSTANCE = new WireForm();

	static final String GENESIS = "0".repeat(16);

	private static final JsonTreeReader READER = new JsonTreeReader(EcmaNumber::parse, false, true);

	private static final Set<String> MEMBERS = Set.of("seq", "timestamp", "action", "agentDID", "grantId", "scopes",
			"result", "metadata", "prevHash", "hash", "signature");

	private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{128}");

	private WireForm() {
	}

	@Override
	public String genesis() {
		return GENESIS;
	}

	@Override
	public Link read(String line) {
		return link(parse(line));
	}

	public static Link link(SignedAuditEntry entry) {
		boolean ambiguous = Stream
			.of(entry.timestamp(), entry.action(), entry.agentDid(), entry.grantId(), entry.result())
			.anyMatch((field) -> field.indexOf('|') >= 0)
				|| entry.scopes().stream().anyMatch((scope) -> scope.indexOf('|') >= 0 || scope.indexOf(',') >= 0);
		return new Link(entry.seq(), entry.prevHash(), entry.hash(), hashText(entry),
				HexFormat.of().parseHex(entry.signature()), ambiguous);
	}

	public static SignedAuditEntry parse(String line) {
		Map<String, Object> members = ChainForm.members(READER, line, MEMBERS);
		if (!(members.get("seq") instanceof Long seq)) {
			throw new MalformedLineException(ChainFault.SEQUENCE);
		}
		String signature = ChainForm.text(members, "signature");
		if (!SIGNATURE.matcher(signature).matches()) {
			throw new MalformedLineException(ChainFault.SIGNATURE_FORM);
		}
		return new SignedAuditEntry(seq, ChainForm.text(members, "timestamp"), ChainForm.text(members, "action"),
				ChainForm.text(members, "agentDID"), ChainForm.text(members, "grantId"),
				ChainForm.texts(members, "scopes"), ChainForm.text(members, "result"), metadata(members),
				ChainForm.text(members, "prevHash"), ChainForm.text(members, "hash"), signature);
	}

	static String write(SignedAuditEntry entry) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("seq", entry.seq());
		members.put("timestamp", entry.timestamp());
		members.put("action", entry.action());
		members.put("agentDID", entry.agentDid());
		members.put("grantId", entry.grantId());
		members.put("scopes", entry.scopes());
		members.put("result", entry.result());
		if (entry.metadata() != null) {
			members.put("metadata", entry.metadata());
		}
		members.put("prevHash", entry.prevHash());
		members.put("hash", entry.hash());
		members.put("signature", entry.signature());
		return CanonicalJson.write(members);
	}

	static String hashText(SignedAuditEntry entry) {
		return hashText(entry.seq(), entry.timestamp(), entry.action(), entry.agentDid(), entry.grantId(),
				entry.scopes(), entry.result(), entry.metadata(), entry.prevHash());
	}

	static String hashText(long seq, String timestamp, String action, String agentDid, String grantId,
			List<String> scopes, String result, @Nullable Map<String, ?> metadata, String prevHash) {
		return String.join("|", Long.toString(seq), timestamp, action, agentDid, grantId, String.join(",", scopes),
				result, (metadata != null) ? CanonicalJson.write(metadata) : "", prevHash);
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Map<String, Object> metadata(Map<String, Object> members) {
		if (!members.containsKey("metadata")) {
			return null;
		}
		if (members.get("metadata") instanceof Map<?, ?> metadata) {
			return (Map<String, Object>) metadata;
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

}
