package com.example.agent;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The application as a process would run it: started, asked over HTTP, stopped.
 */
final class RunningAgent implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private RunningAgent(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningAgent start(GrantexSimulator simulator, Agent agent, Path directory, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--simulator.url=" + simulator.baseUrl(),
				"--simulator.key=" + simulator.customer().apiKey(), "--simulator.agent=" + agent.id(),
				"--directory=" + directory));
		all.addAll(List.of(arguments));
		return new RunningAgent(SpringApplication.run(AgentApplication.class, all.toArray(String[]::new)));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	HttpResponse<String> get(String path) {
		return send(request(path).GET());
	}

	HttpResponse<String> delete(String path) {
		return send(request(path).DELETE());
	}

	HttpResponse<String> post(String path) {
		return send(request(path).header("content-type", "application/json").POST(BodyPublishers.noBody()));
	}

	JsonNode json(String path) {
		return JSON.readTree(get(path).body());
	}

	JsonNode synchronize() {
		return JSON.readTree(post("/actuator/grantex").body());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.http.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

}
