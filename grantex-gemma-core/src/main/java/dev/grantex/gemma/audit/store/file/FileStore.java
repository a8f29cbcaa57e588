package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.FoundChain;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.file.GroupWritableFiles;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * Keeps chains in the files of one directory. Only one at a time can have a chain open,
 * also across processes.
 */
public final class FileStore implements AuditStore {

	private final Settings settings;

	private final SegmentNames names;

	/**
	 * How chains are kept in files.
	 *
	 * @param file the active file; closed ones and the seals stand beside it
	 * @param forced whether every line is forced before it is acknowledged
	 * @param maxSize how large the active file may grow, in bytes
	 * @param rotateOnSize whether another file is begun then
	 * @param retention how long lines are kept after the service has accepted them
	 * @param maxTotalSize how large all files together may grow, in bytes
	 * @param clock the device's clock
	 * @param sealPace how soon after a change the seal is written
	 * @param patience how long a call waits at most for room
	 */
	public record Settings(Path file, boolean forced, long maxSize, boolean rotateOnSize, Duration retention,
			long maxTotalSize, Clock clock, Duration sealPace, Duration patience) {
	}

	/**
	 * Creates a store, of which nothing is looked at.
	 */
	public FileStore(Settings settings) {
		this.settings = settings;
		this.names = new SegmentNames(settings.file());
	}

	@Override
	public void begin(ChainId chain, ChainCodec codec, boolean adopted, long clockFloor) {
		ChainFiles files = files(chain, codec);
		released(files, Role.FORMER, (locks) -> {
			files.seals().begin(adopted, clockFloor);
			return files;
		});
	}

	@Override
	public StoredChain open(ChainId chain, ChainCodec codec, Role role, @Nullable Long beginning,
			Recollection recalled) {
		if (role == Role.CURRENT) {
			new GroupWritableFiles(this.settings.file()).warn();
		}
		ChainFiles files = files(chain, codec);
		return locked(files, role, (locks) -> {
			boolean retired = role == Role.FORMER;
			FileChain opened = new FileChain(this.settings, files, locks,
					new ChainOpening(files, locks, this.settings, retired).open(beginning, recalled));
			opened.begin(retired);
			return opened;
		});
	}

	@Override
	public SavedLines salvage(ChainId chain, ChainCodec codec) {
		ChainFiles files = files(chain, codec);
		return locked(files, Role.FORMER, (locks) -> SavedChain.of(files, locks));
	}

	@Override
	public ArchivedFiles archive(ChainId chain, ChainCodec codec, Role role, String name, @Nullable String publicKeys) {
		ChainFiles files = files(chain, codec);
		return released(files, role, (locks) -> new ChainArchiving(files, name, publicKeys, role == Role.CURRENT,
				this.settings.maxTotalSize())
			.run(locks));
	}

	@Override
	public List<FoundChain> chains(ChainCodec codec, Set<String> known, boolean current) {
		return Uninterrupted.get(() -> {
			try {
				return List.copyOf(new ChainSearch(this.names, codec).run(known, current));
			}
			catch (IOException ex) {
				// No call waits for these files, as one does for an open chain's.
				throw new StoreException(Fault.UNWRITABLE, Fault.UNREADABLE.message(), ex);
			}
		});
	}

	private ChainFiles files(ChainId chain, ChainCodec codec) {
		return new ChainFiles(this.names, chain.id(), chain.owner(), codec);
	}

	private interface Action<T> {

		T run(LogLocks locks) throws IOException;

	}

	private <T> T released(ChainFiles chain, Role role, Action<T> action) {
		return locked(chain, role, (locks) -> {
			T result = action.run(locks);
			locks.close();
			return result;
		});
	}

	private <T> T locked(ChainFiles chain, Role role, Action<T> action) {
		return Uninterrupted.get(() -> {
			try {
				PrivateFiles.createDirectories(this.names.active());
				LogLocks locks = LogLocks.acquire(this.names, chain.owner(), role == Role.FORMER);
				try {
					return action.run(locks);
				}
				catch (IOException | RuntimeException ex) {
					locks.close();
					throw ex;
				}
			}
			catch (IOException ex) {
				throw StoreException.unwritable(ex);
			}
		});
	}

}
