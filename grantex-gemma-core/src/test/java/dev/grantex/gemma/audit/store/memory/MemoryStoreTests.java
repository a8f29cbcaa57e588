package dev.grantex.gemma.audit.store.memory;

import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.AuditStoreContractTests;

/**
 * The store in memory keeps what every store promises.
 */
class MemoryStoreTests extends AuditStoreContractTests {

	@Override
	protected AuditStore createStore() {
		return new MemoryStore();
	}

}
