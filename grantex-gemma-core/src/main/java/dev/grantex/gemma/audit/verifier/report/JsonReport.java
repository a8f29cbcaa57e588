package dev.grantex.gemma.audit.verifier.report;

import java.util.Locale;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
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
		.addModule(new SimpleModule().addSerializer(new HarmlessText()).addSerializer(new LowerCase()))
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

	@SuppressWarnings("rawtypes")
	private static final class LowerCase extends StdSerializer<Enum> {

		LowerCase() {
			super(Enum.class);
		}

		@Override
		public void serialize(Enum constant, JsonGenerator generator, SerializationContext context) {
			generator.writeString(constant.name().toLowerCase(Locale.ROOT));
		}

	}

}
