package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.StateTable.Calls;
import dev.grantex.gemma.consent.StateTable.Cause;
import dev.grantex.gemma.consent.StateTable.NewBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What follows from each denial is what {@code docs/architecture.md} prints, and the
 * columns agree with each other.
 */
class StateTableTests {

	private static final Path PAGE = Path.of("..", "docs", "architecture.md");

	private static final String HEAD = "| denial | cause | calls under way | recorded | delivered | refreshed | new bundle | stranded as |";

	@Test
	void theArchitecturePrintsIt() throws IOException {
		Stream<String> rows = Stream.of(DenialReason.values()).map(StateTableTests::print);
		List<String> table = Stream.concat(Stream.of(HEAD, "|---|---|---|---|---|---|---|---|"), rows).toList();
		List<String> printed = Files.readAllLines(PAGE)
			.stream()
			.dropWhile((line) -> !line.equals(HEAD))
			.takeWhile((line) -> line.startsWith("|"))
			.toList();
		assertThat(printed).containsExactlyElementsOf(table);
	}

	private static String print(DenialReason reason) {
		StateTable.Row row = reason.row();
		String stranded = reason.stranding().map((stranding) -> "`" + stranding.code() + "`").orElse("–");
		return "| " + String.join(" | ", "`" + reason.name() + "`", print(row.cause()), print(row.calls()),
				print(row.recorded()), print(row.delivered()), print(row.refreshed()), print(row.newBundle()), stranded)
				+ " |";
	}

	private static String print(boolean holds) {
		return holds ? "yes" : "–";
	}

	private static String print(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	@ParameterizedTest
	@EnumSource
	void theChainIsHaltedAndItsProvablePartDeliveredWhereItCannotGoOn(DenialReason reason) {
		boolean revoked = reason == DenialReason.REVOKED;
		boolean stranded = reason.stranding().isPresent();
		assertThat(reason.row().calls()).isEqualTo(revoked ? Calls.END : stranded ? Calls.TEN_MINUTES : Calls.FINISH);
		assertThat(reason.row().delivered()).isEqualTo(revoked || stranded);
	}

	@ParameterizedTest
	@EnumSource
	void theOperatorDecidesWhereAChainMayHaveBeenAttacked(DenialReason reason) {
		reason.stranding().ifPresent((stranding) -> {
			assertThat(reason.row().newBundle())
				.isEqualTo(stranding.isAttackPossible() ? NewBundle.OPERATOR : NewBundle.AT_ONCE);
			assertThat(StateTable.denialBy(stranding).stranding()).contains(stranding);
		});
	}

	@ParameterizedTest
	@EnumSource
	void noBundleIsAskedForThatCouldTakeThePlaceOfOneInMemory(DenialReason reason) {
		if (reason.row().cause() == Cause.STORAGE) {
			assertThat(reason.row().newBundle()).isEqualTo(NewBundle.NEVER);
			assertThat(reason.row().refreshed()).isFalse();
		}
	}

	@Test
	void everyFaultOfALogDeniesForAReasonOfItsOwn() {
		assertThat(Stream.of(AuditLogException.LOG_UNWRITABLE, AuditLogException.LOG_CORRUPTED,
				AuditLogException.LOG_TRUNCATED, AuditLogException.LOG_MISSING, AuditLogException.LOG_LOCKED,
				AuditLogException.LOG_UNSAFE, AuditLogException.LOG_FULL, AuditLogException.KEY_UNUSABLE,
				AuditLogException.BUNDLE_UNUSABLE, AuditLogException.BUNDLE_OUTDATED))
			.allSatisfy((fault) -> assertThat(StateTable.denialByLogFault(fault).code()).isEqualTo(fault));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "BUNDLE_MISSING", "DEVICE_ERASED" })
	void everyStrandedChainDeniesForTheReasonItIsStrandedFor(StrandingReason reason) {
		assertThat(StateTable.denialBy(reason).stranding()).contains(reason);
	}

}
