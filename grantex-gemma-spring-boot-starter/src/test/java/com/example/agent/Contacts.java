package com.example.agent;

import java.util.List;

import dev.grantex.gemma.guard.RequiresScope;

import org.springframework.stereotype.Component;

/**
 * Tools of an agent.
 */
@Component
class Contacts {

	@RequiresScope(value = "read:contacts", action = "tool:find_contacts", metadata = "{'found': #result.size()}")
	public List<String> find(String name) {
		return List.of(name + " Example");
	}

	@RequiresScope("write:contacts")
	public void delete(String name) {
		throw new AssertionError("Must never run without consent");
	}

	@RequiresScope("read:contacts")
	public String call(String name) {
		throw new IllegalStateException("The line is busy");
	}

}
