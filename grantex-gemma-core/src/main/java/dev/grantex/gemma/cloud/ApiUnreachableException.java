package dev.grantex.gemma.cloud;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * The Grantex API gave no complete answer. Whether a request that was sent took effect is
 * unknown.
 */
public class ApiUnreachableException extends GrantexGemmaException {

	private final Reason reason;

	public ApiUnreachableException(Reason reason) {
		super(reason.message);
		this.reason = reason;
	}

	/**
	 * Why there is no answer.
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Whether the connection failed because this device's clock is behind: the service's
	 * certificate is not yet valid by it. This is a fault of the clock, not of the
	 * network.
	 */
	public boolean isClockFault() {
		return this.reason == Reason.CERTIFICATE_NOT_YET_VALID;
	}

	/**
	 * Why there is no answer.
	 */
	public enum Reason {

		/**
		 * The host name could not be resolved.
		 */
		UNKNOWN_HOST("The Grantex API's host name cannot be resolved"),

		/**
		 * No connection: refused, or no route.
		 */
		NOT_CONNECTED("There is no connection to the Grantex API"),

		/**
		 * No encrypted connection: the certificate is not trusted, or the handshake
		 * failed.
		 */
		TLS("There is no trusted connection to the Grantex API"),

		/**
		 * The service's certificate is not yet valid by this device's clock.
		 */
		CERTIFICATE_NOT_YET_VALID("The Grantex API's certificate is not yet valid by this device's clock"),

		/**
		 * No connection within the connect time-out, or no complete answer within the
		 * read time-out.
		 */
		TIMEOUT("The Grantex API did not answer in time"),

		/**
		 * The connection broke before the answer was complete.
		 */
		CONNECTION_LOST("The connection to the Grantex API broke before the answer was complete"),

		/**
		 * The calling thread was interrupted. Its interrupt flag is set.
		 */
		INTERRUPTED("The call to the Grantex API was interrupted"),

		/**
		 * The client was closed.
		 */
		CLOSED("The client of the Grantex API is closed");

		private final String message;

		Reason(String message) {
			this.message = message;
		}

	}

}
