package dev.grantex.gemma.kotlin

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant

import dev.grantex.gemma.CallDeniedException
import dev.grantex.gemma.ScopeViolationException
import dev.grantex.gemma.audit.SignedAuditEntry
import dev.grantex.gemma.bundle.Revocation
import dev.grantex.gemma.consent.DeviceConsent
import dev.grantex.simulator.GrantexSimulator
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import org.springframework.aop.framework.Advised
import org.springframework.boot.WebApplicationType
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.ConfigurableApplicationContext

/**
 * A suspend function is one call: decided upon before it runs, and recorded once, with
 * what became of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SuspendFunctionTests {

	private lateinit var service: GrantexSimulator

	private lateinit var context: ConfigurableApplicationContext

	private lateinit var tools: SuspendingTools

	@BeforeAll
	fun startService() {
		this.service = GrantexSimulator.start()
	}

	@BeforeEach
	fun startApplication(@TempDir directory: Path) = start(directory, KotlinApplication::class.java)

	private fun start(directory: Path, vararg sources: Class<*>) {
		val agent = this.service.customer().registerAgent("kotlin-agent", "read:contacts", "write:contacts")
		this.context = SpringApplicationBuilder(*sources).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(mapOf(
				"grantex.gemma.api.base-url" to this.service.baseUrl(),
				"grantex.gemma.api.key" to this.service.customer().apiKey(),
				"grantex.gemma.agent-id" to agent.id(),
				"grantex.gemma.user-id" to "user_alice",
				"grantex.gemma.device-id" to "device-1",
				"grantex.gemma.scopes" to "read:contacts",
				"grantex.gemma.bundle.path" to Files.createDirectory(directory.resolve("data")).resolve("bundle.enc"),
				"grantex.gemma.bundle.encryption-key" to "00112233445566778899aabbccddeeff".repeat(2),
				"grantex.gemma.audit.path" to directory.resolve("data/audit.jsonl"),
				"grantex.gemma.sync.enabled" to "false"))
			.run()
		this.tools = this.context.getBean(SuspendingTools::class.java)
	}

	@AfterEach
	fun stopApplication() = this.context.close()

	@AfterAll
	fun stopService() = this.service.close()

	@Test
	fun `a value is one success, recorded when the function has ended`() = runBlocking<Unit> {
		val gate = CompletableDeferred<Unit>()
		val call = async(Dispatchers.Default) { tools.find("Ada", gate) }
		tools.entered.await()
		assertThat(entries()).isEmpty()
		gate.complete(Unit)
		assertThat(call.await()).isEqualTo("found Ada")
		assertThat(results()).containsExactly("success")
		assertThat(entries().first().action()).isEqualTo("SuspendingTools.find")
		assertThat(entries().first().metadata()).containsEntry("name", "Ada").containsEntry("found", "found Ada")
	}

	@Test
	fun `a function that never suspends is one success`() = runBlocking<Unit> {
		assertThat(tools.quick()).isEqualTo("quick")
		assertThat(tools.nothing()).isEqualTo(Unit)
		assertThat(tools.absent()).isNull()
		assertThat(results()).containsExactly("success", "success", "success")
	}

	@Test
	fun `a failure is one error`() = runBlocking<Unit> {
		assertThrows<IllegalStateException> { tools.fail() }
		assertThat(results()).containsExactly("error")
		assertThat(entries().first().metadata()).containsEntry("exception", "java.lang.IllegalStateException")
	}

	@Test
	fun `a denied function does not run`() = runBlocking<Unit> {
		assertThrows<ScopeViolationException> { tools.write() }
		assertThat(results()).containsExactly("denied")
	}

	@Test
	fun `a cancelled function is one cancellation`() = runBlocking<Unit> {
		supervisorScope {
			val call = async(Dispatchers.Default) { tools.find("Ada", CompletableDeferred()) }
			tools.entered.await()
			call.cancel()
			call.join()
		}
		awaitResults("cancelled")
	}

	@Test
	fun `a time-out of the caller is one cancellation`() = runBlocking<Unit> {
		// The first ones may come before the function has begun.
		var millis = 10L
		while (!tools.entered.isCompleted) {
			assertThrows<TimeoutCancellationException> {
				withTimeout(millis) { tools.find("Ada", CompletableDeferred()) }
			}
			millis *= 2
		}
		await().atMost(Duration.ofMinutes(1)).untilAsserted { assertThat(results()).isNotEmpty().containsOnly("cancelled") }
	}

	@Test
	fun `a time-out within the function is one cancellation`() = runBlocking<Unit> {
		assertThrows<TimeoutCancellationException> { tools.timeOut() }
		awaitResults("cancelled")
	}

	@Test
	fun `a function with default arguments is guarded`() = runBlocking<Unit> {
		assertThat(tools.greet()).isEqualTo("hello world")
		assertThat(tools.greet("Ada")).isEqualTo("hello Ada")
		assertThat(results()).containsExactly("success", "success")
	}

	@Test
	fun `a flow is recorded at its end`() = runBlocking<Unit> {
		val flow = tools.flow()
		assertThat(entries()).isEmpty()
		assertThat(flow.toList()).containsExactly("a", "b")
		assertThat(results()).containsExactly("success")
		assertThat(tools.endlessFlow().take(1).toList()).containsExactly("a")
		awaitResults("success", "cancelled")
	}

	@Test
	fun `a deferred value is recorded when it is there`() = runBlocking<Unit> {
		assertThat(tools.deferred().await()).isEqualTo("later")
		assertThat(results()).containsExactly("success")
	}

	@Test
	fun `an interface's annotation guards its implementation`() = runBlocking<Unit> {
		assertThat(context.getBean(Directory::class.java).look("Ada")).isEqualTo("Ada")
		assertThat(results()).containsExactly("success")
	}

	@Test
	fun `an annotation of the class guards its suspend functions`() = runBlocking<Unit> {
		assertThat(context.getBean(AnnotatedClass::class.java).act()).isEqualTo("acted")
		assertThat(results()).containsExactly("success")
	}

	@Test
	fun `a revocation ends a suspended function`() = runBlocking<Unit> {
		supervisorScope {
			val call = async(Dispatchers.Default) { tools.find("Ada", CompletableDeferred()) }
			tools.entered.await()
			withContext(Dispatchers.IO) {
				context.getBean(DeviceConsent::class.java).revoke(Revocation(Instant.now(), true))
			}
			val denial = assertThrows<CallDeniedException> { call.await() }
			assertThat(denial.reason()).isEqualTo("revoked")
		}
		awaitResults("cancelled")
	}

	@Test
	fun `a function with a body in an interface is guarded`() = runBlocking<Unit> {
		val shed = context.getBean(Shed::class.java)
		assertThat(shed.enter()).isEqualTo("entered world")
		assertThrows<ScopeViolationException> { shed.empty() }
		assertThat(results()).containsExactly("success", "denied")
	}

	@Test
	fun `a call through several proxies is one entry`(@TempDir other: Path) = runBlocking<Unit> {
		context.close()
		start(other, KotlinApplication::class.java, SecondProxies::class.java, ThirdProxies::class.java)
		assertThat(tools.quick()).isEqualTo("quick")
		assertThat(withContext(Dispatchers.Unconfined) { tools.greet() }).isEqualTo("hello world")
		assertThat(results()).containsExactly("success", "success")
		assertThat(tools.endlessFlow().take(1).toList()).containsExactly("a")
		assertThat(tools.flow().toList()).containsExactly("a", "b")
		assertThrows<IllegalStateException> { tools.fail() }
		assertThrows<ScopeViolationException> { tools.write() }
		awaitResults("success", "success", "cancelled", "success", "error", "denied")
	}

	@Test
	fun `a call of the function itself through several proxies is one entry more`(@TempDir other: Path) = runBlocking<Unit> {
		context.close()
		start(other, KotlinApplication::class.java, SecondProxies::class.java, ThirdProxies::class.java)
		assertThat(tools.climb(2, tools)).isEqualTo(2)
		assertThat(results()).containsExactly("success", "success", "success")
		val inner = (tools as Advised).targetSource.target as SuspendingTools
		assertThat(tools.climb(2, inner)).isEqualTo(2)
		assertThat(results()).hasSize(6).containsOnly("success")
	}

	private fun awaitResults(vararg results: String) =
		await().atMost(Duration.ofMinutes(1)).untilAsserted { assertThat(results()).containsExactly(*results) }

	private fun results() = entries().map(SignedAuditEntry::result)

	private fun entries(): List<SignedAuditEntry> {
		val log = this.context.getBean(DeviceConsent::class.java).log().orElseThrow()
		return log.read(1).use { it.toList() }
	}

}
