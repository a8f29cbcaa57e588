package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.util.StringUtils;

/**
 * The machine's own name. The name service is asked last: a device must have the same
 * name offline as online.
 */
final class HostName {

	private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

	private HostName() {
	}

	static String get() {
		try {
			if (Files.isReadable(LINUX)) {
				return Files.readString(LINUX).trim();
			}
			String windows = System.getenv("COMPUTERNAME");
			return StringUtils.hasText(windows) ? windows : InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
		catch (IOException ex) {
			throw new IllegalStateException("The host name cannot be read; set 'grantex.gemma.device-id'", ex);
		}
	}

}
