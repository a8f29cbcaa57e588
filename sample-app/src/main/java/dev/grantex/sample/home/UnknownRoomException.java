package dev.grantex.sample.home;

/**
 * The home has no such room.
 */
public class UnknownRoomException extends RuntimeException {

	UnknownRoomException() {
		super("There is no such room");
	}

}
