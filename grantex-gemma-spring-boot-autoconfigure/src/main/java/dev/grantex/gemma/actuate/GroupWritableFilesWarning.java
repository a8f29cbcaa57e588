package dev.grantex.gemma.actuate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.context.event.EventListener;

import dev.grantex.gemma.file.GroupWritableFiles;
import dev.grantex.gemma.sync.AuditSynchronized;

/**
 * Tells of files that a group may write, as they were found at the start, after the last
 * cycle, and, while there are some, since somebody asked: that asks for another look,
 * which a thread of its own takes.
 */
public class GroupWritableFilesWarning implements HealthWarning {

	private final List<GroupWritableFiles> files;

	private final AtomicBoolean looking = new AtomicBoolean();

	private volatile Set<String> found;

	/**
	 * Looks at the files.
	 * @param files those whose names the others begin with
	 */
	public GroupWritableFilesWarning(Path... files) {
		this.files = List.of(files).stream().map(GroupWritableFiles::new).toList();
		this.found = find();
	}

	@EventListener
	void onSynchronized(AuditSynchronized event) {
		this.found = find();
	}

	@Override
	public Optional<String> message() {
		Set<String> found = this.found;
		if (!found.isEmpty()) {
			lookAgain();
		}
		return found.isEmpty() ? Optional.empty() : Optional.of(GroupWritableFiles.warning(found));
	}

	private void lookAgain() {
		if (this.looking.compareAndSet(false, true)) {
			Thread thread = new Thread(() -> {
				try {
					this.found = find();
				}
				finally {
					this.looking.set(false);
				}
			}, "grantex-files");
			thread.setDaemon(true);
			try {
				thread.start();
			}
			catch (OutOfMemoryError ex) {
				// Health is told all the same, and the next one to ask tries again.
				this.looking.set(false);
			}
		}
	}

	private Set<String> find() {
		Set<String> found = new TreeSet<>();
		this.files.forEach((file) -> found.addAll(file.find()));
		return found;
	}

}
