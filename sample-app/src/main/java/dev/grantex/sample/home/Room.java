package dev.grantex.sample.home;

/**
 * A room with blinds and a climate sensor. The more the blinds are closed, the less the
 * sun warms it.
 */
public final class Room {

	private final String name;

	private final double shadedTemperature;

	private final double warmthOfSun;

	private final int humidity;

	private final Blinds blinds;

	Room(String name, double shadedTemperature, double warmthOfSun, int humidity, Blinds blinds) {
		this.name = name;
		this.shadedTemperature = shadedTemperature;
		this.warmthOfSun = warmthOfSun;
		this.humidity = humidity;
		this.blinds = blinds;
	}

	public String name() {
		return this.name;
	}

	/**
	 * The temperature in degrees Celsius, to a tenth.
	 */
	public double temperature() {
		double exposed = (100 - this.blinds.position()) / 100.0;
		return Math.round((this.shadedTemperature + this.warmthOfSun * exposed) * 10) / 10.0;
	}

	/**
	 * The relative humidity in percent.
	 */
	public int humidity() {
		return this.humidity;
	}

	public Blinds blinds() {
		return this.blinds;
	}

}
