package dev.grantex.gemma.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * What may be lost by a loss of power, and what may not.
 */
class CrashStatesTests {

	private RecordingFileSystem disk;

	@TempDir
	private Path directory;

	@BeforeEach
	void startRecording() throws IOException {
		Files.writeString(this.directory.resolve("old"), "old");
		this.disk = RecordingFileSystem.over(this.directory);
	}

	@Test
	void whatWasThereBeforeStays() throws IOException {
		Files.writeString(path("new"), "new");
		assertThat(left()).allMatch((files) -> files.get("old").equals("old"));
	}

	@Test
	void nothingUnforcedIsCertainAndItMayBeTorn() throws IOException {
		Files.writeString(path("old"), "younger", StandardOpenOption.WRITE);
		assertThat(left()).contains(Map.of("old", "old"), Map.of("old", "younger"))
			.hasSizeGreaterThan(3)
			.allMatch((files) -> files.get("old").matches("[younger\0ld]{3,7}"));
	}

	@Test
	void forcedBytesOfANameThatWasNotForcedMayBeLost() throws IOException {
		try (FileChannel channel = create("new")) {
			channel.write(bytes("content"));
			channel.force(false);
		}
		assertThat(left()).containsExactlyInAnyOrder(Map.of("old", "old"), Map.of("old", "old", "new", "content"));
		forceDirectory();
		assertThat(left()).containsExactly(Map.of("old", "old", "new", "content"));
	}

	@Test
	void forcedNameOfUnforcedBytesMayBeEmpty() throws IOException {
		try (FileChannel channel = create("new")) {
			channel.write(bytes("content"));
			forceDirectory();
		}
		assertThat(left()).allMatch((files) -> files.containsKey("new"))
			.contains(Map.of("old", "old", "new", ""), Map.of("old", "old", "new", "content"));
	}

	@Test
	void renamedFileHasOneOfItsNames() throws IOException {
		Files.writeString(path("old"), "younger");
		Files.move(path("old"), path("other"), StandardCopyOption.ATOMIC_MOVE);
		assertThat(left()).allMatch((files) -> files.size() == 1)
			.extracting(Map::keySet)
			.contains(Set.of("old"), Set.of("other"));
	}

	@Test
	void openFileIsTheSameAfterItWasRenamed() throws IOException {
		try (FileChannel channel = FileChannel.open(path("old"), StandardOpenOption.WRITE)) {
			Files.move(path("old"), path("other"), StandardCopyOption.ATOMIC_MOVE);
			Files.writeString(path("old"), "another");
			channel.write(bytes("OLD"));
			channel.force(false);
			forceDirectory();
		}
		assertThat(left()).allMatch((files) -> files.get("other").equals("OLD"));
	}

	@Test
	void deletedFileMayBeThereAgain() throws IOException {
		Files.delete(path("old"));
		assertThat(left()).containsExactlyInAnyOrder(Map.of(), Map.of("old", "old"));
	}

	@Test
	void fileIsLostWithItsDirectory() throws IOException {
		Files.createDirectories(path("a/b"));
		Files.writeString(path("a/b/new"), "content");
		force(path("a/b/new"));
		force(path("a/b"));
		force(path("a"));
		assertThat(left()).containsExactlyInAnyOrder(Map.of("old", "old"), Map.of("old", "old", "a/b/new", "content"));
	}

	@Test
	void whatAFailedForceDroppedIsNotSavedByALaterOne() throws IOException {
		Files.writeString(path("old"), "younger", StandardOpenOption.WRITE);
		this.disk.faults().failForces();
		assertThatIOException().isThrownBy(() -> force(path("old")));
		this.disk.faults().clear();
		force(path("old"));
		assertThat(left()).containsExactly(Map.of("old", "old"));
		assertThat(path("old")).hasContent("younger");
	}

	@Test
	void writeDuringAForceIsNotTakenForForced() throws IOException {
		try (FileChannel channel = FileChannel.open(path("old"), StandardOpenOption.WRITE)) {
			this.disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Force) {
					channel.write(bytes("NEW"), 0);
				}
			});
			channel.force(false);
		}
		assertThat(left()).contains(Map.of("old", "old"), Map.of("old", "NEW"));
	}

	@Test
	void everyMomentHasItsStates() throws IOException {
		try (FileChannel channel = create("new")) {
			channel.write(bytes("content"));
			channel.force(false);
			forceDirectory();
		}
		CrashStates states = this.disk.crashStates(1);
		assertThat(states.all().map(CrashState::operations)).contains(0, 1, 2, 3, 4);
		assertThat(states.durableAfter("content")).isEqualTo(4);
		assertThat(states.all().map(CrashState::toString)).isEqualTo(states.all().map(CrashState::toString).toList());
	}

	@Test
	void statesCanBeWrittenToADirectory(@TempDir Path target) throws IOException {
		Files.createDirectory(path("a"));
		Files.writeString(path("a/new"), "content");
		this.disk.crashStates(1)
			.after(this.disk.operationCount())
			.stream()
			.filter((state) -> state.mixture().equals("everything"))
			.forEach((state) -> state.image().writeTo(target));
		assertThat(target.resolve("a/new")).hasContent("content");
		assertThat(target.resolve("old")).hasContent("old");
	}

	private List<Map<String, String>> left() {
		Collection<CrashState> states = this.disk.crashStates(42).after(this.disk.operationCount());
		return states.stream().map((state) -> texts(state.image().files())).toList();
	}

	private static Map<String, String> texts(Map<Path, ByteBuffer> files) {
		return files.entrySet()
			.stream()
			.collect(Collectors.toMap((file) -> file.getKey().toString(),
					(file) -> StandardCharsets.ISO_8859_1.decode(file.getValue().duplicate()).toString(), (a, b) -> a,
					TreeMap::new));
	}

	private Path path(String name) {
		return this.disk.root().resolve(name);
	}

	private FileChannel create(String name) throws IOException {
		return FileChannel.open(path(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
	}

	private void forceDirectory() throws IOException {
		force(this.disk.root());
	}

	private static void force(Path path) throws IOException {
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			channel.force(true);
		}
	}

	private static ByteBuffer bytes(String text) {
		return StandardCharsets.UTF_8.encode(text);
	}

}
