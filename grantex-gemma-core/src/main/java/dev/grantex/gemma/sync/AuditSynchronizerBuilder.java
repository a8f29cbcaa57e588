package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Builds an {@link AuditSynchronizer}.
 */
public final class AuditSynchronizerBuilder {

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final BundleRepository repository;

	private final AuditLogs logs;

	private @Nullable BundleRequest request;

	private Set<String> reissueAfter = Set.of();

	private double refreshThreshold = 0.2;

	private int batchSize = 100;

	private Clock clock = Clock.systemUTC();

	private AnsweredTimes.MonotonicTime monotonicTime = new AnsweredTimes.MonotonicTime() {
	};

	private Consumer<Object> events = (event) -> {
	};

	AuditSynchronizerBuilder(DeviceConsent consent, GrantexClient client, BundleRepository repository, AuditLogs logs) {
		this.consent = consent;
		this.client = client;
		this.repository = repository;
		this.logs = logs;
	}

	/**
	 * What to ask for where there is no usable bundle; nothing is asked for without it.
	 */
	public AuditSynchronizerBuilder issue(@Nullable BundleRequest request) {
		this.request = request;
		return this;
	}

	/**
	 * The ids of the revoked or stranded bundles after which the operator allows a new
	 * one, separated by commas.
	 */
	public AuditSynchronizerBuilder reissueAfter(@Nullable String ids) {
		return reissueAfter((ids != null) ? List.of(ids.split(",")) : List.of());
	}

	/**
	 * The ids of the revoked or stranded bundles after which the operator allows a new
	 * one.
	 */
	public AuditSynchronizerBuilder reissueAfter(Collection<String> ids) {
		this.reissueAfter = ids.stream()
			.map(String::strip)
			.filter((id) -> !id.isEmpty())
			.collect(Collectors.toUnmodifiableSet());
		return this;
	}

	/**
	 * The share of a bundle's life time under which it is refreshed, 0 to 1.
	 */
	public AuditSynchronizerBuilder refreshThreshold(double refreshThreshold) {
		Assert.isTrue(refreshThreshold >= 0 && refreshThreshold <= 1, "'refreshThreshold' must be between 0 and 1");
		this.refreshThreshold = refreshThreshold;
		return this;
	}

	/**
	 * How many entries go up at once, 1 to 1000; a backlog goes up in larger batches.
	 */
	public AuditSynchronizerBuilder batchSize(int batchSize) {
		Assert.isTrue(batchSize >= 1 && batchSize <= SyncBatch.MAX_ENTRIES, "'batchSize' must be between 1 and 1000");
		this.batchSize = batchSize;
		return this;
	}

	/**
	 * This device's clock.
	 */
	public AuditSynchronizerBuilder clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	/**
	 * The time that passes between two answers.
	 */
	AuditSynchronizerBuilder monotonicTime(AnsweredTimes.MonotonicTime monotonicTime) {
		this.monotonicTime = monotonicTime;
		return this;
	}

	/**
	 * Who is told of {@link AuditSynchronized}, {@link BundleRefreshed},
	 * {@link BundleIssued}, {@link ConsentRevoked} and {@link ChainStranded}, on the
	 * thread of the cycle.
	 */
	public AuditSynchronizerBuilder events(Consumer<Object> events) {
		this.events = events;
		return this;
	}

	public AuditSynchronizer build() {
		CycleTurns events = new CycleTurns(this.events);
		Clock serviceClock = this.consent.serviceTime().clock();
		AnsweredTimes times = new AnsweredTimes(this.consent.serviceTime(), this.monotonicTime);
		Pauses pauses = new Pauses(this.clock);
		CycleClient client = new CycleClient(this.client, pauses, times);
		BundleRefresh refresh = new BundleRefresh(this.consent, client, serviceClock, this.refreshThreshold);
		UploadCalls calls = new UploadCalls(client, pauses, this.batchSize);
		ChainUploads uploads = new ChainUploads(client, calls, refresh, serviceClock);
		ChainEnd chainEnd = new ChainEnd(client, this.logs);
		CurrentBundle current = new CurrentBundle(this.consent, client, uploads, this.logs, this.clock, events);
		FormerBundles former = new FormerBundles(this.consent, this.repository, this.logs, client, uploads, chainEnd,
				this.clock, events);
		OrphanDelivery orphans = new OrphanDelivery(this.consent, client, uploads, events);
		IssuePolicy policy = new IssuePolicy(this.consent, client, this.reissueAfter, serviceClock);
		BundleIssuer issuer = new BundleIssuer(this.consent, this.repository, client, policy, chainEnd, this.request,
				serviceClock, events);
		SyncSteps steps = new SyncSteps(this.consent, client, times, calls, current, former, orphans, refresh, issuer);
		return new AuditSynchronizer(this.consent, steps, events, pauses, this.clock);
	}

}
