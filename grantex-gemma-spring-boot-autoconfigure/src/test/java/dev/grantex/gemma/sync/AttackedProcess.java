package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.grantex.simulator.GrantexSimulator;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChildJvm;

/**
 * An application in a process of its own, which is really killed.
 *
 * @see AttackedProcessMain
 */
final class AttackedProcess implements Attackable {

	private final Path directory;

	private final Clock clock;

	private final String agentId;

	private final long maxSize;

	private final GrantexSimulator service;

	private final Witness witness;

	private final AtomicLong questions = new AtomicLong();

	private String reissueAfter = "";

	private volatile @Nullable Life life;

	AttackedProcess(Path directory, Clock clock, String agentId, long maxSize, GrantexSimulator service,
			Witness witness) {
		this.directory = directory;
		this.clock = clock;
		this.agentId = agentId;
		this.maxSize = maxSize;
		this.service = service;
		this.witness = witness;
	}

	/**
	 * One process. What it has answered by the time of its end counts.
	 */
	private final class Life {

		private final ChildJvm jvm;

		private final Map<String, CompletableFuture<Optional<String>>> open = new ConcurrentHashMap<>();

		private final Thread reader;

		private volatile boolean ended;

		private volatile boolean usable;

		private Life() throws IOException {
			this.jvm = ChildJvm.start(List.of(), ChildJvm.SHORT_LIVED, AttackedProcessMain.class,
					AttackedProcess.this.service.baseUrl().toString(), AttackedProcess.this.service.customer().apiKey(),
					AttackedProcess.this.agentId, String.valueOf(AttackedProcess.this.maxSize),
					AttackedProcess.this.directory.toString(), AttackedProcess.this.clock.instant().toString(),
					AttackedProcess.this.reissueAfter);
			this.reader = new Thread(this::read, "attacked-process");
			this.reader.start();
		}

		private void read() {
			try {
				for (Optional<String> line = this.jvm.lineOrEnd(); line.isPresent(); line = this.jvm.lineOrEnd()) {
					String[] words = line.get().split(" ", 2);
					if (words[0].equals("ran")) {
						AttackedProcess.this.witness.runs(words[1]);
					}
					else {
						Objects.requireNonNull(this.open.remove(words[0])).complete(Optional.of(words[1]));
					}
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				this.ended = true;
				this.open.values().forEach((answer) -> answer.complete(Optional.empty()));
			}
		}

		/**
		 * Asks the process.
		 * @return its answer, or nothing if it ended before
		 */
		private Optional<String> ask(String question) {
			String number = String.valueOf(AttackedProcess.this.questions.incrementAndGet());
			CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
			this.open.put(number, answer);
			try {
				synchronized (this) {
					this.jvm.send(number + " " + AttackedProcess.this.clock.instant() + " " + question);
				}
			}
			catch (IOException ex) {
				// It has ended, as the reader will find out.
				answer.complete(Optional.empty());
			}
			if (this.ended) {
				answer.complete(Optional.empty());
			}
			return answer.join();
		}

		private void end() {
			try {
				this.jvm.kill();
				this.reader.join();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	@Override
	public void start() {
		try {
			Life starting = new Life();
			starting.ask("start").orElseThrow(() -> new AssertionError(starting.jvm.errors()));
			this.life = starting;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void stop() {
		Life ending = this.life;
		this.life = null;
		if (ending != null) {
			ending.ask("stop").orElseThrow(() -> new AssertionError(ending.jvm.errors()));
			ending.end();
		}
	}

	@Override
	public void kill() {
		Life ending = this.life;
		this.life = null;
		if (ending != null) {
			ending.end();
		}
	}

	@Override
	public @Nullable Object life() {
		return this.life;
	}

	@Override
	public boolean hasUsed() {
		Life living = this.life;
		return living != null && living.usable;
	}

	@Override
	public Witness.@Nullable Told attempt(String id) {
		Life living = this.life;
		return (living != null) ? living.ask("call " + id).map(Witness.Told::valueOf).orElse(Witness.Told.NOTHING)
				: null;
	}

	@Override
	public String sync() {
		Life living = this.life;
		return (living != null) ? living.ask("sync").orElse("cycle that ended with the process")
				: "cycle, but nothing runs";
	}

	@Override
	public Seen look() {
		Life living = this.life;
		if (living == null) {
			return Seen.NOTHING;
		}
		String[] words = living.ask("look").orElseThrow(() -> new AssertionError(living.jvm.errors())).split(" ", 3);
		boolean up = Boolean.parseBoolean(words[0]);
		living.usable |= up;
		return new Seen(up, up ? null : words[1], words[2]);
	}

	@Override
	public String bundles() {
		Life living = Objects.requireNonNull(this.life);
		return living.ask("bundles").orElseThrow().strip();
	}

	@Override
	public void reissueAfter(String bundles) {
		this.reissueAfter = bundles;
	}

	@Override
	public Path directory() {
		return this.directory;
	}

	@Override
	public void close() {
		kill();
	}

}
