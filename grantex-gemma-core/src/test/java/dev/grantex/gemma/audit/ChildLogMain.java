package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Keeps a log in a process of its own, as told by lines on its standard input. Every
 * command is answered by one line, before which there may be one for each entry that was
 * acknowledged. It ends with its input or with its reader.
 */
final class ChildLogMain {

	private final ConsentBundle bundle = StoredLogFixture.storedBundle();

	private final VerifiedGrant grant = AuditVectors.ownGrant();

	private final ChildConsole console = new ChildConsole();

	private @Nullable OfflineAuditLog log;

	private @Nullable FileChannel foreign;

	private ChildLogMain() {
	}

	public static void main(String[] args) throws IOException {
		ChildLogMain main = new ChildLogMain();
		main.console.serve(main::answer);
	}

	private String answer(String command) {
		String[] words = command.split(" ", 4);
		try {
			return switch (words[0]) {
				case "begin" -> begin(command.substring("begin ".length()));
				case "open" -> open(words);
				case "retired" -> openRetired(words);
				case "lock" -> lock(command.substring("lock ".length()));
				case "append" -> append(Integer.parseInt(words[1]), Integer.parseInt(words[2]), true);
				case "fill" -> append(Integer.parseInt(words[1]), Integer.parseInt(words[2]), false);
				case "reopen" -> reopenForEver(words);
				case "verify" -> verify();
				case "read" -> read(Long.parseLong(words[1]));
				case "list" -> list();
				case "upload" -> upload(Long.parseLong(words[1]), Integer.parseInt(words[2]));
				case "writable" -> writable();
				case "failure" -> "failure " + log().failure();
				case "close" -> close();
				case "io" -> "io " + bytesRead();
				case "shell" -> shell(command.substring("shell ".length()));
				default -> throw new IllegalArgumentException(command);
			};
		}
		catch (AuditLogException ex) {
			return "refused " + ex.reason();
		}
		catch (Exception | Error ex) {
			ex.printStackTrace();
			return "failed " + ex;
		}
	}

	private String begin(String file) {
		OfflineAuditLog.builder(Path.of(file), this.bundle).begin();
		return "begun";
	}

	private String open(String[] words) {
		OfflineAuditLog opened = OfflineAuditLog.builder(Path.of(words[3]), this.bundle)
			.durability(Durability.valueOf(words[1]))
			.maxSize(Long.parseLong(words[2]))
			.open();
		this.log = opened;
		return "opened " + opened.headSequence();
	}

	private String openRetired(String[] words) {
		OfflineAuditLog opened = OfflineAuditLog.builder(Path.of(words[3]), this.bundle).openRetired();
		this.log = opened;
		return "opened " + opened.headSequence();
	}

	/** Holds a file as another program could. */
	private String lock(String file) throws IOException {
		this.foreign = FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-------"));
		return "locked " + (this.foreign.tryLock() != null);
	}

	private String append(int threads, int each, boolean telling) throws InterruptedException {
		AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
		List<Thread> all = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			String action = "tool:" + i;
			Thread thread = new Thread(() -> {
				try {
					for (int entry = 0; entry < each; entry++) {
						append(action, telling);
					}
				}
				catch (RuntimeException | Error ex) {
					refusal.compareAndSet(null, ex);
				}
			});
			all.add(thread);
			thread.start();
		}
		for (Thread thread : all) {
			thread.join();
		}
		Throwable first = refusal.get();
		if (first instanceof AuditLogException ex) {
			throw ex;
		}
		if (first != null) {
			throw new IllegalStateException(first);
		}
		return "appended " + log().headSequence();
	}

	private void append(String action, boolean telling) {
		SignedAuditEntry entry = log().append(action, this.grant, "success", Map.of("method", "Crm.readContacts"));
		if (telling) {
			this.console.say("entry " + entry.seq() + " " + entry.hash());
		}
	}

	private String reopenForEver(String[] words) {
		for (int entries = 1;; entries = (entries % 3) + 1) {
			this.console.say(open(words));
			for (int i = 0; i < entries; i++) {
				append("tool:reopened", true);
			}
			log().close();
		}
	}

	private String verify() {
		ChainVerification found = log()
			.verify(ChainVerifier.fromStart(List.of(this.bundle.offlineAuditKey().publicKey())));
		return found.valid() ? "valid " + found.entries() : "broken " + found.brokenAt() + " " + found.reason();
	}

	private String read(long from) {
		try (Stream<SignedAuditEntry> entries = log().read(from)) {
			return "read " + entries.count();
		}
	}

	private String list() {
		try (Stream<SignedAuditEntry> entries = log().read(1)) {
			entries.forEach((entry) -> this.console.say("kept " + entry.seq() + " " + entry.hash()));
		}
		return "listed " + log().headSequence();
	}

	/** What an upload in batches does, for evenly spaced batches of the whole log. */
	private String upload(long batches, int size) {
		long head = log().headSequence();
		long read = 0;
		for (long batch = 0; batch < batches; batch++) {
			log().markSynchronized(batch * (head / batches));
			try (Stream<SignedAuditEntry> entries = log().read(log().synchronizedThrough() + 1)) {
				Iterator<SignedAuditEntry> some = entries.iterator();
				for (int i = 0; i < size && some.hasNext(); i++) {
					some.next();
					read++;
				}
			}
		}
		log().markSynchronized(head);
		return "uploaded " + read;
	}

	private String writable() {
		log().checkWritable();
		return "writable";
	}

	private String close() {
		log().close();
		return "closed";
	}

	private static String bytesRead() throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
			if (line.startsWith("rchar: ")) {
				return line.substring("rchar: ".length());
			}
		}
		throw new IllegalStateException("rchar");
	}

	private static String shell(String command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("sh", "-c", command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		return "exit " + process.waitFor();
	}

	private OfflineAuditLog log() {
		OfflineAuditLog opened = this.log;
		if (opened == null) {
			throw new IllegalStateException("No log is open");
		}
		return opened;
	}

}
