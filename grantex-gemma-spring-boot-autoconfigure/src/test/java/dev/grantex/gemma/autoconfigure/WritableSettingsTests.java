package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where settings come from that an agent with file tools could change.
 */
@ExtendWith(OutputCaptureExtension.class)
class WritableSettingsTests {

	private static final String BASE_URL = "grantex.gemma.api.base-url";

	@TempDir
	Path directory;

	@Test
	void settingsOfTheClassPathTheEnvironmentAndTheCommandLineAreNotTold(CapturedOutput output) {
		assertThat(settings("--grantex.gemma.api.base-url=https://api.example", "--grantex.gemma.bundle.passphrase=x"))
			.isEmpty();
		assertThat(output).doesNotContain("can write or replace");
	}

	@Test
	void aFileInTheWorkingDirectoryIsTold(CapturedOutput output) throws IOException {
		Path file = write("config/application.properties", "grantex.gemma.api.base-url=https://evil.example",
				"grantex.gemma.bundle.reissue-after=bundle_1,bundle_2", "grantex.gemma.sync.interval=7m");
		assertThat(settings(location("config/"))).containsExactly(BASE_URL, "grantex.gemma.bundle.reissue-after");
		assertThat(output).contains(file.toString()).doesNotContain("evil.example").doesNotContain("bundle_1");
		assertThat(output.toString().split("can write or replace", -1)).hasSize(2);
	}

	@Test
	void everyFormOfANameIsTold() throws IOException {
		write("application.properties", "grantex.gemma.api.baseUrl=https://api.example", "grantex.gemma.api.KEY=k",
				"GRANTEX_GEMMA.bundle.encryption_key=0", "grantex.gemma.bundle.previousKeys[0]=a");
		assertThat(settings(location(""))).contains(BASE_URL, "grantex.gemma.api.key",
				"grantex.gemma.bundle.previous-keys");
	}

	@Test
	void listsOfYamlAreTold() throws IOException {
		write("application.yaml", "grantex.gemma.bundle:", "  reissue-after: [ bundle_1, bundle_2 ]",
				"  previous-keys:", "  - a", "  - b");
		assertThat(settings(location(""))).containsExactly("grantex.gemma.bundle.previous-keys",
				"grantex.gemma.bundle.reissue-after");
	}

	@Test
	void filesOfProfilesAndAdditionalLocationsAreTold() throws IOException {
		write("application-field.properties", "grantex.gemma.api.base-url=https://api.example");
		write("more/application.properties", "grantex.gemma.bundle.passphrase=x");
		assertThat(settings("--spring.profiles.active=field",
				"--spring.config.additional-location=file:" + this.directory + "/,file:" + this.directory + "/more/"))
			.containsExactly(BASE_URL, "grantex.gemma.bundle.passphrase");
	}

	@Test
	void importedFilesAndDirectoriesOfFilesAreTold() throws IOException {
		write("imported.properties", "grantex.gemma.api.base-url=https://api.example");
		write("secrets/grantex/gemma/bundle/encryption-key", "00");
		assertThat(settings("--spring.config.import=file:" + this.directory + "/imported.properties,configtree:"
				+ this.directory + "/secrets/"))
			.containsExactly(BASE_URL, "grantex.gemma.bundle.encryption-key");
	}

	@Test
	void whatAValueRefersToIsTold() throws IOException {
		write("application.properties", "SERVICE_HOST=evil.example");
		assertThat(settings(location(""), "--grantex.gemma.api.base-url=https://${SERVICE_HOST:api.example}/",
				"--grantex.gemma.api.key=${UNKNOWN:${grantex.gemma.api.base-url}}"))
			.containsExactly(BASE_URL, "grantex.gemma.api.key");
	}

	@Test
	void whatAFileSaysAndSomethingElseOverridesIsNotTold() throws IOException {
		write("application.properties", "grantex.gemma.api.base-url=https://evil.example", "SERVICE_HOST=evil.example");
		assertThat(settings(location(""), "--grantex.gemma.api.base-url=https://${HOST:${SERVICE_HOST}}/",
				"--HOST=api.example"))
			.isEmpty();
	}

	@Test
	void aFileIsToldWhoseImportCouldBeChanged() throws IOException {
		write("application.properties", "spring.config.import=classpath:/with-base-url.properties");
		assertThat(settings(location(""))).containsExactly(BASE_URL);
		assertThat(settings("--spring.config.import=classpath:/with-base-url.properties")).isEmpty();
	}

	private Path write(String name, String... lines) throws IOException {
		Path file = this.directory.resolve(name);
		Files.createDirectories(file.getParent());
		return Files.write(file, List.of(lines));
	}

	private String location(String directory) {
		return "--spring.config.location=file:" + this.directory + "/" + directory;
	}

	private static List<String> settings(String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--spring.main.banner-mode=off");
		SpringApplication application = new SpringApplication(Nothing.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("spring.main.lazy-initialization", "true"));
		try (ConfigurableApplicationContext context = application.run(all.toArray(String[]::new))) {
			return WritableSettings.find(context.getEnvironment()).names();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
