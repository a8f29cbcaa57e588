package com.example.agent;

import java.util.List;

import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AgentController {

	private final Contacts contacts;

	AgentController(Contacts contacts) {
		this.contacts = contacts;
	}

	@GetMapping("/contacts/{name}")
	List<String> find(@PathVariable String name) {
		return this.contacts.find(name);
	}

	@DeleteMapping("/contacts/{name}")
	void delete(@PathVariable String name) {
		this.contacts.delete(name);
	}

	@PostMapping("/contacts/{name}/call")
	String call(@PathVariable String name) {
		return this.contacts.call(name);
	}

}
