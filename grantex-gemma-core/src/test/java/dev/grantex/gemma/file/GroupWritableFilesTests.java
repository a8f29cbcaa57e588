package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import dev.grantex.gemma.bundle.BundleVectors;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class GroupWritableFilesTests {

	private static final String ADVICE = "fsGroupChangePolicy: OnRootMismatch";

	@TempDir
	Path directory;

	@Test
	void findsNothingBeforeThereIsAnything() {
		assertThat(new GroupWritableFiles(this.directory.resolve("none/bundle.enc")).find()).isEmpty();
	}

	@Test
	void findsFilesByTheBeginningOfTheirNamesTheDirectoryAndWhatWasArchived() throws IOException {
		for (String name : Set.of("audit.jsonl", "audit-g.seal", "audit.jsonl.torn-1", "other", "archive/b/audit.seal",
				"archive/b/SHA256SUMS")) {
			Path file = this.directory.resolve(name);
			Files.createDirectories(file.getParent());
			permit(Files.createFile(file), "rw-rw----");
		}
		permit(Files.createFile(this.directory.resolve("audit-g.lock")), "rw-r-----");
		permit(this.directory.resolve("archive/b"), "rwx------");
		permit(this.directory, "rwxrwx---");
		assertThat(new GroupWritableFiles(this.directory.resolve("audit.jsonl")).find()).containsExactly(".",
				"archive/b/SHA256SUMS", "archive/b/audit.seal", "audit-g.seal", "audit.jsonl", "audit.jsonl.torn-1");
	}

	@Test
	void warnsOnceAndAgainWhenThereIsMore(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.directory.resolve("audit.jsonl"));
		permit(file, "rw-------");
		permit(this.directory, "rwx------");
		GroupWritableFiles files = new GroupWritableFiles(file);
		files.warn();
		assertThat(output).doesNotContain(ADVICE);
		permit(this.directory, "rwxrwxr-x");
		files.warn();
		files.warn();
		assertThat(output).containsOnlyOnce(ADVICE).contains("(.)");
		permit(file, "rw-rw----");
		files.warn();
		assertThat(output).contains("(., audit.jsonl)");
	}

	@Test
	void warnsOnceOfADirectoryThatSeveralPartsOfAnApplicationLookAt(CapturedOutput output) throws IOException {
		permit(this.directory, "rwxrwxr-x");
		new GroupWritableFiles(this.directory.resolve("bundle.enc")).warn();
		new GroupWritableFiles(this.directory.resolve("audit.jsonl")).warn();
		new GroupWritableFiles(this.directory.resolve("audit.jsonl")).warn();
		assertThat(output).containsOnlyOnce(ADVICE);
		permit(this.directory, "rwx------");
		new GroupWritableFiles(this.directory.resolve("audit.jsonl")).warn();
		permit(this.directory, "rwxrwxr-x");
		new GroupWritableFiles(this.directory.resolve("bundle.enc")).warn();
		assertThat(output.getOut().split(ADVICE, -1)).hasSize(3);
	}

	@Test
	void saysThatOthersMayWriteWhereTheyMay() throws IOException {
		permit(Files.createFile(this.directory.resolve("audit.jsonl")), "rw-rw-rw-");
		assertThat(GroupWritableFiles.warning(new GroupWritableFiles(this.directory.resolve("audit.jsonl")).find()))
			.contains("A group, or anybody, may write", "audit.jsonl", "chmod go-w");
	}

	@Test
	void theRepositoryWarnsAlsoOfWhatItPutsRight(CapturedOutput output) throws IOException {
		Path file = this.directory.resolve("bundle.enc");
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file, "0".repeat(64));
		repository.save(BundleVectors.bundle());
		permit(file, "rw-rw----");
		assertThat(repository.load()).isPresent();
		assertThat(output).containsOnlyOnce(ADVICE).contains("(bundle.enc)");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
	}

	private static void permit(Path path, String mode) throws IOException {
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
	}

}
