package dev.grantex.gemma.disk;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A test that gives files to another user, which only root can.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "dev.grantex.gemma.disk.EnabledForRoot$Condition#isRoot",
		disabledReason = "Only root can give a file to another user")
public @interface EnabledForRoot {

	/**
	 * Whether this process runs as root.
	 */
	final class Condition {

		private Condition() {
		}

		static boolean isRoot() throws IOException {
			Path self = Path.of("/proc/self");
			return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
		}

		/**
		 * Gives a file to a user that is neither root nor this process's.
		 */
		public static void giveAway(Path path) throws IOException {
			Files.setAttribute(path, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
		}

	}

}
