package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import dev.grantex.gemma.autoconfigure.Applications;
import dev.grantex.gemma.autoconfigure.Contacts;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.autoconfigure.RunningApplication;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.sync.AuditSynchronized;

import static org.assertj.core.api.Assertions.assertThat;

class GrantexEndpointTests {

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void showsVerifiesAndSynchronizes(WebApplicationType type) {
		try (RunningApplication running = this.device.run(type, Application.class, RunningApplication.WITHOUT_SECURITY,
				"grantex.gemma.sync.on-startup=false")) {
			running.bean(Contacts.class).find();
			assertShows(running.json("/actuator/grantex"));
			JsonNode verdict = running.json("/actuator/grantex/audit");
			assertThat(verdict.get("valid").booleanValue()).isTrue();
			assertThat(verdict.get("brokenAt").intValue()).isEqualTo(-1);
			assertThat(verdict.get("entries").intValue()).isEqualTo(1);
			assertThat(verdict.get("head")).isEqualTo(this.device.entries().get(0).get("hash"));
			assertThat(running.get("/actuator/grantex/keys").statusCode()).isEqualTo(404);
			JsonNode result = running.synchronize();
			assertThat(result.get("accepted").intValue()).isEqualTo(1);
			assertThat(result.get("unsynchronized").intValue()).isZero();
			assertThat(result.get("problems")).isEmpty();
			assertThat(this.device.service().auditEntries(this.device.bundle().bundleId())).hasSize(1);
			assertThat(running.bean(ThreadOfSync.class).thread)
				.hasValueSatisfying((thread) -> assertThat(Schedulers.isNonBlockingThread(thread)).isFalse());
			assertThat(running.json("/actuator/grantex").toString()).doesNotContain(this.device.bundle().grantToken(),
					Device.KEY, this.device.service().customer().apiKey(), "PRIVATE KEY", "eyJ");
		}
	}

	@Test
	void tellsWhyCallsAreDenied() {
		this.device.service().faults().unreachable();
		this.device.contexts().run((context) -> {
			GrantexDescriptor status = context.getBean(GrantexEndpoint.class).status();
			assertThat(status.permitted()).isFalse();
			assertThat(status.reason()).isEqualTo("no_bundle");
			assertThat(status.remedy()).isNotBlank();
			assertThat(status.bundle()).isNull();
			assertThat(context.getBean(GrantexEndpoint.class).verify("audit")).isNull();
		});
	}

	@Test
	void saysThatADamagedLogCannotBeVerified() throws IOException {
		this.device.contexts()
			.withBean(Contacts.class)
			.withPropertyValues("grantex.gemma.sync.on-shutdown=false")
			.run((context) -> context.getBean(Contacts.class).find());
		Files.writeString(this.device.auditFile(), "{}\n");
		this.device.contexts()
			.run((context) -> assertThat(context.getBean(GrantexEndpoint.class).verify("audit"))
				.returns(false, AuditVerdict::valid)
				.returns(-1, AuditVerdict::brokenAt)
				.returns("log_truncated", AuditVerdict::reason));
	}

	private void assertShows(JsonNode status) {
		ConsentBundle bundle = this.device.bundle();
		assertThat(status.get("permitted").booleanValue()).isTrue();
		assertThat(status.at("/bundle/id").stringValue()).isEqualTo(bundle.bundleId());
		assertThat(status.at("/bundle/expiresAt").stringValue()).isEqualTo(bundle.offlineExpiresAt().toString());
		assertThat(status.at("/bundle/deviceId").stringValue()).isEqualTo("device-1");
		assertThat(status.at("/grant/scopes/0").stringValue()).isEqualTo("read:contacts");
		assertThat(status.at("/audit/entries").intValue()).isEqualTo(1);
		assertThat(status.at("/audit/unsynchronized").intValue()).isEqualTo(1);
		assertThat(status.at("/sync/failures").intValue()).isZero();
		assertThat(status.at("/clock/now").stringValue()).isNotBlank();
	}

	@Import({ Applications.Complete.class, ThreadOfSync.class })
	static class Application {

	}

	static class ThreadOfSync {

		private final AtomicReference<Thread> thread = new AtomicReference<>();

		@EventListener
		void onSynchronized(AuditSynchronized event) {
			this.thread.set(Thread.currentThread());
		}

	}

}
