package dev.grantex.sample.home;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The resident's phone, reached over the home's own network.
 */
public final class Phone {

	private final List<String> alerts = new CopyOnWriteArrayList<>();

	Phone() {
	}

	public void alert(String message) {
		this.alerts.add(message);
	}

	/**
	 * The alerts received, oldest first.
	 */
	public List<String> alerts() {
		return List.copyOf(this.alerts);
	}

}
