package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * What users of the library write.
 */
public final class Applications {

	private Applications() {
	}

	/**
	 * With everything Boot brings along.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Contacts.class, Contacts.Controller.class })
	public static class Complete {

	}

	/**
	 * With nothing but the library.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration(GrantexGemmaAutoConfiguration.class)
	@Import(Contacts.class)
	public static class Small {

	}

}
