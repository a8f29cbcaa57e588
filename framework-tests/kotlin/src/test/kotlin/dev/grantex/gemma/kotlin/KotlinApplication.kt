package dev.grantex.gemma.kotlin

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator
import org.springframework.boot.SpringBootConfiguration
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Import

/**
 * What a user of the library writes in Kotlin.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SuspendingTools::class, LocalDirectory::class, AnnotatedClass::class,
	LocalShed::class)
open class KotlinApplication

/**
 * What some libraries bring: it puts every advice into a proxy of its own.
 */
open class SecondProxies : DefaultAdvisorAutoProxyCreator()

open class ThirdProxies : DefaultAdvisorAutoProxyCreator()
