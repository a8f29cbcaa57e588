package dev.grantex.gemma.guard;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the application wants to be recorded of one call. All of it runs the application's
 * code, never throws, and is safe to be written later, whatever becomes of the arguments.
 */
final class CallMetadata {

	private final GuardedMethod method;

	private final @Nullable Object[] arguments;

	private final boolean namesResult;

	private Map<String, Object> beforehand = Map.of();

	CallMetadata(GuardedMethod method, @Nullable Object[] arguments) {
		this.method = method;
		this.arguments = arguments;
		this.namesResult = method.metadata() != null && method.metadata().namesResult();
	}

	/**
	 * Whether there is anything to tell.
	 */
	boolean isAsked() {
		return this.method.metadata() != null;
	}

	/**
	 * Whether it can only be told once the call has ended.
	 */
	boolean namesResult() {
		return this.namesResult;
	}

	/**
	 * Whether there is something to tell before the call.
	 * @param intended whether an entry is written before the call
	 */
	boolean isEvaluated(boolean intended) {
		return isAsked() && (intended || !this.namesResult);
	}

	/**
	 * Evaluates, before the call, what there is to tell by then.
	 */
	void evaluate() {
		this.beforehand = evaluate(null);
	}

	/**
	 * What was told before the call, of the arguments as they were then.
	 */
	Map<String, Object> beforehand() {
		return this.beforehand;
	}

	/**
	 * What there is to tell after the call.
	 * @param result what it returned, or {@code null}
	 */
	Map<String, Object> afterwards(@Nullable Object result) {
		return this.namesResult ? evaluate(result) : this.beforehand;
	}

	/**
	 * What there is to tell of a call that is denied: properties only.
	 */
	Map<String, Object> ofDenial() {
		MetadataExpression expression = this.method.metadata();
		return (expression != null) ? expression.readProperties(this.arguments) : Map.of();
	}

	private Map<String, Object> evaluate(@Nullable Object result) {
		MetadataExpression expression = this.method.metadata();
		return (expression != null) ? expression.evaluate(this.arguments, result) : Map.of();
	}

}
