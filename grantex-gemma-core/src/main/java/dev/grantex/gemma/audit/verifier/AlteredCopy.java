package dev.grantex.gemma.audit.verifier;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a file turns into on its way to an auditor: packed, encoded anew, or mistaken for
 * another. Such a copy is not broken, but nothing can be said of what is in it.
 *
 * @param signature how it begins, a character for each byte
 * @param offset where that stands
 * @param description what it is, and what to do
 */
record AlteredCopy(String signature, int offset, String description) {

	/** How much of a file tells what it is. */
	static final int LOOKED_AT = 8 * 1024;

	private static final String AS_WRITTEN = ": give the file as the application wrote it.";

	private static final List<AlteredCopy> PACKED = List.of(packed("\u001f\u008b", "gzip"),
			packed("PK\u0003\u0004", "zip"), packed("PK\u0005\u0006", "zip"), packed("(\u00b5/\u00fd", "zstd"),
			packed("\u00fd7zXZ\0", "xz"), packed("BZh", "bzip2"), packed("\u0004\"M\u0018", "lz4"),
			packed("7z\u00bc\u00af'\u001c", "7z"), new AlteredCopy("ustar", 257, "is a tar archive: unpack it first."));

	private static final List<AlteredCopy> ENCODED = List.of(
			encoded("\u00ef\u00bb\u00bf", "begins with a byte order mark, which an editor or a shell has put there"),
			encoded("\u00ff\u00fe\0\0", "is in UTF-32"), encoded("\0\0\u00fe\u00ff", "is in UTF-32"),
			encoded("\u00ff\u00fe", "is in UTF-16"), encoded("\u00fe\u00ff", "is in UTF-16"),
			encoded("{\0", "is in UTF-16"), encoded("\0{", "is in UTF-16"));

	private static final List<AlteredCopy> MISTAKEN = List.of(
			new AlteredCopy("GTXB", 0, "is an encrypted bundle: give it with --bundle."),
			new AlteredCopy("{\"seal\":", 0, "is a seal: give it with --seal."));

	/**
	 * Refuses what is given as a log and is something else.
	 * @param beginning the first {@value #LOOKED_AT} bytes of the file, or all of it
	 */
	static void refuseAsLog(Path file, byte[] beginning) {
		String text = text(beginning);
		refuse(file, text, PACKED, ENCODED, MISTAKEN);
		if (text.startsWith("{") && text.contains("}\r{") && !text.contains("\n")) {
			throw new VerifierException(file + " has line ends of carriage returns" + AS_WRITTEN);
		}
	}

	/**
	 * Refuses a seal that has become something else.
	 */
	static void refuseAsSeal(Path file, byte[] content) {
		String text = text(content);
		refuse(file, text, PACKED, ENCODED);
		if (text.contains("\r\n")) {
			throw new VerifierException(file + " has converted line ends" + AS_WRITTEN);
		}
	}

	static void refusePacked(Path file, byte[] content) {
		refuse(file, text(content), PACKED);
	}

	@SafeVarargs
	private static void refuse(Path file, String text, List<AlteredCopy>... kinds) {
		Stream.of(kinds)
			.flatMap(List::stream)
			.filter((kind) -> text.startsWith(kind.signature, kind.offset))
			.findFirst()
			.ifPresent((kind) -> {
				throw new VerifierException(file + " " + kind.description);
			});
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	private static AlteredCopy packed(String signature, String format) {
		return new AlteredCopy(signature, 0, "is packed (" + format + "): unpack it first.");
	}

	private static AlteredCopy encoded(String signature, String description) {
		return new AlteredCopy(signature, 0, description + AS_WRITTEN);
	}

}
