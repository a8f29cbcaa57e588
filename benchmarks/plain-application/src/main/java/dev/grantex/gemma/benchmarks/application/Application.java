package dev.grantex.gemma.benchmarks.application;

import java.lang.management.ManagementFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

import com.sun.management.OperatingSystemMXBean;

/**
 * A minimal web application. Says on standard output when it is ready: {@code ready}, the
 * processor time so far in nanoseconds, the number of loaded classes, the port.
 */
@SpringBootApplication
public class Application {

	/**
	 * Starts the application.
	 * @param args none
	 */
	public static void main(String[] args) {
		SpringApplication.run(Application.class, args);
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		System.out.println("ready " + system.getProcessCpuTime() + " "
				+ ManagementFactory.getClassLoadingMXBean().getLoadedClassCount() + " "
				+ event.getApplicationContext().getEnvironment().getProperty("local.server.port"));
	}

}
