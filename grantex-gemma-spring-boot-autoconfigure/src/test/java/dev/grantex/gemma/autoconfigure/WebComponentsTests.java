package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.time.Duration;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import dev.grantex.gemma.guard.RequiresScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a server, a dispatcher and Boot call on their components passes the guard, also
 * where these depend on each other.
 */
class WebComponentsTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void componentsOfAServletServerAreGuarded() {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, ServletApplication.class,
				"spring.main.allow-circular-references=true")) {
			assertThat(running.get("/shed/").body()).isEqualTo("shed");
			assertThat(running.get("/open").statusCode()).isEqualTo(200);
			awaitActions("Runner.run", "Shed.service", "Gate.doFilter", "Turnstile.preHandle", "Gate.doFilter");
		}
	}

	@Test
	void filtersOfAReactiveServerAreGuarded() {
		try (RunningApplication running = this.device.run(WebApplicationType.REACTIVE, ReactiveApplication.class)) {
			assertThat(running.get("/open").statusCode()).isEqualTo(200);
			awaitActions("ReactiveGate.filter");
		}
	}

	/** A filter's call ends after its response. */
	private void awaitActions(String... actions) {
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(
					() -> assertThat(this.device.entries()).extracting((entry) -> entry.get("action").stringValue())
						.containsExactly(actions));
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GrantexGemmaAutoConfiguration.class, AopAutoConfiguration.class,
			TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class })
	@Import({ Contacts.Controller.class, Contacts.class, Runner.class, Gate.class, Turnstile.class, Circle.class,
			Interceptors.class })
	static class ServletApplication {

		@Bean
		static Shed shed() {
			return new Shed();
		}

		/** A second one, so that each has a path of its own. */
		@Bean
		static Shed otherShed() {
			return new Shed();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ GrantexGemmaAutoConfiguration.class, NettyReactiveWebServerAutoConfiguration.class,
			HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class })
	@Import({ Contacts.Controller.class, Contacts.class, ReactiveGate.class })
	static class ReactiveApplication {

	}

	static class Runner implements CommandLineRunner {

		@Override
		@RequiresScope("read:contacts")
		public void run(String... arguments) {
		}

	}

	static class Shed implements Servlet {

		private ServletConfig config;

		@Override
		public void init(ServletConfig config) {
			this.config = config;
		}

		@Override
		public ServletConfig getServletConfig() {
			return this.config;
		}

		@Override
		public String getServletInfo() {
			return "shed";
		}

		@Override
		@RequiresScope("read:contacts")
		public void service(ServletRequest request, ServletResponse response) throws IOException {
			response.getWriter().write("shed");
		}

		@Override
		public void destroy() {
		}

	}

	static class Gate implements Filter {

		@Autowired
		Circle circle;

		@Override
		@RequiresScope("read:contacts")
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			chain.doFilter(request, response);
		}

	}

	static class Turnstile implements HandlerInterceptor {

		@Autowired
		Circle circle;

		@Override
		@RequiresScope("read:contacts")
		public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
			return true;
		}

	}

	static class Circle {

		@Autowired
		Gate gate;

		@Autowired
		Turnstile turnstile;

	}

	static class Interceptors implements WebMvcConfigurer {

		@Autowired
		Turnstile turnstile;

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(this.turnstile).addPathPatterns("/open");
		}

	}

	static class ReactiveGate implements WebFilter {

		@Override
		@RequiresScope("read:contacts")
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			return chain.filter(exchange);
		}

	}

}
