package dev.grantex.gemma.audit.verifier.report;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A report as JSON: the members are named as the records' components, enumerations are in
 * lower case, and every text is {@linkplain VisibleText made harmless}.
 */
public final class JsonReport {

	private static final int MAX_TEXT = 512;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.INDENT_OUTPUT)
		.enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
		.addModule(new SimpleModule().addSerializer(new HarmlessText()))
		.build();

	private JsonReport() {
	}

	/**
	 * Writes a report.
	 * @param report the report
	 * @return a JSON object, ended by a newline
	 */
	public static String render(AuditReport report) {
		ObjectNode root = MAPPER.createObjectNode();
		root.put("format", "grantex-gemma-audit-report");
		root.put("version", 1);
		root.setAll((ObjectNode) MAPPER.valueToTree(report));
		return MAPPER.writeValueAsString(root) + "\n";
	}

	private static final class HarmlessText extends StdSerializer<String> {

		HarmlessText() {
			super(String.class);
		}

		@Override
		public void serialize(String text, JsonGenerator generator, SerializationContext context) {
			generator.writeString(VisibleText.of(text, MAX_TEXT));
		}

	}

}
