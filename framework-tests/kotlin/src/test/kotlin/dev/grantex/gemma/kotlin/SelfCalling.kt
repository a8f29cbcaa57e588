package dev.grantex.gemma.kotlin

import java.util.concurrent.Callable

import dev.grantex.gemma.guard.RequiresScope
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/**
 * Beans that call a guarded function of their own, each in another way that the compiler
 * translates in another manner.
 */
abstract class Door {

	@RequiresScope("read:contacts")
	open suspend fun unlock(code: String = "0000"): String {
		delay(1)
		return code
	}

	@RequiresScope("read:contacts")
	open fun open(times: Int = 1): Int = times

}

open class CallingDirectly : Door() {

	open suspend fun call() = unlock("1")

}

open class CallingAfterSuspension : Door() {

	open suspend fun call(): String {
		delay(1)
		val first = "1"
		delay(1)
		return unlock(first) + first
	}

}

open class CallingInLoop : Door() {

	open suspend fun call(): String {
		for (name in listOf("1", "2")) {
			delay(1)
			try {
				if (name == "2") {
					return unlock(name) + name
				}
			}
			finally {
				delay(2)
			}
		}
		return ""
	}

}

open class CallingPrivately : Door() {

	open suspend fun call() = hidden()

	private suspend fun hidden(): String {
		delay(1)
		return unlock("1") + "1"
	}

}

open class CallingWithDefault : Door() {

	open suspend fun call(): String {
		delay(1)
		return unlock() + "1"
	}

}

open class CallingPlainWithDefault : Door() {

	open fun call() = open()

}

open class CallingInLambda : Door() {

	open fun call(): () -> Int = { open(2) }

}

open class CallingInInlineLambda : Door() {

	open fun call() = listOf(1, 2).map { open(it) }

}

open class CallingInSuspendingInlineLambda : Door() {

	open suspend fun call() = listOf("1", "2").map {
		delay(1)
		unlock(it) + it
	}

}

open class CallingInNestedLambda : Door() {

	open fun call(): () -> () -> Int = { { open(2) } }

}

open class CallingInSuspendLambda : Door() {

	open fun call(): suspend () -> String = {
		delay(1)
		unlock("1") + "1"
	}

}

open class CallingInCoroutine : Door() {

	open fun call() = runBlocking { unlock("1") }

}

open class CallingInNestedCoroutine : Door() {

	open fun call() = runBlocking {
		coroutineScope {
			launch {
				delay(1)
				unlock("1")
			}
		}
	}

}

open class CallingInPassedScope : Door() {

	open fun call(scope: CoroutineScope) = scope.launch { open(2) }

}

open class CallingInFlow : Door() {

	open fun call(): Flow<String> = flow { emit(unlock("1")) }

}

open class CallingInFlowOperator : Door() {

	open fun call(): Flow<String> = flowOf("1").map { unlock(it) }

}

open class CallingByReference : Door() {

	open fun call(): (Int) -> Int = this::open

}

open class CallingBySuspendReference : Door() {

	open fun call(): suspend (String) -> String = this::unlock

}

open class CallingByAdaptedReference : Door() {

	open fun call(): () -> Int = adapt(this::open)

	private fun adapt(function: () -> Int): () -> Int = function

}

open class CallingByReferenceToInterface : Door() {

	open fun call(): Callable<Int> = Callable(adapted())

	private fun adapted(): () -> Int = ::opened

	private fun opened() = open(2)

}

open class CallingInAnonymousObject : Door() {

	open fun call(): Callable<Int> = object : Callable<Int> {

		override fun call() = open(2)

	}

}

open class CallingInSuspendingAnonymousObject : Door() {

	open fun call(): Suspending = object : Suspending {

		override suspend fun act(): String {
			delay(1)
			return unlock("1") + "1"
		}

	}

}

open class CallingInInnerClass : Door() {

	open fun call(): Callable<Int> = Inner()

	private inner class Inner : Callable<Int> {

		override fun call() = open(2)

	}

}

open class CallingInLocalFunction : Door() {

	open fun call(times: Int): Int {
		fun local(more: Int) = open(times + more)
		return local(1)
	}

}

open class CallingInSuspendingLocalFunction : Door() {

	open suspend fun call(): String {
		suspend fun local(): String {
			delay(1)
			return unlock("1") + "1"
		}
		return local() + "2"
	}

}

open class CallingInLazyProperty : Door() {

	open val times: Int by lazy { open(2) }

}

open class CallingInGetter : Door() {

	open val times: Int
		get() = open(2)

}

open class CallingInInitializer : Door() {

	private val times = open(2)

	open fun call() = times

}

open class CallingInScopeFunction : Door() {

	open fun call() = this.apply { open(2) }.hashCode()

}

open class CallingSuper : Door() {

	open suspend fun call() = super.unlock("1") + "1"

}

open class CallingMangled {

	open fun call() = open(Code("1"))

	@RequiresScope("read:contacts")
	open fun open(code: Code) = code.value

}

interface Suspending {

	suspend fun act(): String

}

interface CallingInInterface {

	@RequiresScope("read:contacts")
	suspend fun unlock(): String

	suspend fun call(): String {
		delay(1)
		return unlock() + "1"
	}

}

open class CallingThroughInterface : CallingInInterface {

	override suspend fun unlock() = "1"

}

@JvmInline
value class Code(val value: String)
