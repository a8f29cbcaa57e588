package dev.grantex.gemma.sync;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * An application under attack, whose process starts, stops and is killed.
 */
interface Attackable extends AutoCloseable {

	/**
	 * What somebody sees who looks at health.
	 *
	 * @param details all but which bundle is the current one
	 */
	record Seen(boolean up, @Nullable String reason, String details) {

		static final Seen NOTHING = new Seen(false, "not running", "");

		@Override
		public String toString() {
			return this.up ? "UP" : "DOWN " + this.reason;
		}

	}

	void start();

	void stop();

	void kill();

	/**
	 * What stands for the present process, if there is one.
	 */
	@Nullable Object life();

	/**
	 * Whether this process has had its log open.
	 */
	boolean hasUsed();

	/**
	 * Makes a call, if there is a process.
	 * @return what its caller is told, or {@code null} if no call was made
	 */
	Witness.@Nullable Told attempt(String id);

	/**
	 * Runs a cycle, if there is a process.
	 * @return what it did
	 */
	String sync();

	Seen look();

	/**
	 * The bundles that health names, the current one and those whose files are gone, or
	 * the grants of the latter where nothing names their bundles.
	 */
	String bundles();

	/**
	 * What an operator allows from the next start on.
	 */
	void reissueAfter(String bundles);

	/**
	 * Where the application's files are, in a directory that nobody attacks.
	 */
	Path directory();

	@Override
	void close();

}
