package dev.grantex.gemma.consent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.StrandingReason;

import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A loss of power while evidence without its bundles makes way for a new chain: it is
 * where it was, or the new chain names all of it before anything else.
 */
class OrphanCrashTests extends ServiceFixture {

	@TempDir
	private Path survivors;

	@Test
	void allOfItIsNamedWhereverItStopped() throws IOException {
		leaveTwoChains();
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		int start = disk.operationCount();
		device.consent().replace(issue(), this.request, losses(device));
		int end = disk.operationCount();
		List<String> current = new ArrayList<>();
		for (CrashState state : states(disk.crashStates(1), start, end)) {
			current.add(goesOn(state) ? "new" : "none");
		}
		assertThat(current).startsWith("none").endsWith("new").hasSizeGreaterThan(10);
	}

	private void leaveTwoChains() throws IOException {
		try (Device before = device()) {
			before.calls(3);
			String first = before.bundle().bundleId();
			before.consent().replace(issue(), this.request);
			before.calls(2);
			Files.delete(before.retiredFile(first));
			Files.delete(before.bundleFile());
		}
	}

	private static Losses losses(Device device) {
		return new Losses(null,
				device.consent()
					.orphans()
					.found()
					.stream()
					.map(Orphans.Found::chain)
					.map((chain) -> new Orphan(chain.grantId(),
							new Predecessor(String.valueOf(chain.sealedBundleId()), StrandingReason.BUNDLE_MISSING, 0,
									null, chain.lastSequence(), chain.lastHash(), null, null)))
					.toList());
	}

	/**
	 * Whether it goes on with a new bundle.
	 */
	private boolean goesOn(CrashState state) throws IOException {
		Path root = Files.createDirectory(this.survivors.resolve("disk"));
		state.image().writeTo(root);
		boolean isNew;
		try (Device device = new Device(RecordingFileSystem.unforced(root).root(), this.clock, this.request).open()) {
			isNew = device.consent().bundle().isPresent();
			if (!isNew) {
				assertThat(device.consent().orphans().found()).as("%s", state)
					.extracting((found) -> found.chain().lastSequence())
					.containsExactlyInAnyOrder(3L, 2L);
				device.consent().replace(issue(), this.request, losses(device));
			}
			assertThat(device.denial()).as("%s", state).isNull();
			requireNamed(device, state, root);
			assertThat(device.consent().orphans().found()).as("%s", state).isEmpty();
		}
		FileSystemUtils.deleteRecursively(root);
		return isNew;
	}

	private static void requireNamed(Device device, CrashState state, Path root) throws IOException {
		List<SignedAuditEntry> entries;
		try (Stream<SignedAuditEntry> all = device.log().read(1)) {
			entries = all.toList();
		}
		assertThat(entries).as("%s", state)
			.extracting(SignedAuditEntry::action)
			.containsExactly("grantex:chain-started", "grantex:chain-archived");
		List<Long> kept = new ArrayList<>();
		for (SignedAuditEntry entry : entries) {
			Path archive = root.resolve(String.valueOf(entry.metadata().get("archive")));
			assertThat(archive.resolve("SHA256SUMS")).as("%s", state).exists();
			try (Stream<Path> files = Files.list(archive)) {
				kept.add(files.filter((file) -> file.toString().endsWith(".jsonl"))
					.mapToLong(OrphanCrashTests::lines)
					.sum());
			}
		}
		assertThat(kept).as("%s", state).containsExactlyInAnyOrder(3L, 2L);
	}

	private static long lines(Path file) {
		try (Stream<String> lines = Files.lines(file)) {
			return lines.count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<CrashState> states(CrashStates states, int start, int end) {
		Map<Object, CrashState> different = new LinkedHashMap<>();
		IntStream.rangeClosed(start, end)
			.filter((operations) -> operations == end || (operations - start) % 2 == 0)
			.mapToObj(states::after)
			.flatMap((after) -> after.stream())
			.filter((state) -> state.mixture().equals("nothing unforced") || state.mixture().equals("everything"))
			.forEach((state) -> different.putIfAbsent(state.image().files(), state));
		return List.copyOf(different.values());
	}

}
