package dev.grantex.sample.demo;

import java.nio.file.Path;

import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.sample.home.Home;

/**
 * What the phases of the demo work with.
 *
 * @param screen prints
 * @param agent the running agent, over HTTP
 * @param cloud the service it belongs to
 * @param consent the device's consent, for what HTTP does not show
 * @param home the agent's home, to see what really happened there
 * @param bundleFile the stored bundle
 * @param auditFile the audit log
 */
record DemoRun(Screen screen, AgentClient agent, Cloud cloud, DeviceConsent consent, Home home, Path bundleFile,
		Path auditFile) {

	String health() {
		Reply health = this.agent.health();
		String reason = health.text("/components/grantexGemma/details/reason");
		return health.text("/components/grantexGemma/status") + (reason.isEmpty() ? "" : " (" + reason + ")");
	}

	String bundleId() {
		return this.agent.status().text("/bundle/id");
	}

}
