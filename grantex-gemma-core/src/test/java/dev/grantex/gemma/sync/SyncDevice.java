package dev.grantex.gemma.sync;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.Device;

/**
 * A device that synchronizes, wired as the auto-configuration does.
 */
final class SyncDevice implements AutoCloseable {

	private final Device device;

	private final Clock clock;

	private final URI baseUrl;

	private final List<Object> events = new CopyOnWriteArrayList<>();

	private @Nullable String apiKey;

	private @Nullable String reissueAfter;

	private boolean autoIssue = true;

	private int batchSize = 100;

	private Duration connectTimeout = Duration.ofSeconds(60);

	private Duration readTimeout = Duration.ofSeconds(60);

	private final TestTime time = new TestTime();

	private Consumer<Object> listener = (event) -> {
	};

	private GrantexClient client;

	private AuditSynchronizer synchronizer;

	SyncDevice(Device device, Clock clock, URI baseUrl, String apiKey) {
		this.device = device;
		this.clock = clock;
		this.baseUrl = baseUrl;
		this.apiKey = apiKey;
		build();
	}

	private void build() {
		this.client = GrantexClient.builder()
			.baseUrl(this.baseUrl)
			.apiKey(this.apiKey)
			.connectTimeout(this.connectTimeout)
			.readTimeout(this.readTimeout)
			.build();
		BundleRequest request = this.autoIssue ? this.device.request() : null;
		this.synchronizer = AuditSynchronizer
			.builder(this.device.consent(), this.client, this.device.repository(), this.device::auditLog)
			.issue(request)
			.reissueAfter(this.reissueAfter)
			.batchSize(this.batchSize)
			.clock(this.clock)
			.monotonicTime(this.time)
			.events((event) -> {
				this.events.add(event);
				this.listener.accept(event);
			})
			.build();
	}

	SyncDevice restart() {
		this.client.close();
		this.device.restart();
		build();
		return this;
	}

	/**
	 * Takes settings over without switching the device off.
	 */
	private SyncDevice rebuild() {
		this.client.close();
		build();
		return this;
	}

	SyncDevice apiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
		return rebuild();
	}

	SyncDevice reissueAfter(@Nullable String bundleId) {
		this.reissueAfter = bundleId;
		return rebuild();
	}

	SyncDevice autoIssue(boolean autoIssue) {
		this.autoIssue = autoIssue;
		return rebuild();
	}

	SyncDevice batchSize(int batchSize) {
		this.batchSize = batchSize;
		return rebuild();
	}

	SyncDevice timeOut(Duration timeOut) {
		this.connectTimeout = timeOut;
		this.readTimeout = timeOut;
		return rebuild();
	}

	SyncDevice listener(Consumer<Object> listener) {
		this.listener = listener;
		return this;
	}

	SyncResult sync() {
		return this.synchronizer.sync();
	}

	/**
	 * The time that passes in a cycle.
	 */
	TestTime time() {
		return this.time;
	}

	AuditSynchronizer synchronizer() {
		return this.synchronizer;
	}

	Device device() {
		return this.device;
	}

	<T> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	@Override
	public void close() {
		this.client.close();
	}

}
