package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.verifier.report.AuditReport;
import dev.grantex.gemma.audit.verifier.report.AuditReport.FileState;
import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;
import dev.grantex.gemma.audit.verifier.report.ChainReport;
import dev.grantex.gemma.audit.verifier.report.HtmlReport;
import dev.grantex.gemma.audit.verifier.report.JsonReport;
import dev.grantex.gemma.audit.verifier.report.SealReport;
import dev.grantex.gemma.audit.verifier.report.TextReport;
import dev.grantex.gemma.audit.verifier.report.VisibleText;

/**
 * Verifies log files on the command line, without an application. The exit code is
 * {@value #HOLDS} when all holds, {@value #BROKEN} when the log is broken, and
 * {@value #UNREADABLE} when it could not be read. Nothing is written but the report.
 */
public final class VerifierCommand {

	static final int HOLDS = 0;

	static final int BROKEN = 1;

	static final int UNREADABLE = 2;

	private static final int MAX_MESSAGE = 500;

	private static final String HELP = """
			Verifies audit logs: hashes, signatures, sequence, and that nothing is missing.

			Usage: AuditLogVerifier [options] --public-key KEY.pem audit.jsonl...

			Log files may be given in any order and may belong to several chains. A seal
			beside them is found by its name.

			  --public-key FILE             Ed25519 public keys as PEM, JSON Web Key or Key Set;
			                                may be repeated. Without any, only hashes are checked.
			  --bundle FILE                 take the keys, older ones too, from an encrypted
			                                bundle; may be repeated. Its secret comes from
			  --bundle-key-file FILE          a file with 64 hexadecimal digits,
			  --bundle-passphrase-file FILE   a file with a passphrase, or the environment:
			                                  GRANTEX_GEMMA_BUNDLE_ENCRYPTIONKEY (or
			                                  GRANTEX_GEMMA_BUNDLE_ENCRYPTION_KEY) or
			                                  GRANTEX_GEMMA_BUNDLE_PASSPHRASE
			  --seal FILE                   a seal that is not beside its log; may be repeated
			  --json                        write the report as JSON
			  --html                        write the report as one page for a browser
			  --print-public-keys           only write the public keys, as PEM
			  --help                        write this

			Exit code: 0 all holds, 1 the log is broken, 2 it could not be read.
			""";

	private final Clock clock;

	private final Map<String, String> environment;

	private final OutputStream out;

	private final OutputStream err;

	/**
	 * Creates a verifier.
	 * @param environment where the secret of a bundle may be
	 */
	public VerifierCommand(Clock clock, Map<String, String> environment, OutputStream out, OutputStream err) {
		this.clock = clock;
		this.environment = environment;
		this.out = out;
		this.err = err;
	}

	/**
	 * Verifies log files and ends the virtual machine with the exit code.
	 * @param args options and files, as {@code --help} lists them
	 */
	public static void main(String[] args) {
		System.exit(new VerifierCommand(Clock.systemUTC(), System.getenv(), System.out, System.err).run(List.of(args)));
	}

	/**
	 * Verifies log files.
	 * @return the exit code
	 */
	public int run(List<String> args) {
		try {
			return run(VerifierOptions.parse(args));
		}
		catch (VerifierException ex) {
			return fail(ex.advice());
		}
		catch (IOException ex) {
			return fail("The report could not be written.");
		}
		catch (OutOfMemoryError ex) {
			return fail("There is not enough memory. Allow more, for instance with -Xmx512m.");
		}
		catch (RuntimeException | StackOverflowError ex) {
			// The virtual machine would end with 1, which means that the log is broken.
			return fail("The examination failed by a fault of its own: " + ex.getClass().getName() + ".");
		}
	}

	private int run(VerifierOptions options) throws IOException {
		if (options.has("--help")) {
			write(this.out, HELP);
			return HOLDS;
		}
		KeyRing keys = keys(options);
		if (options.has("--print-public-keys")) {
			write(this.out, keys.toPem());
			return HOLDS;
		}
		AuditReport report = examine(options, keys);
		write(this.out, options.has("--json") ? JsonReport.render(report)
				: options.has("--html") ? HtmlReport.render(report) : TextReport.render(report));
		return (report.verdict() == Verdict.BROKEN) ? BROKEN : HOLDS;
	}

	private KeyRing keys(VerifierOptions options) {
		KeyRing keys = new KeyRing();
		for (Path file : options.files("--public-key")) {
			PublicKeyFile.read(file).forEach((key) -> keys.add(key, file.toString()));
		}
		if (!options.files("--bundle").isEmpty()) {
			BundleKeys bundles = BundleKeys.of(options, this.environment);
			for (Path file : options.files("--bundle")) {
				bundles.publicKeys(file).forEach((pem) -> keys.add(AuditKeys.publicKey(pem), file.toString()));
			}
		}
		return keys;
	}

	private AuditReport examine(VerifierOptions options, KeyRing keys) {
		List<GivenLog> logs = options.logs().stream().map(GivenLog::of).toList();
		SealSearch seals = new SealSearch(keys);
		options.files("--seal").forEach(seals::add);
		logs.forEach((log) -> seals.lookBeside(log.file(), log.firstChain().stream().toList()));
		LogIndex index = new LogIndex();
		logs.forEach(index::add);
		Map<ChainKey, List<LogPart>> chains = index.chains();
		logs.forEach((log) -> seals.lookBeside(log.file(), index.chainsIn(log)));
		List<SealReport> others = seals.others(chains.keySet());
		List<ChainReport> reports = new ArrayList<>();
		chains.forEach((chain, parts) -> reports.add(new ChainExamination(keys, chain, parts, seals.of(chain)).run()));
		long entries = reports.stream().mapToLong((chain) -> chain.extent().entries()).sum();
		boolean broken = reports.stream().anyMatch((chain) -> chain.verdict() == Verdict.BROKEN)
				|| others.stream().anyMatch((seal) -> seal.state().broken())
				|| index.files().stream().anyMatch((file) -> file.state() == FileState.NO_ENTRIES);
		Verdict verdict = broken ? Verdict.BROKEN : ((entries > 0) ? Verdict.HOLDS : Verdict.EMPTY);
		return new AuditReport(verdict, this.clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
				!keys.isEmpty(), entries, reports, others, keys.report(), index.files());
	}

	private int fail(String advice) {
		try {
			write(this.err, VisibleText.of(advice, MAX_MESSAGE) + "\n");
		}
		catch (IOException ex) {
			// The exit code says it too.
		}
		return UNREADABLE;
	}

	/** In UTF-8, whatever the terminal's encoding is said to be. */
	private static void write(OutputStream to, String text) throws IOException {
		to.write(text.getBytes(StandardCharsets.UTF_8));
		to.flush();
		if (to instanceof PrintStream stream && stream.checkError()) {
			throw new IOException("Not written");
		}
	}

}
