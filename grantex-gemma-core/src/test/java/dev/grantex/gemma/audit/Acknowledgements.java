package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a log has acknowledged over its runs, and whether it is still there.
 * <p>
 * Not safe for use by several threads at once.
 */
final class Acknowledgements {

	private final Map<Long, String> hashes = new HashMap<>();

	private final List<String> publicKeys = List.of(AuditVectors.bundle().offlineAuditKey().publicKey());

	private final ChainVerifier verifier = ChainVerifier.fromStart(this.publicKeys);

	private long last;

	private long checked;

	void add(long sequence, String hash) {
		assertThat(this.hashes.put(sequence, hash)).as("an earlier entry %d", sequence).isNull();
		this.last = Math.max(this.last, sequence);
	}

	int count() {
		return this.hashes.size();
	}

	/**
	 * The highest sequence number that was acknowledged.
	 */
	long last() {
		return this.last;
	}

	/**
	 * Checks that a log holds the chain, with what was acknowledged in its place. What
	 * was checked before is not read again.
	 */
	void assertKeptBy(OfflineAuditLog log) {
		ChainVerification found = log.verify(this.verifier);
		assertThat(found.valid()).as("%s at %d", found.reason(), found.brokenAt()).isTrue();
		assertThat(found.entries()).isEqualTo((int) log.headSequence());
		assertThat(log.headSequence()).isGreaterThanOrEqualTo(this.last);
		try (Stream<SignedAuditEntry> entries = log.read(this.checked + 1)) {
			entries.forEach((entry) -> assertSame(entry.seq(), entry.hash()));
		}
		this.checked = log.headSequence();
	}

	/**
	 * Checks the same from the lines on disk, all of them, without opening the log.
	 * @return how many entries there are
	 */
	long assertKeptOnDisk(Path file) throws IOException {
		ChainVerifier all = ChainVerifier.fromStart(this.publicKeys);
		long entries = 0;
		for (Path segment : files(file)) {
			for (String line : Files.readAllLines(segment)) {
				assertThat(all.accept(line)).as("line %d is valid", entries).isTrue();
				entries++;
				assertSame(entries, SignedAuditEntry.parse(line).hash());
			}
		}
		ChainVerification found = all.result();
		assertThat(found.valid()).as("%s at %d", found.reason(), found.brokenAt()).isTrue();
		assertThat(entries).isGreaterThanOrEqualTo(this.last);
		return entries;
	}

	/**
	 * The files that hold a log's entries, in order.
	 */
	static List<Path> files(Path file) throws IOException {
		try (Stream<Path> names = Files.list(file.getParent())) {
			Stream<Path> closed = names.filter((path) -> path.getFileName().toString().matches("audit-.*-\\d+\\.jsonl"))
				.sorted();
			Stream<Path> active = Stream.of(file).filter(Files::exists);
			return Stream.concat(closed, active).toList();
		}
	}

	/**
	 * Checks that an entry is the one that was acknowledged, if any was.
	 */
	void assertSame(long sequence, String hash) {
		String acknowledged = this.hashes.get(sequence);
		if (acknowledged != null && !acknowledged.equals(hash)) {
			throw new AssertionError("Entry " + sequence + " is not the acknowledged one");
		}
	}

}
