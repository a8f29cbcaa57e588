package dev.grantex.gemma.autoconfigure;

/**
 * A property has a value that cannot work. Neither message nor analysis holds the value,
 * which may be a secret.
 */
class InvalidPropertyException extends IllegalArgumentException {

	private final String property;

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param property the property's full name
	 * @param problem what is wrong with its value, as a clause that follows "because"
	 * @param remedy what to do, one or two sentences
	 */
	InvalidPropertyException(String property, String problem, String remedy) {
		super("The property '" + property + "' cannot be used, because " + problem);
		this.property = property;
		this.remedy = remedy;
	}

	String property() {
		return this.property;
	}

	String remedy() {
		return this.remedy;
	}

}
