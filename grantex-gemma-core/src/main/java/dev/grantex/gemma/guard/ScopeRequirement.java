package dev.grantex.gemma.guard;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

import org.springframework.util.StringUtils;

/**
 * What a call needs in order to run, and how it is recorded.
 *
 * @param scopes the scopes, all of them needed; at least one, none blank
 * @param action the action in the audit entry, empty for the default
 * @param metadata the SpEL expression for further metadata, empty for none
 * @param recordIntent whether an entry is written before the call
 */
public record ScopeRequirement(List<String> scopes, String action, String metadata, RecordIntent recordIntent) {

	/**
	 * Creates a requirement.
	 * @throws IllegalArgumentException if there is no scope or a blank one
	 */
	public ScopeRequirement {
		Objects.requireNonNull(action, "action");
		Objects.requireNonNull(metadata, "metadata");
		Objects.requireNonNull(recordIntent, "recordIntent");
		scopes = List.copyOf(new LinkedHashSet<>(scopes));
		if (scopes.isEmpty()) {
			throw new IllegalArgumentException("it requires no scope");
		}
		if (!scopes.stream().allMatch(StringUtils::hasText)) {
			throw new IllegalArgumentException("it requires a blank scope");
		}
	}

	/**
	 * The same requirement under another action.
	 */
	ScopeRequirement withAction(String action) {
		return new ScopeRequirement(this.scopes, action, this.metadata, this.recordIntent);
	}

}
