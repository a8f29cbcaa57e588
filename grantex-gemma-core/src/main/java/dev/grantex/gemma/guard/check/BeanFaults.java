package dev.grantex.gemma.guard.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.core.NativeDetector;
import org.springframework.util.ClassUtils;

import dev.grantex.gemma.guard.GuardFault;
import dev.grantex.gemma.guard.GuardedType;
import dev.grantex.gemma.guard.GuardedTypes;
import dev.grantex.gemma.guard.RequiresScopeAdvisor;
import dev.grantex.gemma.guard.selfcalls.SelfCallCheck;

/**
 * Knows everything that is wrong with the classes of beans, however they are proxied.
 * Class files are read only of classes with guarded methods, and not in a native image,
 * which has none.
 */
final class BeanFaults {

	private final Map<Class<?>, List<GuardFault>> selfCalls = new ConcurrentHashMap<>();

	private final GuardedTypes types;

	private final SelfCallCheck selfCallCheck;

	BeanFaults(RequiresScopeAdvisor advisor) {
		this.types = advisor.types();
		this.selfCallCheck = new SelfCallCheck(advisor.isRecordIntent());
	}

	List<GuardFault> of(Class<?> type) {
		GuardedType guarded = this.types.of(type);
		List<GuardFault> faults = guarded.faults();
		if (!faults.isEmpty() || guarded.guardedMethods().isEmpty() || NativeDetector.inNativeImage()) {
			return faults;
		}
		return this.selfCalls.computeIfAbsent(ClassUtils.getUserClass(type),
				(key) -> this.selfCallCheck.faults(key, GuardedTypes.hierarchy(key), guarded));
	}

	/**
	 * Names of classes whose files could not be had or read, each once.
	 */
	Set<String> takeUnreadable() {
		return this.selfCallCheck.takeUnreadable();
	}

}
