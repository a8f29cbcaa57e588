package dev.grantex.sample.home;

import java.util.List;

import org.springframework.stereotype.Component;

/**
 * A small home on a sunny day. In the bedroom a flower pot on the sill keeps the blinds
 * from closing.
 */
@Component
public class Home {

	private static final int FLOWER_POT = 60;

	private final List<Room> rooms = List.of(new Room("kitchen", 20.5, 4, 48, new Blinds(null)),
			new Room("living room", 21, 3.5, 44, new Blinds(null)),
			new Room("bedroom", 19, 2, 51, new Blinds(FLOWER_POT)));

	private final FrontDoor frontDoor = new FrontDoor();

	private final Phone phone = new Phone();

	public List<Room> rooms() {
		return this.rooms;
	}

	/**
	 * The room of a name.
	 * @throws UnknownRoomException if there is none
	 */
	public Room room(String name) {
		return this.rooms.stream()
			.filter((room) -> room.name().equals(name))
			.findFirst()
			.orElseThrow(UnknownRoomException::new);
	}

	public FrontDoor frontDoor() {
		return this.frontDoor;
	}

	public Phone phone() {
		return this.phone;
	}

}
