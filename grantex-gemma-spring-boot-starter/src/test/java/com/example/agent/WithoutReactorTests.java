package com.example.agent;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.guard.RequiresScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * An application without Reactor, which the starter does not bring along.
 */
class WithoutReactorTests {

	@TempDir
	private Path directory;

	@Test
	void theStarterBringsNoReactor() {
		assertThat(ClassUtils.isPresent("reactor.core.publisher.Mono", getClass().getClassLoader())).isFalse();
		assertThat(ClassUtils.isPresent("org.reactivestreams.Publisher", getClass().getClassLoader())).isFalse();
	}

	@Test
	void methodsWithValuesAndStagesAreGuarded() {
		try (ConfigurableApplicationContext context = start(Lookups.class)) {
			Lookups lookups = context.getBean(Lookups.class);
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> lookups.find("Ada"));
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> lookups.findLater("Ada"));
			assertThatNoException().isThrownBy(lookups::open);
		}
	}

	@Test
	void aPublisherWhoseEndNobodyCouldSeeFailsTheStart() {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(Publishing.class).close())
			.withStackTraceContaining("its outcome cannot be observed through its return type")
			.withStackTraceContaining("needs io.projectreactor:reactor-core in the application");
	}

	private ConfigurableApplicationContext start(Class<?> tools) {
		return new SpringApplicationBuilder(AgentApplication.class, tools).web(WebApplicationType.NONE)
			.run("--directory=" + this.directory, "--simulator.url=http://127.0.0.1:1", "--simulator.key=key",
					"--simulator.agent=agent", "--grantex.gemma.bundle.auto-issue=false",
					"--grantex.gemma.sync.enabled=false");
	}

	static class Lookups {

		@RequiresScope("read:contacts")
		String find(String name) {
			return name;
		}

		@RequiresScope("read:contacts")
		CompletionStage<String> findLater(String name) {
			return CompletableFuture.completedFuture(name);
		}

		String open() {
			return "open";
		}

	}

	static class Publishing {

		@RequiresScope("read:contacts")
		Flow.Publisher<String> find() {
			return (subscriber) -> {
			};
		}

	}

}
