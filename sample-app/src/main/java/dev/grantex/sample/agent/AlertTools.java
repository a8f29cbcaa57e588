package dev.grantex.sample.agent;

import java.util.Map;

import org.springframework.stereotype.Component;

import dev.grantex.gemma.guard.RecordIntent;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.sample.home.Home;

/**
 * A tool that cannot be taken back: its intent is on disk before it runs. What the alert
 * says is nobody else's business, so only its length is recorded.
 */
@Component
public class AlertTools {

	private final Home home;

	public AlertTools(Home home) {
		this.home = home;
	}

	@RequiresScope(value = "send:alerts", action = "tool:send_alert", metadata = "{'characters': #message.length()}",
			recordIntent = RecordIntent.ALWAYS)
	public Map<String, Object> sendAlert(String message) {
		this.home.phone().alert(message);
		return Map.of("sent", true);
	}

}
