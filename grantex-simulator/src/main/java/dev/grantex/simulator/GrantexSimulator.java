package dev.grantex.simulator;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * A Grantex service in memory, for tests and for trying things out. It is as strict as
 * the hosted one, and a test can look into it, move its clock and make it fail.
 *
 * <pre>{@code
 * try (GrantexSimulator grantex = GrantexSimulator.start()) {
 *     Agent agent = grantex.customer().registerAgent("assistant", "read:contacts");
 *     ...
 * }
 * }</pre>
 */
public final class GrantexSimulator implements AutoCloseable {

	private static final int FREE_PLAN = 100;

	private final SimulatorClock clock;

	private final HttpEndpoint endpoint;

	private final URI baseUrl;

	private final Service service;

	private final Customer customer;

	private final RateLimits limits;

	private final Faults faults;

	private final RequestJournal journal = new RequestJournal();

	private volatile URI syncEndpointBase;

	GrantexSimulator(GrantexSimulatorBuilder builder) {
		this.clock = new SimulatorClock(builder.clock);
		this.endpoint = new HttpEndpoint(builder.port);
		this.baseUrl = URI.create("http://127.0.0.1:" + this.endpoint.port());
		this.syncEndpointBase = (builder.syncEndpointBase != null) ? builder.syncEndpointBase : this.baseUrl;
		String issuer = (builder.issuer != null) ? builder.issuer : this.baseUrl.toString();
		this.service = new Service(this.clock, issuer, () -> this.syncEndpointBase);
		String apiKey = (builder.apiKey != null) ? builder.apiKey : Service.newApiKey();
		this.customer = new Customer(this.service, this.service.addAccount("default", apiKey, FREE_PLAN));
		this.limits = new RateLimits(this.clock, builder.rateLimits);
		this.faults = new Faults(this.endpoint);
		Api api = new Api(this.service.operations(), this.service.store(), this.limits, this.faults, this.clock);
		this.endpoint.start(new RequestHandler(api, this.journal, this.faults, this.clock));
	}

	/**
	 * Starts a service on a free loopback port with the system clock.
	 * @return the running service
	 */
	public static GrantexSimulator start() {
		return builder().start();
	}

	/**
	 * Returns a builder for a service with other settings.
	 * @return the builder
	 */
	public static GrantexSimulatorBuilder builder() {
		return new GrantexSimulatorBuilder();
	}

	/**
	 * Returns where the service is.
	 * @return the base URL, without a slash at its end
	 */
	public URI baseUrl() {
		return this.baseUrl;
	}

	/**
	 * Returns the service's clock, which also dates its answers.
	 * @return the clock
	 */
	public SimulatorClock clock() {
		return this.clock;
	}

	/**
	 * Returns the customer that exists from the start.
	 * @return the default customer
	 */
	public Customer customer() {
		return this.customer;
	}

	/**
	 * Adds a customer on the free plan.
	 * @param name the display name
	 * @return the customer, with a key of its own
	 */
	public Customer createCustomer(String name) {
		return createCustomer(name, FREE_PLAN);
	}

	/**
	 * Adds a customer.
	 * @param name the display name
	 * @param requestsPerMinute how many requests its plan allows while rate limits are on
	 * @return the customer, with a key of its own
	 */
	public Customer createCustomer(String name, int requestsPerMinute) {
		return new Customer(this.service, this.service.addAccount(name, Service.newApiKey(), requestsPerMinute));
	}

	/**
	 * Returns the switches for failures.
	 * @return the faults
	 */
	public Faults faults() {
		return this.faults;
	}

	/**
	 * Returns the requests received, oldest first, the last ten thousand at most. Of
	 * their bodies the last 64 MiB are kept.
	 * @return the requests
	 */
	public List<RecordedRequest> requests() {
		return this.journal.all();
	}

	/**
	 * Returns the requests of one route, oldest first.
	 * @param route the route
	 * @return the requests
	 */
	public List<RecordedRequest> requests(Route route) {
		return requests().stream().filter((request) -> route.covers(request.route())).toList();
	}

