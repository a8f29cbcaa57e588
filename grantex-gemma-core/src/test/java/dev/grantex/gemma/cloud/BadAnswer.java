package dev.grantex.gemma.cloud;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * What a broken service or network does in place of an answer.
 */
enum BadAnswer {

	SAYS_NOTHING("", 0),

	STALLS_IN_HEAD("HTTP/1.1 200 OK\r\ncontent-le", 0),

	STALLS_BEFORE_BODY("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", 0),

	STALLS_IN_BODY("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", 0),

	STALLS_IN_CHUNK("HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{", 0),

	ENDLESS("HTTP/1.1 200 OK\r\n\r\n{", 0),

	TOO_LARGE("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n", 5_000_000),

	TOO_LARGE_WITHOUT_LENGTH("HTTP/1.1 404 No\r\n\r\n", 5_000_000),

	NO_LENGTH("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", 0),

	NO_HTTP("220 mail.example.com ESMTP\r\n\r\n", 0),

	TOO_LARGE_IN_CHUNKS("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4c4b40\r\n", 5_000_000),

	SHORTER_THAN_ITS_LENGTH("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}", Ending.CLOSED, ""),

	ENDS_IN_CHUNK("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{", Ending.CLOSED, ""),

	RESET_IN_HEAD("HTTP/1.1 200 OK\r\ncontent-le", Ending.RESET, ""),

	RESET_IN_BODY("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", Ending.RESET, ""),

	TRICKLES("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", Ending.NONE, "1\r\n \r\n"),

	ENDLESS_HEAD("HTTP/1.1 200 OK\r\n", Ending.NONE, "x-more: " + "y".repeat(10_000) + "\r\n"),

	ONLY_INTERIM_ANSWERS("", Ending.NONE, "HTTP/1.1 102 Processing\r\n\r\n");

	private final String head;

	private final int bytes;

	private final Ending ending;

	private final String repeated;

	BadAnswer(String head, int bytes) {
		this(head, bytes, Ending.OPEN, "");
	}

	BadAnswer(String head, Ending ending, String repeated) {
		this(head, 0, ending, repeated);
	}

	BadAnswer(String head, int bytes, Ending ending, String repeated) {
		this.head = head;
		this.bytes = bytes;
		this.ending = ending;
		this.repeated = repeated;
	}

	/**
	 * What becomes of the connection after the answer, as far as it goes.
	 */
	enum Ending {

		/** It stays as it is, and nothing more comes. */
		OPEN,

		/** It is closed in due form. */
		CLOSED,

		/** It is reset. */
		RESET,

		/** More comes, without an end. */
		NONE

	}

	Ending ending() {
		return this.ending;
	}

	/**
	 * What comes again and again after the script.
	 */
	byte[] repeated() {
		return this.repeated.getBytes(StandardCharsets.US_ASCII);
	}

	byte[] script() {
		byte[] text = this.head.getBytes(StandardCharsets.US_ASCII);
		byte[] script = Arrays.copyOf(text, text.length + this.bytes);
		Arrays.fill(script, text.length, script.length, (byte) ' ');
		return script;
	}

	/**
	 * Whether the client notices by itself, without a time-out.
	 */
	boolean isNoticed() {
		return this.bytes > 0 || this == NO_HTTP || this == NO_LENGTH || this.ending == Ending.CLOSED
				|| this.ending == Ending.RESET;
	}

	/**
	 * A request with a body, as the larger of the calls have it.
	 */
	ApiRequest request(URI uri) {
		return ApiRequest.post(uri, new byte[100_000]);
	}

	Class<? extends GrantexGemmaException> failure() {
		return (this.bytes > 0) ? InvalidAnswerException.class : ApiUnreachableException.class;
	}

}
