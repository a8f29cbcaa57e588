package dev.grantex.gemma.sync;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.grantex.simulator.GrantexSimulator;

import dev.grantex.gemma.audit.ChildJvm;
import dev.grantex.gemma.audit.Durability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device that lives in another process.
 *
 * @see ChildDeviceMain
 */
final class ChildDevice implements AutoCloseable {

	private final ChildJvm jvm;

	private StoredChains chains;

	private ChildDevice(ChildJvm jvm) {
		this.jvm = jvm;
	}

	/**
	 * Starts a device's process. The device is not switched on yet.
	 * @param options options of its JVM
	 * @param simulator the service it knows
	 */
	static ChildDevice start(List<String> options, GrantexSimulator simulator) throws IOException {
		return new ChildDevice(ChildJvm.start(List.of(), options, ChildDeviceMain.class, simulator.baseUrl().toString(),
				simulator.customer().apiKey()));
	}

	/**
	 * Switches the device on.
	 * @param chains its files, and what it has acknowledged so far
	 * @param agentId the agent it requests bundles for
	 * @param now its time
	 */
	void open(StoredChains chains, String agentId, Instant now, Durability durability) throws Exception {
		this.chains = chains;
		assertThat(ask("open " + now + " " + durability + " " + agentId + " " + chains.directory()))
			.isEqualTo("opened");
	}

	void tell(String command) throws IOException {
		this.jvm.send(command);
	}

	/**
	 * Gives a command and waits for its answer.
	 */
	String ask(String command) throws Exception {
		tell(command);
		String line = this.jvm.line();
		while (line.startsWith("entry ")) {
			String[] words = line.split(" ");
			this.chains.acknowledged(words[1], Long.parseLong(words[2]), words[3]);
			line = this.jvm.line();
		}
		assertThat(line).as(this.jvm.errors()).doesNotStartWith("failed");
		return line;
	}

	void clock(Instant now) throws Exception {
		assertThat(ask("clock " + now)).isEqualTo("clock " + now);
	}

	/**
	 * Makes calls, each of which must be permitted.
	 */
	void call(int count) throws Exception {
		assertThat(ask("call " + count)).isEqualTo("called");
	}

	Cycle sync() throws Exception {
		return Cycle.parse(ask("sync"));
	}

	/**
	 * Why a call is denied now, or {@code null} as text.
	 */
	String denial() throws Exception {
		return ask("denial").substring("denial ".length());
	}

	String bundleId() throws Exception {
		return ask("bundle").substring("bundle ".length());
	}

	boolean isRefreshPending() throws Exception {
		return Boolean.parseBoolean(ask("pending").substring("pending ".length()));
	}

	void kill() throws InterruptedException {
		this.jvm.kill();
	}

	String errors() {
		return this.jvm.errors();
	}

	@Override
	public void close() {
		this.jvm.close();
	}

	/**
	 * What a cycle did.
	 *
	 * @param pause how long to wait before the next one, zero if it does not matter
	 * @param problems what did not get through, in brackets
	 */
	record Cycle(long accepted, long unsynchronized, boolean refreshed, boolean issued, boolean revoked, Duration pause,
			String problems) {

		static Cycle parse(String answer) {
			String[] words = answer.split(" ", 8);
			return new Cycle(Long.parseLong(words[1]), Long.parseLong(words[2]), Boolean.parseBoolean(words[3]),
					Boolean.parseBoolean(words[4]), Boolean.parseBoolean(words[5]),
					Duration.ofMillis(Long.parseLong(words[6])), words[7]);
		}

		boolean isQuiet() {
			return this.problems.equals("[]") && this.accepted == 0 && this.unsynchronized == 0 && !this.refreshed
					&& !this.issued;
		}

	}

}
