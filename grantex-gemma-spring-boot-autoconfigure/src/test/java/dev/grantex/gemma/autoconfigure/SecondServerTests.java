package dev.grantex.gemma.autoconfigure;

import java.net.URI;

import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The API key goes to the configured service only.
 */
class SecondServerTests {

	@RegisterExtension
	private final Device device = new Device();

	private GrantexSimulator second;

	@BeforeEach
	void startSecondServer() {
		this.second = GrantexSimulator.start();
	}

	@AfterEach
	void stopSecondServer() {
		this.second.close();
	}

	@Test
	void aSyncEndpointAtASecondServerReceivesNothing() {
		this.device.service().syncEndpointBase(this.second.baseUrl());
		this.device.contexts().withBean(Contacts.class).run((context) -> {
			context.getBean(Contacts.class).find();
			assertThat(this.device.bundle().syncEndpoint()).startsWith(this.second.baseUrl().toString());
			assertThat(context.getBean(AuditSynchronizer.class).sync().problems()).isEmpty();
			assertThat(this.device.service().auditEntries(this.device.bundle().bundleId())).hasSize(1);
		});
		assertThat(this.second.requests()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "LIST", "CREATE", "STATUS", "SYNC" })
	void aRedirectToASecondServerIsNotFollowed(Route route) {
		URI elsewhere = URI.create(this.second.baseUrl() + "/v1/consent-bundles");
		this.device.service().faults().redirect(route, elsewhere, 1);
		this.device.contexts().withBean(Contacts.class).run((context) -> {
			AuditSynchronizer synchronizer = context.getBean(AuditSynchronizer.class);
			if (route == Route.STATUS || route == Route.SYNC) {
				context.getBean(Contacts.class).find();
				assertThat(synchronizer.sync().problems()).hasSize(1);
			}
			assertThat(synchronizer.status().lastResult().problems()).hasSize(1);
			assertThat(synchronizer.sync().problems()).isEmpty();
		});
		assertThat(this.second.requests()).isEmpty();
	}

}
