package dev.grantex.gemma.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.grant.ScopeViolationMode;
import dev.grantex.gemma.guard.GrantSource;

import static org.assertj.core.api.Assertions.assertThat;

class GrantexGemmaPropertiesTests {

	@Test
	void hasDefaults() {
		GrantexGemmaProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.scopes()).isEmpty();
		assertThat(properties.offlineTtl()).isEqualTo(Duration.ofHours(72));
		assertThat(properties.api().baseUrl()).isEqualTo(URI.create("https://api.grantex.dev"));
		assertThat(properties.api().connectTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.api().readTimeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.api().allowInsecureHttp()).isFalse();
		assertThat(properties.bundle().path()).isEqualTo(Path.of(".grantex/bundle.enc"));
		assertThat(properties.bundle().previousKeys()).isEmpty();
		assertThat(properties.bundle().autoIssue()).isTrue();
		assertThat(properties.bundle().refreshThreshold()).isEqualTo(0.2);
		assertThat(properties.verifier().clockSkew()).isEqualTo(Duration.ofSeconds(30));
		assertThat(properties.verifier().maxDelegationDepth()).isEqualTo(3);
		assertThat(properties.verifier().onScopeViolation()).isEqualTo(ScopeViolationMode.THROW);
		assertThat(properties.guard().grantSource()).isEqualTo(GrantSource.BUNDLE);
		assertThat(properties.guard().recordIntent()).isFalse();
		assertThat(properties.guard().order()).isEqualTo(425);
		assertThat(properties.audit().path()).isEqualTo(Path.of(".grantex/audit.jsonl"));
		assertThat(properties.audit().maxSize()).isEqualTo(DataSize.ofMegabytes(50));
		assertThat(properties.audit().rotateOnSize()).isTrue();
		assertThat(properties.audit().retention()).isEqualTo(Duration.ofDays(30));
		assertThat(properties.audit().maxTotalSize()).isEqualTo(DataSize.ofGigabytes(1));
		assertThat(properties.audit().durability()).isEqualTo(Durability.FSYNC);
		assertThat(properties.sync().enabled()).isTrue();
		assertThat(properties.sync().interval()).isEqualTo(Duration.ofMinutes(5));
		assertThat(properties.sync().batchSize()).isEqualTo(100);
		assertThat(properties.sync().onStartup()).isTrue();
		assertThat(properties.sync().onShutdown()).isTrue();
	}

	@Test
	void passItsOwnRulesByDefault() {
		PropertyRules.check(bind(Map.of()));
	}

	@Test
	void printNoSecrets() {
		GrantexGemmaProperties properties = bind(Map.of("grantex.gemma.api.key", "secret-1",
				"grantex.gemma.api.base-url", "https://me:secret-2@example.com", "grantex.gemma.bundle.encryption-key",
				"secret-3", "grantex.gemma.bundle.passphrase", "secret-4", "grantex.gemma.bundle.previous-keys",
				"secret-5"));
		assertThat(properties.toString()).doesNotContain("secret");
		assertThat(properties.api().toString()).doesNotContain("secret");
		assertThat(properties.bundle().toString()).doesNotContain("secret");
	}

	@Test
	void aRequestTakesDeviceAndPlatformFromTheMachine() throws Exception {
		BundleRequest request = BundleRequestFactory.create(bind(Map.of("grantex.gemma.agent-id", "ag_1",
				"grantex.gemma.user-id", "alice", "grantex.gemma.scopes", "a,b", "grantex.gemma.offline-ttl", "90m")));
		assertThat(request.scopes()).containsExactly("a", "b");
		assertThat(request.offlineTtl()).isEqualTo("5400s");
		assertThat(request.deviceId()).isNotBlank();
		assertThat(request.devicePlatform()).isNotBlank();
	}

	@Test
	void nothingIsRequestedWithoutAgentUserOrScopes() {
		assertThat(BundleRequestFactory
			.create(bind(Map.of("grantex.gemma.agent-id", "ag_1", "grantex.gemma.user-id", "alice")))).isNull();
		assertThat(BundleRequestFactory
			.create(bind(Map.of("grantex.gemma.agent-id", "ag_1", "grantex.gemma.scopes", "a")))).isNull();
		assertThat(BundleRequestFactory
			.create(bind(Map.of("grantex.gemma.user-id", "alice", "grantex.gemma.scopes", "a")))).isNull();
	}

	private static GrantexGemmaProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("grantex.gemma",
				GrantexGemmaProperties.class);
	}

}
