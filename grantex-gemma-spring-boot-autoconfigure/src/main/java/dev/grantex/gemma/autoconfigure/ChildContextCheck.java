package dev.grantex.gemma.autoconfigure;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.AbstractRefreshableApplicationContext;

import dev.grantex.gemma.guard.UnguardableBeanException;
import dev.grantex.gemma.guard.check.GuardedBeanCheck;

/**
 * Refuses contexts below this one that nobody equipped with a guard and that have a bean
 * which asks for scopes: they are closed at the end of their refresh.
 */
class ChildContextCheck implements ApplicationListener<ContextRefreshedEvent> {

	private final ApplicationContext own;

	ChildContextCheck(ApplicationContext own) {
		this.own = own;
	}

	/**
	 * Who refreshes the context waits for the answer, also where the application has its
	 * other listeners called elsewhere.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.own
				&& event.getApplicationContext() instanceof ConfigurableApplicationContext child) {
			try {
				GuardedBeanCheck.requireGuard(child.getBeanFactory());
			}
			catch (UnguardableBeanException ex) {
				// One that can be refreshed again cannot be closed meanwhile; its failure
				// does that.
				if (!(child instanceof AbstractRefreshableApplicationContext)) {
					child.close();
				}
				throw ex;
			}
		}
	}

}
