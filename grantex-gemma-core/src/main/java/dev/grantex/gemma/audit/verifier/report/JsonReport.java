package dev.grantex.gemma.audit.verifier.report;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.ToStringSerializerBase;

/**
 * A report as JSON: the members are named as the records' components, enumerations are in
 * lower case, and every text is {@linkplain VisibleText made harmless}.
 */
public final class JsonReport {

	private static final int MAX_TEXT = 512;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.INDENT_OUTPUT)
		.enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
		.addModule(new SimpleModule().addSerializer(String.class, new ToStringSerializerBase(String.class) {

			@Override
			public String valueToString(Object text) {
				return VisibleText.of((String) text, MAX_TEXT);
			}

		}))
		.build();

	private JsonReport() {
	}

	/**
	 * Writes a report.
	 * @return a JSON object, ended by a newline
	 */
	public static String render(AuditReport report) {
		ObjectNode root = MAPPER.createObjectNode();
		root.put("format", "grantex-gemma-audit-report");
		root.put("version", 1);
		root.setAll((ObjectNode) MAPPER.valueToTree(report));
		return MAPPER.writeValueAsString(root) + "\n";
	}

}
