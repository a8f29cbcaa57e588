package dev.grantex.gemma.kotlin

import dev.grantex.gemma.guard.RequiresScope
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.withTimeout

/**
 * Tools as Kotlin writes them, annotated one by one.
 */
open class SuspendingTools {

	open val entered: CompletableDeferred<Unit> = CompletableDeferred()

	@RequiresScope("read:contacts", metadata = "{'name': #name, 'found': #result}")
	open suspend fun find(name: String, gate: Deferred<Unit>): String {
		this.entered.complete(Unit)
		gate.await()
		return "found $name"
	}

	@RequiresScope("read:contacts")
	open suspend fun quick(): String = "quick"

	@RequiresScope("read:contacts")
	open suspend fun nothing() = delay(1)

	@RequiresScope("read:contacts")
	open suspend fun absent(): String? {
		delay(1)
		return null
	}

	@RequiresScope("read:contacts")
	open suspend fun fail(): String {
		delay(1)
		throw IllegalStateException("secret")
	}

	@RequiresScope("write:contacts")
	open suspend fun write(): String = throw AssertionError("must not run")

	@RequiresScope("read:contacts")
	open suspend fun timeOut(): String = withTimeout(1) { awaitCancellation() }

	@RequiresScope("read:contacts")
	open suspend fun greet(name: String = "world"): String {
		delay(1)
		return "hello $name"
	}

	@RequiresScope("read:contacts")
	open suspend fun climb(steps: Int, self: SuspendingTools): Int {
		delay(1)
		return if (steps == 0) 0 else self.climb(steps - 1, self) + 1
	}

	@RequiresScope("read:contacts")
	open fun flow(): Flow<String> = flowOf("a", "b")

	@RequiresScope("read:contacts")
	open suspend fun endlessFlow(): Flow<String> {
		delay(1)
		return flow {
			emit("a")
			awaitCancellation()
		}
	}

	@RequiresScope("read:contacts")
	open fun deferred(): Deferred<String> = CompletableDeferred("later")

}

interface Directory {

	@RequiresScope("read:contacts")
	suspend fun look(name: String): String

}

open class LocalDirectory : Directory {

	override suspend fun look(name: String): String {
		delay(1)
		return name
	}

}

interface Shed {

	@RequiresScope("read:contacts")
	suspend fun enter(name: String = "world"): String {
		delay(1)
		return "entered $name"
	}

	@RequiresScope("write:contacts")
	fun empty(): String = throw AssertionError("must not run")

}

/** The compiler makes functions of its own for those that it does not override. */
open class LocalShed : Shed

@RequiresScope("read:contacts")
open class AnnotatedClass {

	open suspend fun act(): String {
		delay(1)
		return "acted"
	}

}
