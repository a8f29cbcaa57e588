package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainId;
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

	private final FileSettings settings;

	private final SegmentNames names;

	/**
	 * Creates a store, of which nothing is looked at.
	 */
	public FileStore(FileSettings settings) {
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
			ChainOpening opening = new ChainOpening(files);
			opening.tellOfSaved();
			if (beginning != null) {
				files.seals().begin(true, beginning);
			}
			FileChain opened = new FileChain(this.settings, files, locks,
					opening.open(role == Role.FORMER, locks, this.settings, recalled));
			opened.begin(role == Role.FORMER);
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
				throw StoreException.unreadable(ex);
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
