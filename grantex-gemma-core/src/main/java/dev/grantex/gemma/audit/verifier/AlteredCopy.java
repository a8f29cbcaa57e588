package dev.grantex.gemma.audit.verifier;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a file turns into on its way to an auditor: packed, encoded anew, or mistaken for
 * another. Such a copy is not broken, but nothing can be said of what is in it.
 *
 * @param signature how it begins
 * @param offset where that stands
 * @param description what it is, and what to do
 */
record AlteredCopy(byte[] signature, int offset, String description) {

	/** How much of a file tells what it is. */
	static final int LOOKED_AT = 8 * 1024;

	private static final String UNPACK = ": unpack it first.";

	private static final String AS_WRITTEN = ": give the file as the application wrote it.";

	private static final String UTF_16 = "is in UTF-16";

	private static final List<AlteredCopy> PACKED = List.of(packed("1f8b", "gzip"), packed("504b0304", "zip"),
			packed("504b0506", "zip"), packed("28b52ffd", "zstd"), packed("fd377a585a00", "xz"),
			packed("425a68", "bzip2"), packed("04224d18", "lz4"), packed("377abcaf271c", "7z"),
			new AlteredCopy("ustar".getBytes(StandardCharsets.US_ASCII), 257, "is a tar archive" + UNPACK));

	private static final List<AlteredCopy> ENCODED = List.of(
			encoded("efbbbf", "begins with a byte order mark, which an editor or a shell has put there"),
			encoded("fffe0000", "is in UTF-32"), encoded("0000feff", "is in UTF-32"), encoded("fffe", UTF_16),
			encoded("feff", UTF_16), encoded("7b00", UTF_16), encoded("007b", UTF_16));

	private static final List<AlteredCopy> MISTAKEN = List.of(
			new AlteredCopy("GTXB".getBytes(StandardCharsets.US_ASCII), 0,
					"is an encrypted bundle: give it with --bundle."),
			new AlteredCopy("{\"seal\":".getBytes(StandardCharsets.US_ASCII), 0, "is a seal: give it with --seal."));

	/**
	 * What a file that is given as a log is instead.
	 * @param beginning its first {@value #LOOKED_AT} bytes, or all of it
	 */
	static Optional<String> ofLog(byte[] beginning) {
		return find(beginning, PACKED, ENCODED, MISTAKEN).or(() -> hasOtherLineEnds(beginning)
				? Optional.of("has line ends of carriage returns" + AS_WRITTEN) : Optional.empty());
	}

	/**
	 * What a file that is given as a seal has become.
	 */
	static Optional<String> ofSeal(byte[] content) {
		boolean converted = new String(content, StandardCharsets.ISO_8859_1).contains("\r\n");
		return find(content, PACKED, ENCODED)
			.or(() -> converted ? Optional.of("has converted line ends" + AS_WRITTEN) : Optional.empty());
	}

	/**
	 * How a file is packed.
	 */
	static Optional<String> ofPacked(byte[] content) {
		return find(content, PACKED);
	}

	@SafeVarargs
	private static Optional<String> find(byte[] content, List<AlteredCopy>... kinds) {
		return Arrays.stream(kinds)
			.flatMap(List::stream)
			.filter((kind) -> kind.matches(content))
			.map(AlteredCopy::description)
			.findFirst();
	}

	private boolean matches(byte[] content) {
		int end = this.offset + this.signature.length;
		return content.length >= end
				&& Arrays.equals(content, this.offset, end, this.signature, 0, this.signature.length);
	}

	private static boolean hasOtherLineEnds(byte[] beginning) {
		String text = new String(beginning, StandardCharsets.ISO_8859_1);
		return text.startsWith("{") && text.contains("}\r{") && !text.contains("\n");
	}

	private static AlteredCopy packed(String signature, String format) {
		return new AlteredCopy(HexFormat.of().parseHex(signature), 0, "is packed (" + format + ")" + UNPACK);
	}

	private static AlteredCopy encoded(String signature, String description) {
		return new AlteredCopy(HexFormat.of().parseHex(signature), 0, description + AS_WRITTEN);
	}

}
