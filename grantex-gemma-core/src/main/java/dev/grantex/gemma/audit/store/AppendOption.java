package dev.grantex.gemma.audit.store;

/**
 * What is special about a line that is appended.
 */
public enum AppendOption {

	/** It is forced to the device, whatever else is. */
	FORCED,

	/** It may use room that is kept from other lines, and waits for no deletion. */
	RESERVED

}
