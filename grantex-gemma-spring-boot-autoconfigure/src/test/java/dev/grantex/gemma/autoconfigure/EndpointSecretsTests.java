package dev.grantex.gemma.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What actuator endpoints show of this library's secrets when they are told to show all.
 */
class EndpointSecretsTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void endpointsThatShowAllValuesShowNoSecret() {
		String apiKey = this.device.service().customer().apiKey();
		try (RunningApplication application = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				RunningApplication.WITHOUT_SECURITY, "management.endpoint.env.show-values=always",
				"management.endpoint.configprops.show-values=always",
				"grantex.gemma.bundle.previous-keys=former-key-1,former-key-2", "my.copy=" + apiKey,
				"my.reference=x${grantex.gemma.bundle.encryption-key}x")) {
			for (String path : new String[] { "env", "configprops", "configprops/grantex.gemma",
					"env/grantex.gemma.api.key", "env/grantex.gemma.bundle.encryption-key",
					"env/grantex.gemma.bundle.previous-keys", "env/my.copy", "env/my.reference" }) {
				assertThat(application.get("/actuator/" + path).body()).as(path)
					.contains("******")
					.doesNotContain(apiKey, Device.KEY, "former-key");
			}
			assertThat(application.get("/actuator/env").body()).contains("\"device-1\"");
			assertThat(application.get("/actuator/configprops/grantex.gemma").body()).contains("\"device-1\"",
					"user_alice");
		}
	}

}
