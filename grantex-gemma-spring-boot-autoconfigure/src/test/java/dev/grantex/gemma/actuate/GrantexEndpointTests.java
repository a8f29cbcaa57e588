package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.autoconfigure.Applications;
import dev.grantex.gemma.autoconfigure.Contacts;
import dev.grantex.gemma.autoconfigure.Device;
import dev.grantex.gemma.autoconfigure.RunningApplication;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.disk.HeldOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.sync.AuditSynchronized;
import dev.grantex.gemma.sync.AuditSynchronizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void saysWhenToAskAgainWhileAnotherVerifies(WebApplicationType type) throws Exception {
		try (RunningApplication running = this.device.run(type, SlowDisk.class, RunningApplication.WITHOUT_SECURITY,
				"grantex.gemma.sync.on-startup=false")) {
			running.bean(Contacts.class).find();
			HeldOperation held = HeldOperation.nextReading(running.bean(RecordingFileSystem.class).faults());
			CompletableFuture<JsonNode> verifying = CompletableFuture
				.supplyAsync(() -> running.json("/actuator/grantex/audit"));
			held.await();
			assertThat(running.get("/actuator/grantex/audit").statusCode()).isEqualTo(503);
			JsonNode answer = running.json("/actuator/grantex/audit");
			assertThat(answer.get("retryAfter").intValue()).isEqualTo(1);
			assertThat(Instant.parse(answer.get("until").stringValue())).isAfter(Instant.EPOCH);
			held.release();
			assertThat(verifying.get(60, TimeUnit.SECONDS).get("valid").booleanValue()).isTrue();
			assertThat(running.json("/actuator/grantex/audit").get("verifiedAt").stringValue()).isNotBlank();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void letsEightWaitForACycleAndAnswersAllOtherRequestsMeanwhile(WebApplicationType type) throws Exception {
		try (RunningApplication running = this.device.run(type, Applications.Complete.class,
				RunningApplication.WITHOUT_SECURITY, "grantex.gemma.sync.on-startup=false",
				"server.tomcat.threads.max=10")) {
			Pause held = this.device.service().faults().pauseBeforeCommit(Route.STATUS);
			this.device.service().clearRequests();
			ExecutorService clients = Executors.newCachedThreadPool();
			try {
				if (type == WebApplicationType.REACTIVE) {
					leave(running);
				}
				List<CompletableFuture<HttpResponse<String>>> posts = Stream
					.generate(() -> CompletableFuture.supplyAsync(() -> running.post("/actuator/grantex"), clients))
					.limit(30)
					.toList();
				await().until(() -> posts.stream().filter(CompletableFuture::isDone).count() == 22);
				assertThat(posts.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
					.allSatisfy((refused) -> {
						assertThat(refused.statusCode()).isEqualTo(503);
						assertThat(refused.body()).matches("\\{\"retryAfter\":5,\"until\":\"[-0-9T:.]+Z\"}");
					});
				assertThat(running.get("/actuator/health").statusCode()).isEqualTo(200);
				held.release();
				await().until(() -> posts.stream().allMatch(CompletableFuture::isDone));
				assertThat(posts.stream().map(CompletableFuture::join).filter((post) -> post.statusCode() == 200))
					.hasSize(8)
					.allSatisfy((post) -> assertThat(post.body()).contains("\"successful\":true"));
				assertThat(this.device.requests(Route.STATUS)).isLessThanOrEqualTo(2);
			}
			finally {
				held.release();
				clients.shutdownNow();
			}
		}
	}

	/**
	 * On WebFlux a client that leaves frees its place.
	 */
	private static void leave(RunningApplication running) throws IOException {
		GrantexEndpoint endpoint = running.bean(GrantexEndpoint.class);
		List<Socket> clients = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			clients.add(openPost(running));
		}
		await().until(() -> endpoint.waiting() == 8);
		for (Socket client : clients) {
			client.close();
		}
		await().until(() -> endpoint.waiting() == 0);
	}

	private static Socket openPost(RunningApplication running) throws IOException {
		String port = running.context().getEnvironment().getRequiredProperty("local.server.port");
		Socket client = new Socket("localhost", Integer.parseInt(port));
		client.getOutputStream()
			.write("POST /actuator/grantex HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n"
				.getBytes(StandardCharsets.US_ASCII));
		return client;
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

	@Import(Applications.Complete.class)
	static class SlowDisk {

		@Bean(destroyMethod = "")
		RecordingFileSystem disk(Device device) throws IOException {
			return RecordingFileSystem.unforced(device.directory());
		}

		@Bean
		AuditLogs auditLogs(RecordingFileSystem disk) {
			return (bundle) -> OfflineAuditLog.builder(disk.root().resolve("audit.jsonl"), bundle);
		}

		@Bean
		GrantexEndpoint grantexEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer) {
			return new GrantexEndpoint(consent, synchronizer, Clock.systemUTC(), Duration.ofMillis(1),
					Duration.ofMillis(1));
		}

	}

	static class ThreadOfSync {

		private final AtomicReference<Thread> thread = new AtomicReference<>();

		@EventListener
		void onSynchronized(AuditSynchronized event) {
			this.thread.set(Thread.currentThread());
		}

	}

}
