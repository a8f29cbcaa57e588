package dev.grantex.sample.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;

/**
 * The device is online and gets its consent.
 */
final class ConsentPhase {

	private static final String OWNER_ONLY = "rw-------";

	private static final int BEGINNING = 44;

	private final DemoRun run;

	ConsentPhase(DemoRun run) {
		this.run = run;
	}

	void play() throws IOException {
		Screen screen = this.run.screen();
		screen.phase(1, "CONSENT", "online, the user's consent reaches the device");
		Reply status = this.run.agent().status();
		screen.check(status.isTrue("/permitted"), "bundle issued",
				status.isTrue("/permitted") ? status.text("/bundle/id") : status.text("/remedy"));
		screen.detail("  consented by", status.text("/bundle/userId"));
		screen.detail("  to", String.join(", ", status.texts("/grant/scopes")));
		screen.detail("  works offline for", hoursLeft(status) + " hours");
		stored(screen);
		String health = this.run.health();
		screen.check(health.equals("UP"), "health", health);
	}

	private void stored(Screen screen) throws IOException {
		Path file = this.run.bundleFile();
		String permissions = permissions(file);
		screen.check(permissions.isEmpty() || permissions.equals(OWNER_ONLY), "stored for its owner only",
				(permissions + " " + file.getFileName()).strip() + ", " + Files.size(file) + " bytes");
		String content = Files.readString(file, StandardCharsets.ISO_8859_1);
		screen.check(isSecret(content), "stored encrypted", content.substring(0, BEGINNING) + "…");
		screen.check(!opensWith(randomKey()), "another key", "does not open it");
	}

	private static String hoursLeft(Reply status) {
		Instant expires = Instant.parse(status.text("/bundle/expiresAt"));
		return String.valueOf(Math.round(Duration.between(Instant.now(), expires).toMinutes() / 60.0));
	}

	/**
	 * Neither as it stands nor decoded does the file hold token or keys.
	 */
	private boolean isSecret(String content) {
		String decoded = new String(Base64.getMimeDecoder().decode(content), StandardCharsets.ISO_8859_1);
		String token = this.run.consent().bundle().orElseThrow().grantToken();
		return !(content + decoded).contains(token) && !(content + decoded).contains("PRIVATE KEY");
	}

	private boolean opensWith(String key) {
		try {
			return EncryptedFileBundleRepository.withKey(this.run.bundleFile(), key).load().isPresent();
		}
		catch (BundleTamperedException ex) {
			return false;
		}
	}

	private static String permissions(Path file) throws IOException {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
				? PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) : "";
	}

	private static String randomKey() {
		byte[] key = new byte[32];
		new SecureRandom().nextBytes(key);
		return HexFormat.of().formatHex(key);
	}

}
