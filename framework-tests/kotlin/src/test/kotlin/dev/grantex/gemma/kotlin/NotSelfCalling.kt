package dev.grantex.gemma.kotlin

import dev.grantex.gemma.guard.RequiresScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.runBlocking

/**
 * Beans that call no guarded function past the guard.
 */
open class OnlyGuarded : Door()

open class Overriding : Door() {

	override suspend fun unlock(code: String): String {
		delay(1)
		return super.unlock(code) + "1"
	}

	override fun open(times: Int) = super.open(times) + 1

}

open class AsStrict : Door() {

	@RequiresScope("read:contacts", "write:contacts")
	open suspend fun call(): String {
		delay(1)
		return listOf("1").map { unlock(it) }.single() + runBlocking { unlock() }
	}

}

open class Recursive {

	@RequiresScope("read:contacts")
	open suspend fun climb(steps: Int): Int {
		delay(1)
		return if (steps == 0) 0 else climb(steps - 1) + 1
	}

}

open class CallingInjectedSelf : Door() {

	open lateinit var self: CallingInjectedSelf

	open suspend fun call(): String {
		delay(1)
		val name = self.unlock("1")
		return name + listOf("1").map { self.unlock(it) } + runBlocking { self.unlock() }
	}

}

open class CallingSelfOfConstructor(private val self: () -> Door) : Door() {

	open suspend fun call(): String {
		delay(1)
		return self().unlock() + self().open()
	}

}

open class CallingParameter : Door() {

	open suspend fun call(other: CallingParameter): String {
		delay(1)
		val name = other.unlock("1")
		delay(1)
		return name + other.unlock() + other.act() + with(other) { unlock("2") }
	}

	open suspend fun either(other: CallingParameter, own: Boolean): String {
		var door = this
		delay(1)
		if (!own) {
			door = other
			delay(2)
		}
		return door.unlock("1") + "1"
	}

	private suspend fun CallingParameter.act(): String {
		delay(1)
		return this.unlock("1") + "1"
	}

}

open class CallingInCompanion : Door() {

	companion object {

		suspend fun call(door: CallingInCompanion) = door.unlock("1") + CallingInCompanion().unlock()

		@JvmStatic
		fun make() = CallingInCompanion().open()

	}

}

open class CallingOtherInReference : Door() {

	open fun call(other: Door): (Int) -> Int = other::open

	open fun unbound(): (CallingOtherInReference, Int) -> Int = CallingOtherInReference::open

}

open class CallingParameterInFlow : Door() {

	open fun call(doors: Flow<Door>): Flow<String> = doors.map {
		delay(1)
		it.unlock("1") + it.unlock()
	}

	@RequiresScope("read:contacts")
	open fun own(): Flow<String> = flow {
		delay(1)
		emit(unlock("1"))
	}

}

open class CallingInNestedClass : Door() {

	open fun call(): Int = Nested(CallingInNestedClass()).call()

	private class Nested(private val door: Door) {

		fun call() = door.open()

	}

}

@Suppress("LeakingThis")
data class GuardedData(val name: String, val times: Int = 1) {

	fun describe() = copy(times = 2).toString() + component1() + (this == copy())

}

open class GuardedMangled {

	open fun call(other: GuardedMangled) = other.open(Code("1"))

	@RequiresScope("read:contacts")
	open fun open(code: Code, times: Int = 1) = code.value + times

	@RequiresScope("read:contacts")
	open suspend fun unlock(code: Code): Code {
		delay(1)
		return code
	}

}

interface GuardedDefault {

	@RequiresScope("read:contacts")
	suspend fun unlock(code: String = "1"): String {
		delay(1)
		return code
	}

}

open class InheritingDefault : GuardedDefault

open class DescribingItself : Door() {

	override fun toString() = "Door ${open()}"

}
