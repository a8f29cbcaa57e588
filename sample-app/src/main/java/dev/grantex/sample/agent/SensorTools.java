package dev.grantex.sample.agent;

import java.util.List;

import org.springframework.stereotype.Component;

import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.sample.home.Home;

/**
 * Tools that look and do not touch. The annotation of the class covers all of them.
 */
@Component
@RequiresScope("read:sensors")
public class SensorTools {

	private final Home home;

	public SensorTools(Home home) {
		this.home = home;
	}

	public SensorReading readSensor(String room) {
		return SensorReading.of(this.home.room(room));
	}

	public List<SensorReading> readAllSensors() {
		return this.home.rooms().stream().map(SensorReading::of).toList();
	}

}
