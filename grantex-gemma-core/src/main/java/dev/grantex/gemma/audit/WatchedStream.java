package dev.grantex.gemma.audit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/**
 * A stream that tells of errors of the disk. That a thread was interrupted is none.
 */
final class WatchedStream extends FilterInputStream {

	private final Consumer<IOException> onFailure;

	WatchedStream(InputStream in, Consumer<IOException> onFailure) {
		super(in);
		this.onFailure = onFailure;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		try {
			return super.read(target, offset, length);
		}
		catch (ClosedChannelException ex) {
			throw ex;
		}
		catch (IOException ex) {
			this.onFailure.accept(ex);
			throw ex;
		}
	}

}
