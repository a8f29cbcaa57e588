package dev.grantex.simulator;

import java.util.function.Supplier;

/**
 * What the service does for one route, in two steps so that something can happen between
 * them.
 */
@FunctionalInterface
interface Operation {

	/**
	 * Looks at the request without changing anything.
	 * @return the change itself, which is applied while nothing else is
	 */
	Supplier<Answer> prepare(Invocation invocation);

}
