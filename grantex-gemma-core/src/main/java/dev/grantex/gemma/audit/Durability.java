package dev.grantex.gemma.audit;

/**
 * When an appended entry is acknowledged.
 */
public enum Durability {

	/**
	 * When its bytes were forced to the storage device.
	 */
	FSYNC,

	/**
	 * When its bytes were handed to the operating system. A loss of power can lose
	 * entries; a crash of the process cannot.
	 */
	OS

}
