package dev.grantex.gemma.autoconfigure;

import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.grantex.gemma.guard.RequiresScope;

/**
 * Tools of an agent, and their use over HTTP.
 */
public class Contacts {

	@RequiresScope("read:contacts")
	public String find() {
		return "Ada";
	}

	@RequiresScope("write:contacts")
	public String delete() {
		throw new AssertionError("Must never run without consent");
	}

	@RestController
	public static class Controller {

		private final Contacts contacts;

		Controller(Contacts contacts) {
			this.contacts = contacts;
		}

		@GetMapping("/find")
		String find() {
			return this.contacts.find();
		}

		@GetMapping("/delete")
		String delete() {
			return this.contacts.delete();
		}

		@GetMapping("/whoami")
		String whoAmI(Authentication authentication) {
			return authentication.getAuthorities().toString();
		}

		@GetMapping("/open")
		String open() {
			return "open";
		}

	}

}
