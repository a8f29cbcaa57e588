package dev.grantex.gemma.guard;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Knows the methods that the container calls on the object itself, where no proxy sees
 * it: to fill it, to initialize it, to destroy it. Annotations are recognized by name, so
 * that none of their libraries has to be present.
 */
public final class ContainerCallbacks {

	/** Inherited by a method that overrides the annotated one. */
	private static final List<String> LIFECYCLE = List.of("jakarta.annotation.PostConstruct",
			"jakarta.annotation.PreDestroy", "javax.annotation.PostConstruct", "javax.annotation.PreDestroy");

	private static final List<String> INJECTION = List.of("org.springframework.beans.factory.annotation.Autowired",
			"org.springframework.beans.factory.annotation.Value", "jakarta.inject.Inject", "javax.inject.Inject",
			"jakarta.annotation.Resource", "javax.annotation.Resource", "jakarta.ejb.EJB",
			"jakarta.persistence.PersistenceContext", "jakarta.persistence.PersistenceUnit");

	private static final String BOUND_PROPERTIES = "org.springframework.boot.context.properties.ConfigurationProperties";

	/** What a destroy method may be given. */
	private static final Class<?>[] FORCE = { boolean.class };

	private ContainerCallbacks() {
	}

	/**
	 * Whether the container calls a method because of what the method or its class says.
	 * @param method a method of the bean's class
	 * @param type the bean's class
	 */
	public static boolean isCallback(Method method, Class<?> type) {
		return hasAny(method, SearchStrategy.SUPERCLASS, LIFECYCLE) || overridesLifecycle(method, type)
				|| hasAny(method, SearchStrategy.DIRECT, INJECTION) || implementsCallback(method, type);
	}

	/**
	 * Whether the container calls a method because a bean's definition says so.
	 * @param method a method of the bean's class
	 * @param type the bean's class
	 * @param definition the merged definition
	 */
	public static boolean isCallback(Method method, Class<?> type, RootBeanDefinition definition) {
		if (method.getParameterCount() == 0 && contains(definition.getInitMethodNames(), method)) {
			return true;
		}
		if ((method.getParameterCount() == 0 || Arrays.equals(method.getParameterTypes(), FORCE))
				&& isDestroyMethod(method, type, definition)) {
			return true;
		}
		String property = property(method);
		return property != null && (definition.getPropertyValues().contains(property)
				|| definition.getResolvedAutowireMode() == AutowireCapableBeanFactory.AUTOWIRE_BY_NAME
				|| definition.getResolvedAutowireMode() == AutowireCapableBeanFactory.AUTOWIRE_BY_TYPE
				|| isBound(type, definition));
	}

	private static boolean isDestroyMethod(Method method, Class<?> type, RootBeanDefinition definition) {
		String[] names = definition.getDestroyMethodNames();
		boolean closeable = AutoCloseable.class.isAssignableFrom(type);
		boolean inferred = (names != null) ? List.of(names).contains(AbstractBeanDefinition.INFER_METHOD) : closeable;
		if (inferred && method.getParameterCount() == 0 && Modifier.isPublic(method.getModifiers())
				&& !DisposableBean.class.isAssignableFrom(type)) {
			boolean closes = closeable || ClassUtils.hasMethod(type, "close");
			return method.getName().equals(closes ? "close" : "shutdown");
		}
		return contains(names, method);
	}

	private static boolean isBound(Class<?> type, RootBeanDefinition definition) {
		Method factoryMethod = definition.getResolvedFactoryMethod();
		return Stream.concat(Stream.of(type), Stream.ofNullable(factoryMethod))
			.anyMatch((element) -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY)
				.isPresent(BOUND_PROPERTIES));
	}

	/**
	 * Of interfaces the container finds only methods that have a body, and then calls
	 * what the bean has in their place.
	 */
	private static boolean overridesLifecycle(Method method, Class<?> type) {
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.map((candidate) -> ClassUtils.getMethodIfAvailable(candidate, method.getName(),
					method.getParameterTypes()))
			.anyMatch((found) -> found != null && found.isDefault() && hasAny(found, SearchStrategy.DIRECT, LIFECYCLE));
	}

	private static boolean implementsCallback(Method method, Class<?> type) {
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.filter((candidate) -> candidate == InitializingBean.class || candidate == DisposableBean.class
					|| Aware.class.isAssignableFrom(candidate))
			.anyMatch((candidate) -> ClassUtils.hasMethod(candidate, method.getName(), method.getParameterTypes()));
	}

	private static boolean hasAny(Method method, SearchStrategy strategy, List<String> annotations) {
		MergedAnnotations present = MergedAnnotations.from(method, strategy);
		return annotations.stream().anyMatch(present::isPresent);
	}

	private static boolean contains(String @Nullable [] names, Method method) {
		return names != null && Arrays.asList(names).contains(method.getName());
	}

	private static @Nullable String property(Method method) {
		String name = method.getName();
		return (method.getParameterCount() == 1 && name.startsWith("set") && name.length() > 3)
				? StringUtils.uncapitalizeAsProperty(name.substring(3)) : null;
	}

}
