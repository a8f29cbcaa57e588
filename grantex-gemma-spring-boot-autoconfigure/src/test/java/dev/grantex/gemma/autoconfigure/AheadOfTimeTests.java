package dev.grantex.gemma.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.actuate.AuditVerdict;
import dev.grantex.gemma.actuate.GrantexDescriptor;
import dev.grantex.gemma.actuate.GrantexEndpoint;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that is processed ahead of time, as for a native image.
 */
class AheadOfTimeTests {

	@RegisterExtension
	private final Device device = new Device();

	private final TestGenerationContext generated = new TestGenerationContext();

	@Test
	void processingOpensNoFilesAndTouchesNoNetwork() {
		process();
		assertThat(this.device.directory()).isEmptyDirectory();
		assertThat(this.device.service().requests()).isEmpty();
	}

	@Test
	void whatTheEndpointAnswersCanBeWrittenAsJson() {
		process();
		assertThat(this.generated.getRuntimeHints())
			.matches(RuntimeHintsPredicates.reflection().onType(GrantexDescriptor.class))
			.matches(RuntimeHintsPredicates.reflection().onType(GrantexDescriptor.BundleDescriptor.class))
			.matches(RuntimeHintsPredicates.reflection().onType(VerifiedGrant.class))
			.matches(RuntimeHintsPredicates.reflection().onType(AuditVerdict.class))
			.matches(RuntimeHintsPredicates.reflection()
				.onType(GrantexDescriptor.CycleDescriptor.class)
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
	}

	@Test
	void noSecretEntersWhatIsGenerated() {
		process();
		assertThat(this.generated.getGeneratedFiles().getGeneratedFiles(Kind.SOURCE).values()).isNotEmpty()
			.allSatisfy((file) -> assertThat(new String(file.getInputStream().readAllBytes()))
				.doesNotContain(Device.KEY, this.device.service().customer().apiKey()));
	}

	@Test
	@CompileWithForkedClassLoader
	@SuppressWarnings("unchecked")
	void theGuardIsInPlaceInWhatWasGenerated() {
		ClassName initializer = process();
		TestCompiler.forSystem().with(this.generated).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			TestPropertyValues.of(this.device.properties()).applyTo(context);
			compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()).initialize(context);
			try (context) {
				context.refresh();
				Contacts contacts = context.getBean(Contacts.class);
				assertThat(contacts.find()).isEqualTo("Ada");
				assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(contacts::delete);
				assertThat(context.getBean(GrantexEndpoint.class).status().permitted()).isTrue();
			}
		});
		assertThat(this.device.results()).containsExactly("success", "denied");
	}

	@Test
	@CompileWithForkedClassLoader
	@SuppressWarnings("unchecked")
	void anEnvironmentThatWouldHaveMadeAnotherApplicationFailsTheStart() {
		ClassName initializer = process();
		String issuer = "spring.security.oauth2.resourceserver.jwt.issuer-uri";
		TestCompiler.forSystem().with(this.generated).compile((compiled) -> {
			for (String property : List.of(issuer + "=https://idp.example.com", "grantex.gemma.enabled=off")) {
				GenericApplicationContext context = new GenericApplicationContext();
				TestPropertyValues.of(this.device.properties()).and(property).applyTo(context);
				compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()).initialize(context);
				assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(context::refresh)
					.satisfies((ex) -> assertThat(property).startsWith(ex.property() + "="));
			}
		});
		assertThat(this.device.directory()).isEmptyDirectory();
	}

	private ClassName process() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(this.device.properties())
				.and("management.endpoints.web.exposure.include=*")
				.applyTo(context);
			context.register(Application.class);
			ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, this.generated);
			this.generated.writeGeneratedContent();
			return initializer;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GrantexGemmaAutoConfiguration.class, GrantexGemmaResourceServerAutoConfiguration.class,
			GrantexGemmaActuatorAutoConfiguration.class })
	@Import(Contacts.class)
	static class Application {

	}

}
