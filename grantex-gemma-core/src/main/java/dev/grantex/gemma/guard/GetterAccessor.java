package dev.grantex.gemma.guard;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Reads properties through {@code get} and {@code is} methods, public fields and the
 * components of records. SpEL takes any method without parameters for a property of its
 * name, so that {@code #order.delete} would delete.
 */
final class GetterAccessor extends ReflectivePropertyAccessor {

	GetterAccessor() {
		super(false);
	}

	@Override
	protected @Nullable Method findGetterForProperty(String propertyName, Class<?> type, boolean mustBeStatic) {
		Method method = super.findGetterForProperty(propertyName, type, mustBeStatic);
		if (method == null || type.isRecord()) {
			return method;
		}
		String name = method.getName();
		return (name.length() > propertyName.length() && (name.startsWith("get") || name.startsWith("is"))) ? method
				: null;
	}

	@Override
	protected boolean isCandidateForProperty(Method method, Class<?> targetClass) {
		Class<?> type = method.getDeclaringClass();
		return type != Object.class && type != Class.class && !ClassLoader.class.isAssignableFrom(targetClass);
	}

	@Override
	public boolean canWrite(EvaluationContext context, @Nullable Object target, String name) {
		return false;
	}

}
