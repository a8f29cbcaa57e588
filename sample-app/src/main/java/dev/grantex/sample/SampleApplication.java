package dev.grantex.sample;

import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

import dev.grantex.sample.demo.Demo;

/**
 * Starts the agent, or with {@code --demo} shows what it does and ends.
 */
@SpringBootApplication
public class SampleApplication {

	public static void main(String[] args) {
		SpringApplication application = application();
		if (List.of(args).contains(Demo.OPTION)) {
			System.exit(Demo.run(application, args, System.out));
		}
		application.run(args);
	}

	static SpringApplication application() {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.addInitializers(new GrantexServiceInitializer());
		return application;
	}

}
