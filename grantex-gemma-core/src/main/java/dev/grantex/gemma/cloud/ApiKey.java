package dev.grantex.gemma.cloud;

/**
 * The customer's API key, in a type whose text form does not show it.
 */
final class ApiKey {

	private static final int MAX_LENGTH = 4096;

	private final String value;

	private ApiKey(String value) {
		this.value = value;
	}

	static ApiKey of(String value) {
		boolean valid = !value.isEmpty() && value.length() <= MAX_LENGTH
				&& value.chars().allMatch((character) -> character > ' ' && character < 0x7f);
		if (!valid) {
			throw new IllegalArgumentException(
					"The API key must be 1 to 4096 visible ASCII characters without white space");
		}
		return new ApiKey(value);
	}

	String toAuthorization() {
		return "Bearer " + this.value;
	}

	@Override
	public String toString() {
		return "ApiKey[]";
	}

}
