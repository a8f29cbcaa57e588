package dev.grantex.sample.agent;

import java.util.List;

import org.springframework.stereotype.Component;

/**
 * The tools by the names a model knows. They are called through Spring's proxies, so each
 * call passes the guard.
 */
@Component
class Toolbox {

	private static final Tool.Parameter ROOM = new Tool.Parameter("room", "string", "kitchen, living room or bedroom");

	private final List<Tool> tools;

	Toolbox(SensorTools sensors, ActuatorTools actuators, AlertTools alerts) {
		this.tools = List.of(
				new Tool("read_sensor", "Read a room's temperature in degrees Celsius and humidity in percent",
						List.of(ROOM), (arguments) -> sensors.readSensor(arguments.text("room"))),
				new Tool("read_all_sensors", "Read the sensors of all rooms", List.of(),
						(arguments) -> sensors.readAllSensors()),
				new Tool("set_blinds", "Move a room's blinds",
						List.of(ROOM,
								new Tool.Parameter("position", "integer", "how far to close them, from 0 to 100")),
						(arguments) -> actuators.setBlinds(arguments.text("room"), arguments.integer("position"))),
				new Tool("send_alert", "Send an alert to the resident's phone",
						List.of(new Tool.Parameter("message", "string", "what to say")),
						(arguments) -> alerts.sendAlert(arguments.text("message"))),
				new Tool("unlock_front_door", "Unlock the front door", List.of(),
						(arguments) -> actuators.unlockFrontDoor()));
	}

	List<Tool> tools() {
		return this.tools;
	}

	/**
	 * The tool of a name.
	 * @throws UnknownToolException if there is none
	 */
	Tool tool(String name) {
		return this.tools.stream()
			.filter((tool) -> tool.name().equals(name))
			.findFirst()
			.orElseThrow(UnknownToolException::new);
	}

}
