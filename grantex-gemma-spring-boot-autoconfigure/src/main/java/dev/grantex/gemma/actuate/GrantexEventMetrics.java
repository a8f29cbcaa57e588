package dev.grantex.gemma.actuate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.event.EventListener;

import dev.grantex.gemma.audit.AuditEntryAppended;
import dev.grantex.gemma.sync.AuditSynchronized;
import dev.grantex.gemma.sync.ChainStranded;

/**
 * Counts appended entries by result, cycles by outcome, and chains that were found to be
 * stranded by reason.
 */
public class GrantexEventMetrics {

	private final MeterRegistry registry;

	public GrantexEventMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@EventListener
	void onAppended(AuditEntryAppended event) {
		Counter.builder("grantex.gemma.audit.appended")
			.description("Audit entries appended")
			.tag("result", event.entry().result())
			.register(this.registry)
			.increment();
	}

	@EventListener
	void onSynchronized(AuditSynchronized event) {
		Counter.builder("grantex.gemma.sync")
			.description("Synchronization cycles")
			.tag("outcome", SyncOutcome.of(event.result()).tagValue())
			.register(this.registry)
			.increment();
	}

	@EventListener
	void onStranded(ChainStranded event) {
		Counter.builder("grantex.gemma.chain.stranded")
			.description("Audit chains that can no longer grow on the service")
			.tag("reason", event.reason().code())
			.register(this.registry)
			.increment();
	}

}
