package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.Customer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With Boot's resource server on the class path and nothing else configured, endpoints
 * take grant tokens, verified offline.
 */
class ResourceServerTests {

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointsTakeGrantTokensOffline(WebApplicationType type) {
		try (RunningApplication running = this.device.run(type, Application.class)) {
			this.device.service().faults().unreachable();
			assertThat(running.get("/whoami").statusCode()).isEqualTo(401);
			assertThat(running.get("/whoami", this.device.bundle().grantToken()).body())
				.contains("SCOPE_read:contacts");
			assertThat(running.get("/whoami", callersToken()).statusCode()).isEqualTo(200);
			assertThat(running.get("/whoami", anotherCustomersToken()).statusCode()).isEqualTo(401);
			assertThat(running.get("/whoami", expiredToken()).statusCode()).isEqualTo(401);
			assertThat(running.get("/whoami", "not.a.token").statusCode()).isEqualTo(401);
		}
	}

	@Test
	void withoutABundleEveryTokenIsRefused() {
		this.device.service().faults().unreachable();
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Application.class)) {
			assertThat(running.get("/whoami", callersToken()).statusCode()).isEqualTo(401);
		}
	}

	@Test
	void aBundleIssuedLaterIsFollowed() {
		this.device.service().faults().unreachable();
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Application.class)) {
			this.device.service().faults().reachable();
			running.bean(AuditSynchronizer.class).sync();
			assertThat(running.get("/whoami", callersToken()).statusCode()).isEqualTo(200);
		}
	}

	private String callersToken() {
		return this.device.service().customer().mintToken(this.device.agent(), "user_alice", "read:contacts");
	}

	private String expiredToken() {
		return this.device.service()
			.customer()
			.mintToken(this.device.agent(), "user_alice", List.of("read:contacts"), Duration.ofHours(-1), Map.of());
	}

	private String anotherCustomersToken() {
		Customer other = this.device.service().createCustomer("other");
		Agent agent = other.registerAgent("thief", "read:contacts", "write:contacts");
		return other.mintToken(agent, "user_alice", "read:contacts", "write:contacts");
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		@GetMapping("/whoami")
		Mono<String> whoAmI(Authentication authentication) {
			return Mono.just(authentication.getAuthorities().toString());
		}

	}

}
