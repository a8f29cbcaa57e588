package dev.grantex.gemma;

import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.grantex.gemma.audit.AuditLogVerifier;
import dev.grantex.gemma.audit.verifier.VerifierCommand;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms of the house and the arrows between them, which go down only. The class
 * {@code audit.AuditLogVerifier} is the face of a room above its own and left out.
 */
@AnalyzeClasses(packages = "dev.grantex.gemma",
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.DoNotIncludeTestJars.class })
class ArchitectureTests {

	private static final String ROOT = "dev.grantex.gemma";

	@ArchTest
	static final ArchRule exceptionsUseNothing = room("");

	@ArchTest
	static final ArchRule fileUsesTheExceptions = room("file", "");

	@ArchTest
	static final ArchRule bundleUsesFile = room("bundle", "", "file");

	@ArchTest
	static final ArchRule grantUsesBundle = room("grant", "", "bundle");

	@ArchTest
	static final ArchRule canonicalJsonUsesBundlesLookAtEscapes = room("audit.json", "bundle");

	@ArchTest
	static final ArchRule theSeamUsesTheExceptions = room("audit.store", "");

	@ArchTest
	static final ArchRule theFileStoreUsesTheSeamJsonAndFiles = room("audit.store.file", "", "audit.store",
			"audit.json", "file");

	@ArchTest
	static final ArchRule theMemoryStoreUsesTheSeam = room("audit.store.memory", "", "audit.store");

	@ArchTest
	static final ArchRule onlyTheLogsBuilderKnowsFiles = noClasses().that()
		.resideInAPackage(name("audit"))
		.and()
		.doNotHaveSimpleName("AuditLogBuilder")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(name("audit.store.file"));

	@ArchTest
	static final ArchRule auditUsesJsonGrantBundleAndFile = room("audit", "", "audit.store", "audit.store.file",
			"audit.json", "grant", "bundle", "file");

	@ArchTest
	static final ArchRule auditReportUsesNothing = room("audit.verifier.report");

	@ArchTest
	static final ArchRule auditVerifierUsesItsReportAndWhatItReads = room("audit.verifier", "", "audit.verifier.report",
			"audit", "audit.store", "audit.store.file", "audit.json", "bundle", "file");

	@ArchTest
	static final ArchRule consentUsesAuditGrantBundleAndFile = room("consent", "", "audit", "audit.json", "grant",
			"bundle", "file");

	@ArchTest
	static final ArchRule cloudUsesAuditAndBundle = room("cloud", "", "audit", "audit.json", "bundle");

	@ArchTest
	static final ArchRule syncUsesCloudConsentAuditAndBundle = room("sync", "", "cloud", "consent", "audit", "bundle");

	@ArchTest
	static final ArchRule guardUsesConsentAuditAndGrant = room("guard", "", "consent", "audit", "grant");

	@ArchTest
	static final ArchRule selfCallsUseGuard = room("guard.selfcalls", "guard");

	@ArchTest
	static final ArchRule beanChecksUseGuardAndSelfCalls = room("guard.check", "guard", "guard.selfcalls");

	@ArchTest
	static final ArchRule webUsesGuard = room("web", "", "guard");

	@ArchTest
	static final ArchRule onlyAutoConfigurationKnowsActuatorClasses = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".autoconfigure", ROOT + ".actuate")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(ROOT + ".actuate");

	@ArchTest
	static final ArchRule onlyTheUpperRoomsKnowSpringBoot = noClasses().that()
		.resideOutsideOfPackages(ROOT + ".autoconfigure", ROOT + ".actuate")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule nothingUsesJacksonTwo = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..");

	@ArchTest
	static void everyRoomIsNullMarked(JavaClasses classes) {
		Stream<JavaPackage> rooms = classes.stream().map(JavaClass::getPackage).distinct();
		assertThat(rooms).isNotEmpty().allMatch((room) -> room.isAnnotatedWith(NullMarked.class));
	}

	@ArchTest
	static final ArchRule roomsAreFreeOfCircles = SlicesRuleDefinition.slices()
		.assignedFrom(new Rooms())
		.should()
		.beFreeOfCycles()
		.ignoreDependency(AuditLogVerifier.class, VerifierCommand.class);

	private static ArchRule room(String room, String... mayUse) {
		String[] allowed = new String[mayUse.length + 1];
		allowed[0] = name(room);
		for (int i = 0; i < mayUse.length; i++) {
			allowed[i + 1] = name(mayUse[i]);
		}
		return noClasses().that()
			.resideInAPackage(name(room))
			.and()
			.doNotBelongToAnyOf(AuditLogVerifier.class)
			.should()
			.dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))));
	}

	private static String name(String room) {
		return room.isEmpty() ? ROOT : ROOT + "." + room;
	}

	/**
	 * The tests of a module lend others their fixtures in a jar.
	 */
	static final class DoNotIncludeTestJars implements ImportOption {

		@Override
		public boolean includes(Location location) {
			return !location.contains("-tests.jar");
		}

	}

	/**
	 * Each package is a room of its own, at any depth.
	 */
	private static final class Rooms implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return type.getPackageName().startsWith(ROOT) ? SliceIdentifier.of(type.getPackageName())
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "rooms";
		}

	}

}