	/**
	 * Forgets the requests received so far.
	 */
	public void clearRequests() {
		this.journal.clear();
	}

	/**
	 * Returns all bundles of all customers, oldest first.
	 * @return the bundles as they are now
	 */
	public List<SimulatedBundle> bundles() {
		return this.service.store()
			.transact((tables) -> tables.bundles()
				.values()
				.stream()
				.map((bundle) -> BundleView.of(tables, bundle))
				.toList());
	}

	/**
	 * Returns one bundle.
	 * @param id its identifier
	 * @return the bundle as it is now
	 */
	public Optional<SimulatedBundle> bundle(String id) {
		return bundles().stream().filter((bundle) -> bundle.id().equals(id)).findFirst();
	}

	/**
	 * Returns the audit entries accepted for a bundle, in the order of the chain and as
	 * they were sent.
	 * @param bundleId the bundle
	 * @return the entries
	 */
	public List<JsonNode> auditEntries(String bundleId) {
		return entries(bundleId).stream().<JsonNode>map(AuditEntry::wire).toList();
	}

	/**
	 * Returns the hashes of the audit entries accepted for a bundle, in the order of the
	 * chain. That is what tells two chains apart, and needs little memory for a long one.
	 * @param bundleId the bundle
	 * @return the hashes
	 */
	public List<String> auditHashes(String bundleId) {
		return entries(bundleId).stream().map(AuditEntry::hash).toList();
	}

	private List<AuditEntry> entries(String bundleId) {
		return this.service.store().transact((tables) -> List.copyOf(tables.entriesOf(bundleId)));
	}

	/**
	 * Revokes a bundle as its customer would.
	 * @param bundleId the bundle
	 * @param revokeGrant whether its grant goes too
	 */
	public void revokeBundle(String bundleId, boolean revokeGrant) {
		SimulatedBundle bundle = bundle(bundleId)
			.orElseThrow(() -> new IllegalArgumentException("No bundle " + bundleId));
		this.service.revocation().revokeBundle(bundleId, bundle.developerId(), revokeGrant);
	}

	/**
	 * Revokes a grant and leaves its bundle alone.
	 * @param grantId the grant
	 */
	public void revokeGrant(String grantId) {
		Grant grant = this.service.store().transact((tables) -> tables.grants().get(grantId));
		if (grant == null) {
			throw new IllegalArgumentException("No grant " + grantId);
		}
		this.service.revocation().revokeGrant(grantId, grant.developerId());
	}

	/**
	 * Loses a bundle with the entries accepted for it, so that the service does not know
	 * it any more. Its grant stays.
	 * @param bundleId the bundle
	 */
	public void deleteBundle(String bundleId) {
		boolean deleted = this.service.store().transact((tables) -> {
			tables.entries().remove(bundleId);
			return tables.bundles().remove(bundleId) != null;
		});
		if (!deleted) {
			throw new IllegalArgumentException("No bundle " + bundleId);
		}
	}

	/**
	 * Returns all that the service has stored, customers and agents included. Signing
	 * keys, clock, counters and settings are no part of it.
	 * @return the state
	 */
	public SimulatorState save() {
		return new SimulatorState(this.service.store().copy());
	}

	/**
	 * Goes back to an earlier state, as an operator does who restores a backup.
	 * @param state a state of this service
	 */
	public void restore(SimulatorState state) {
		this.service.store().replace(state.tables());
	}

	/**
	 * Sets the host that bundles issued from now on name for the upload of entries.
	 * @param base the base URL
	 */
	public void syncEndpointBase(URI base) {
		this.syncEndpointBase = base;
	}

	/**
	 * Switches the rate limits on or off. The counters start anew.
	 * @param on whether requests beyond the limits are refused
	 */
	public void rateLimits(boolean on) {
		this.limits.switchOn(on);
	}

	/**
	 * Lets go of held requests and stops the service.
	 */
	@Override
	public void close() {
		this.faults.letGo();
		this.endpoint.stop();
	}

	void join() {
		this.endpoint.join();
	}

}
