package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.actuate.GrantexDescriptor.OrphanDescriptor;
import dev.grantex.gemma.actuate.GrantexHealthIndicator;
import dev.grantex.gemma.audit.SealPace;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.guard.CallGuard;
import dev.grantex.gemma.guard.GrantSource;
import dev.grantex.gemma.guard.RequiresScope;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;

/**
 * An application with guarded tools, without a container, whose process can be killed:
 * its files are closed then, which drops its locks, and it writes nothing any more.
 */
final class AttackedDevice implements Attackable {

	private static final Duration TIME_OUT = Duration.ofSeconds(5);

	private static final Duration SEAL_PACE = Duration.ofMillis(20);

	private final Path directory;

	private final Clock clock;

	private final BundleRequest request;

	private final long maxSize;

	private final URI service;

	private final String apiKey;

	private final Consumer<String> running;

	private final boolean inPlace;

	private @Nullable String reissueAfter;

	private volatile @Nullable Life life;

	/**
	 * Creates a device that is switched off.
	 * @param directory where its files are, in a directory that nobody attacks
	 * @param running is told of each call that runs
	 * @param inPlace whether the process is this one, and is not really killed
	 */
	AttackedDevice(Path directory, Clock clock, BundleRequest request, long maxSize, URI service, String apiKey,
			Consumer<String> running, boolean inPlace) {
		this.directory = directory;
		this.clock = clock;
		this.request = request;
		this.maxSize = maxSize;
		this.service = service;
		this.apiKey = apiKey;
		this.running = running;
		this.inPlace = inPlace;
	}

	/**
	 * The time between a start and an end of the process.
	 */
	private final class Life {

		private final RecordingFileSystem disk;

		private final SyncDevice sync;

		private final GrantexHealthIndicator health;

		private final Tools tools;

		private volatile boolean killed;

		/** Whether it has had its log open. */
		private volatile boolean usable;

		private Life() throws IOException {
			this.disk = RecordingFileSystem.unforced(AttackedDevice.this.directory.getParent());
			Path files = AttackedDevice.this.inPlace
					? this.disk.root().resolve(AttackedDevice.this.directory.getFileName().toString())
					: AttackedDevice.this.directory;
			Device device = new Device(files, AttackedDevice.this.clock, AttackedDevice.this.request)
				.maxSize(AttackedDevice.this.maxSize)
				.logs((log) -> SealPace.set(log, SEAL_PACE))
				.open();
			this.sync = new SyncDevice(device, AttackedDevice.this.clock, AttackedDevice.this.service,
					AttackedDevice.this.apiKey)
				.timeOut(TIME_OUT);
			if (AttackedDevice.this.reissueAfter != null) {
				this.sync.reissueAfter(AttackedDevice.this.reissueAfter);
			}
			this.health = new GrantexHealthIndicator(device.consent(), this.sync.synchronizer());
			CallGuard guard = new CallGuard(device.consent(), GrantSource.BUNDLE, false, ObservationRegistry.NOOP,
					(event) -> {
					});
			ProxyFactory factory = new ProxyFactory(new HomeTools(AttackedDevice.this.running));
			factory.addAdvisor(new RequiresScopeAdvisor(() -> guard));
			this.tools = (Tools) factory.getProxy();
		}

		private Witness.Told call(String id) {
			try {
				this.tools.act(id);
				return Witness.Told.RECORDED;
			}
			catch (CallNotRecordedException ex) {
				return this.killed ? Witness.Told.NOTHING : Witness.Told.NOT_RECORDED;
			}
			catch (GrantexGemmaException ex) {
				return this.killed ? Witness.Told.NOTHING : Witness.Told.DENIED;
			}
		}

		private void end() {
			this.sync.device().close();
			this.sync.close();
		}

	}

	@Override
	public void start() {
		try {
			this.life = new Life();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
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
	public void stop() {
		Life ending = this.life;
		this.life = null;
		if (ending != null) {
			ending.end();
		}
	}

	@Override
	public void kill() {
		Life ending = this.life;
		this.life = null;
		if (ending != null) {
			ending.killed = true;
			try {
				ending.disk.kill();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			// What is left of it in memory is of no use to anybody.
			ending.end();
		}
	}

	@Override
	public Witness.@Nullable Told attempt(String id) {
		Life living = this.life;
		return (living != null) ? living.call(id) : null;
	}

	@Override
	public String sync() {
		Life living = this.life;
		if (living == null) {
			return "cycle, but nothing runs";
		}
		SyncResult result = living.sync.sync();
		return "cycle: accepted " + result.accepted() + (result.issued() ? ", issued" : "")
				+ (result.revoked() ? ", revoked" : "") + " "
				+ result.problems().stream().map((problem) -> problem.step() + " " + problem.code()).toList();
	}

	@Override
	public Seen look() {
		Life living = this.life;
		if (living == null) {
			return Seen.NOTHING;
		}
		Health health = living.health.health();
		boolean up = health.getStatus().equals(Status.UP);
		living.usable |= up;
		Map<String, Object> others = new TreeMap<>(health.getDetails());
		others.remove("bundle");
		return new Seen(up, (String) health.getDetails().get("reason"), others.toString());
	}

	@Override
	public String bundles() {
		Life living = Objects.requireNonNull(this.life);
		Map<String, Object> details = living.health.health().getDetails();
		List<String> ids = new ArrayList<>();
		if (details.get("bundle") instanceof String bundle) {
			ids.add(bundle);
		}
		for (Object orphan : (List<?>) details.getOrDefault("orphans", List.of())) {
			OrphanDescriptor named = (OrphanDescriptor) orphan;
			ids.add((named.bundle() != null) ? named.bundle() : named.grant());
		}
		return String.join(",", ids);
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
		stop();
	}

	/**
	 * What the application does.
	 */
	interface Tools {

		@RequiresScope(value = "read:sensor", metadata = "{'call': #id}")
		void act(String id);

	}

	private record HomeTools(Consumer<String> running) implements Tools {

		@Override
		public void act(String id) {
			this.running.accept(id);
		}

	}

}
