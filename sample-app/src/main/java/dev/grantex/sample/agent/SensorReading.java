package dev.grantex.sample.agent;

import dev.grantex.sample.home.Room;

/**
 * What a room's sensor says.
 *
 * @param room the room
 * @param temperature degrees Celsius
 * @param humidity percent
 */
public record SensorReading(String room, double temperature, int humidity) {

	static SensorReading of(Room room) {
		return new SensorReading(room.name(), room.temperature(), room.humidity());
	}

}
