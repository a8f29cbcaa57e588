package dev.grantex.sample.agent;

import java.util.Map;

import org.springframework.stereotype.Component;

import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.sample.home.Blinds;
import dev.grantex.sample.home.Home;

/**
 * Tools that change something in the home. Each needs a scope of its own.
 */
@Component
public class ActuatorTools {

	private final Home home;

	public ActuatorTools(Home home) {
		this.home = home;
	}

	@RequiresScope(value = "move:blinds", action = "tool:set_blinds",
			metadata = "{'room': #room, 'position': #position}")
	public Map<String, Object> setBlinds(String room, int position) {
		Blinds blinds = this.home.room(room).blinds();
		blinds.moveTo(position);
		return Map.of("room", room, "position", blinds.position());
	}

	@RequiresScope(value = "unlock:doors", action = "tool:unlock_front_door")
	public Map<String, Object> unlockFrontDoor() {
		this.home.frontDoor().unlock();
		return Map.of("locked", this.home.frontDoor().isLocked());
	}

}
