package dev.grantex.gemma.sync;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.ChildConsole;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SealPace;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.consent.TestClock;

/**
 * A device in a process of its own, as told by lines on its standard input. Every command
 * is answered by one line, before which there is one for each entry that was
 * acknowledged. It ends with its input or with its reader.
 */
final class ChildDeviceMain {

	private final ChildConsole console = new ChildConsole();

	private final TestClock clock = new TestClock();

	private final URI baseUrl;

	private final String apiKey;

	private Device device;

	private SyncDevice sync;

	private ChildDeviceMain(URI baseUrl, String apiKey) {
		this.baseUrl = baseUrl;
		this.apiKey = apiKey;
	}

	/**
	 * Waits for commands.
	 * @param args base URL and API key of the service
	 */
	public static void main(String[] args) throws IOException {
		ChildDeviceMain main = new ChildDeviceMain(URI.create(args[0]), args[1]);
		main.loadClasses();
		main.console.serve(main::answer);
	}

	/**
	 * So that a process that was started in advance loses no time later. A device never
	 * makes this call, so no test holds it.
	 */
	private void loadClasses() {
		try (GrantexClient client = GrantexClient.builder().baseUrl(this.baseUrl).apiKey(this.apiKey).build()) {
			client.auditEntries("bundle_none");
		}
		catch (GrantexGemmaException ex) {
			// There is no such bundle.
		}
	}

	private String answer(String command) {
		String[] words = command.split(" ");
		try {
			return switch (words[0]) {
				case "open" -> open(command.split(" ", 5));
				case "clock" -> clock(Instant.parse(words[1]));
				case "call" -> call(Integer.parseInt(words[1]));
				case "fill" -> fill(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
				case "sync" -> sync();
				case "bundle" -> "bundle " + this.device.bundle().bundleId();
				case "denial" -> "denial " + this.device.denial();
				case "pending" -> "pending " + pending();
				case "verify" -> verify();
				case "close" -> close();
				default -> throw new IllegalArgumentException(command);
			};
		}
		catch (Exception | Error ex) {
			ex.printStackTrace();
			return "failed " + ex;
		}
	}

	private String open(String[] words) {
		this.clock.set(Instant.parse(words[1]));
		BundleRequest request = new BundleRequest(words[3], "user_1", List.of("read:sensor", "move:actuator"), "72h",
				"device-1", "linux");
		this.device = new Device(Path.of(words[4]), this.clock, request).durability(Durability.valueOf(words[2]))
			.logs((log) -> SealPace.set(log, Duration.ofMillis(500)))
			.open();
		this.sync = new SyncDevice(this.device, this.clock, this.baseUrl, this.apiKey);
		return "opened";
	}

	private String clock(Instant now) {
		this.clock.set(now);
		return "clock " + now;
	}

	private String call(int count) {
		for (int i = 0; i < count; i++) {
			SignedAuditEntry entry = this.device.call("tool:" + i);
			this.console.say("entry " + entry.grantId() + " " + entry.seq() + " " + entry.hash());
		}
		return "called";
	}

	/**
	 * Appends entries whose metadata has up to some characters, most of them two bytes
	 * long.
	 */
	private String fill(int count, int characters, long seed) {
		Random random = new Random(seed);
		OfflineAuditLog log = this.device.log();
		for (int i = 0; i < count; i++) {
			String text = "\u00e4".repeat((characters > 0) ? random.nextInt(characters) : 0);
			log.append("tool:read_sensor", null, "success", (characters > 0) ? Map.of("text", text) : Map.of());
		}
		return "filled " + log.headSequence();
	}

	private String sync() {
		SyncResult result = this.sync.sync();
		String problems = result.problems()
			.stream()
			.map((problem) -> problem.step() + ":" + problem.kind() + ":" + problem.code())
			.collect(Collectors.joining(","));
		long pause = Stream
			.concat(result.problems().stream().map(SyncProblem::retryAfter), Stream.ofNullable(result.resumeAfter()))
			.filter(Objects::nonNull)
			.mapToLong(Duration::toMillis)
			.max()
			.orElse(0);
		return "synchronized " + result.accepted() + " " + result.unsynchronized() + " " + result.refreshed() + " "
				+ result.issued() + " " + result.revoked() + " " + pause + " [" + problems + "]";
	}

	private boolean pending() {
		ConsentBundle bundle = this.device.bundle();
		BundleState state = bundle.state();
		return (state != null && state.refreshPending()) || this.device.log().sealed().isRefreshPending();
	}

	private String verify() {
		ChainVerification found = this.device.verifyChain();
		return found.valid() ? "valid " + found.entries() : "broken " + found.brokenAt() + " " + found.reason();
	}

	private String close() {
		this.sync.close();
		this.device.close();
		return "closed";
	}

}
