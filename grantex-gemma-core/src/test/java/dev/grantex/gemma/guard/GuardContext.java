package dev.grantex.gemma.guard;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.grantex.gemma.guard.check.EarlyProxies;
import dev.grantex.gemma.guard.check.GuardableBeanCheck;
import dev.grantex.gemma.guard.check.GuardedBeanCheck;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * A Spring context with the guard in it, as auto-configuration sets it up.
 */
public final class GuardContext implements AutoCloseable {

	final RecordingConsent consent = new RecordingConsent();

	final List<CallDenied> denials = new CopyOnWriteArrayList<>();

	public final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private GrantSource grantSource = GrantSource.BUNDLE;

	private boolean recordIntent;

	private boolean proxyTargetClass;

	private Duration grace = Duration.ofMinutes(5);

	private ObservationRegistry observations = ObservationRegistry.NOOP;

	private Clock clock = Clock.systemUTC();

	static GuardContext of(Class<?>... beans) {
		return new GuardContext().start(beans);
	}

	GuardContext grantSource(GrantSource grantSource) {
		this.grantSource = grantSource;
		return this;
	}

	GuardContext recordIntent() {
		this.recordIntent = true;
		return this;
	}

	GuardContext proxyTargetClass() {
		this.proxyTargetClass = true;
		return this;
	}

	GuardContext clock(Clock clock) {
		this.clock = clock;
		return this;
	}

	GuardContext observations(ObservationRegistry observations) {
		this.observations = observations;
		return this;
	}

	/**
	 * How long metadata is waited for; by default longer than any test runs.
	 */
	GuardContext grace(Duration grace) {
		this.grace = grace;
		return this;
	}

	GuardContext start(Class<?>... beans) {
		AopConfigUtils.registerAutoProxyCreatorIfNecessary(this.context);
		if (this.proxyTargetClass) {
			AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(this.context);
		}
		this.context.registerBean(RequiresScopeAdvisor.class,
				() -> new RequiresScopeAdvisor(() -> this.context.getBean(CallGuard.class)),
				(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
		this.context.registerBean(GuardableBeanCheck.class,
				() -> new GuardableBeanCheck(this.context.getBean(RequiresScopeAdvisor.class)));
		this.context.registerBean(EarlyProxies.class);
		this.context.registerBean(GuardedBeanCheck.class,
				() -> new GuardedBeanCheck(this.context.getBean(RequiresScopeAdvisor.class)));
		this.context.registerBean(CallGuard.class, () -> new CallGuard(this.consent, this.grantSource,
				this.recordIntent, this.observations, this.context, this.grace, this.clock));
		this.context.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
			if (event.getPayload() instanceof CallDenied denied) {
				this.denials.add(denied);
			}
		});
		if (beans.length > 0) {
			this.context.register(beans);
		}
		try {
			this.context.refresh();
		}
		catch (RuntimeException ex) {
			this.context.close();
			throw ex;
		}
		return this;
	}

	<T> T get(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
