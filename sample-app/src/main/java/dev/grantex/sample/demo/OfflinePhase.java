package dev.grantex.sample.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The connection is gone; the agent goes on within the consent and leaves evidence.
 */
final class OfflinePhase {

	private static final String DENIED = "\"result\":\"denied\"";

	private static final String SUCCESS = "\"result\":\"success\"";

	private final DemoRun run;

	OfflinePhase(DemoRun run) {
		this.run = run;
	}

	void play() throws IOException {
		this.run.screen().phase(2, "OFFLINE", "the connection is cut, the agent goes on");
		cutConnection();
		allowedCalls();
		deniedCall();
		failingCall();
		Reply audit = this.run.agent().audit();
		new AuditTable(this.run.screen()).print(audit);
		verifyChain(audit.body().size());
		String health = this.run.health();
		this.run.screen().check(health.equals("UP"), "health", health + ": being offline is no fault");
	}

	private void cutConnection() {
		if (!this.run.cloud().cutConnection()) {
			this.run.screen().note("This service cannot be cut off from here. Calls do not use the connection anyway.");
			return;
		}
		Reply cycle = this.run.agent().synchronize();
		String problem = cycle.text("/problems/0/kind");
		this.run.screen().check(problem.equals("OFFLINE"), "service unreachable", cycle.text("/problems/0/code"));
	}

	private void allowedCalls() {
		Reply reading = this.run.agent().call("read_sensor", Map.of("room", "kitchen"));
		this.run.screen()
			.check(reading.isOk(), "read_sensor kitchen",
					reading.text("/result/temperature") + " °C, " + reading.text("/result/humidity") + " % humidity");
		Reply blinds = this.run.agent().call("set_blinds", Map.of("room", "kitchen", "position", 80));
		this.run.screen()
			.check(blinds.isOk() && this.run.home().room("kitchen").blinds().position() == 80, "set_blinds kitchen 80",
					"the motor moved");
		Reply alert = this.run.agent().call("send_alert", Map.of("message", "The kitchen gets warm"));
		this.run.screen()
			.check(alert.isOk() && this.run.home().phone().alerts().size() == 1, "send_alert",
					"on the phone; the intent was on disk before");
	}

	private void deniedCall() {
		Reply door = this.run.agent().call("unlock_front_door", Map.of());
		boolean denied = door.status() == 403 && door.text("/reason").equals("scope_violation");
		this.run.screen()
			.check(denied && this.run.home().frontDoor().isLocked(), "unlock_front_door",
					"denied, " + door.text("/missing_scopes/0") + " was not granted; it is locked");
	}

	private void failingCall() {
		Reply jammed = this.run.agent().call("set_blinds", Map.of("room", "bedroom", "position", 100));
		this.run.screen()
			.check(jammed.status() == 500 && this.run.home().room("bedroom").blinds().position() < 100,
					"set_blinds bedroom 100", "failed: " + jammed.text("/detail"));
	}

	private void verifyChain(int entries) throws IOException {
		Reply verdict = this.run.agent().verifyAudit();
		this.run.screen()
			.check(verdict.isTrue("/valid") && verdict.number("/entries") == entries, "chain verified",
					entries + " entries, every hash and signature");
		List<String> lines = Files.readAllLines(this.run.auditFile());
		int index = indexOfDenial(lines);
		List<String> forged = new ArrayList<>(lines);
		forged.set(index, lines.get(index).replace(DENIED, SUCCESS));
		ChainVerification finding = HashChain.verify(forged.stream(), publicKeys());
		this.run.screen()
			.check(!finding.valid() && finding.brokenAt() == index, "a forged copy is caught",
					"entry " + (index + 1) + ": " + finding.reason());
	}

	private static int indexOfDenial(List<String> lines) {
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).contains(DENIED)) {
				return i;
			}
		}
		throw new StepFailedException("the denial is in the log");
	}

	private String[] publicKeys() {
		BundleState state = this.run.consent().bundle().map(ConsentBundle::state).orElseThrow();
		return state.auditKeys().stream().map(AuditPublicKey::publicKey).toArray(String[]::new);
	}

}
