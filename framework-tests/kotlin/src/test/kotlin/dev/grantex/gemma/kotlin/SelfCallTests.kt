package dev.grantex.gemma.kotlin

import kotlin.reflect.KClass

import dev.grantex.gemma.guard.check.GuardedBeanCheck
import dev.grantex.gemma.guard.RequiresScopeAdvisor
import dev.grantex.gemma.guard.UnguardableBeanException
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.support.RootBeanDefinition

/**
 * What the check of calls past the guard makes of Kotlin's class files.
 */
class SelfCallTests {

	private val check = GuardedBeanCheck(RequiresScopeAdvisor { throw AssertionError("must not be called") })

	@Test
	fun `a function that calls a guarded one of the same object is refused`() {
		val refused = listOf(
			CallingDirectly::class, CallingAfterSuspension::class, CallingInLoop::class,
			CallingPrivately::class, CallingWithDefault::class, CallingPlainWithDefault::class,
			CallingInLambda::class, CallingInInlineLambda::class, CallingInSuspendingInlineLambda::class,
			CallingInNestedLambda::class, CallingInSuspendLambda::class, CallingInCoroutine::class,
			CallingInNestedCoroutine::class, CallingInPassedScope::class, CallingInFlow::class,
			CallingInFlowOperator::class, CallingByReference::class, CallingBySuspendReference::class,
			CallingByAdaptedReference::class, CallingByReferenceToInterface::class, CallingInAnonymousObject::class,
			CallingInSuspendingAnonymousObject::class, CallingInInnerClass::class, CallingInLocalFunction::class,
			CallingInSuspendingLocalFunction::class, CallingInLazyProperty::class, CallingInGetter::class,
			CallingInInitializer::class, CallingInScopeFunction::class, CallingSuper::class,
			CallingMangled::class, CallingThroughInterface::class)
		assertThat(refused.filter { refusal(it) == null }.map { it.simpleName }).isEmpty()
		assertThat(refused.map { refusal(it) }).allSatisfy { assertThat(it).contains("calls it on the same object") }
	}

	@Test
	fun `every other call passes`() {
		val passed = listOf(
			OnlyGuarded::class, Overriding::class, AsStrict::class,
			Recursive::class, CallingInjectedSelf::class, CallingSelfOfConstructor::class,
			CallingParameter::class, CallingInCompanion::class, CallingOtherInReference::class,
			CallingParameterInFlow::class, CallingInNestedClass::class, GuardedData::class,
			GuardedMangled::class, InheritingDefault::class, DescribingItself::class)
		assertThat(passed.mapNotNull { refusal(it) }).isEmpty()
	}

	@Test
	fun `a bean without a proxy is refused where only an interface has the body`() {
		assertThatExceptionOfType(UnguardableBeanException::class.java)
			.isThrownBy { this.check.postProcessAfterInitialization(LocalShed(), "shed") }
			.withMessageContaining("not behind a proxy")
	}

	private fun refusal(type: KClass<*>): String? {
		try {
			this.check.postProcessMergedBeanDefinition(RootBeanDefinition(type.java), type.java, "bean")
			return null
		}
		catch (ex: UnguardableBeanException) {
			return ex.message
		}
	}

}
