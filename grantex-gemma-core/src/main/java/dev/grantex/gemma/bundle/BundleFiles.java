package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.file.PrivateFile;

/**
 * The names of the files in which bundles are kept: the current one's, and beside it
 * {@code bundle-<id>.enc} for each replaced one, if the current one's is
 * {@code bundle.enc}.
 */
final class BundleFiles {

	private static final Pattern FILE_SAFE = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private final Path current;

	private final Path directory;

	private final String prefix;

	private final String extension;

	BundleFiles(Path current) {
		this.current = new PrivateFile(current).path();
		this.directory = Objects.requireNonNull(this.current.getParent());
		String name = this.current.getFileName().toString();
		int dot = name.lastIndexOf('.');
		this.extension = (dot > 0) ? name.substring(dot) : "";
		this.prefix = name.substring(0, name.length() - this.extension.length()) + "-";
	}

	PrivateFile current() {
		return new PrivateFile(this.current);
	}

	/**
	 * An id that is not plainly a file name is replaced by its hash, so that it cannot
	 * lead out of the directory.
	 */
	PrivateFile retired(String bundleId) {
		String name = FILE_SAFE.matcher(bundleId).matches() ? bundleId : "sha256-" + sha256(bundleId);
		return new PrivateFile(this.directory.resolve(this.prefix + name + this.extension));
	}

	/**
	 * Every file that is named as one of a retired bundle.
	 */
	List<PrivateFile> allRetired() {
		List<PrivateFile> found = new ArrayList<>();
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(this.directory, this::isNamedAsRetired)) {
			candidates.forEach((candidate) -> found.add(new PrivateFile(candidate)));
			return found;
		}
		catch (NoSuchFileException | NotDirectoryException ex) {
			return found;
		}
		catch (IOException ex) {
			throw new FileUnavailableException("The directory of the consent bundle could not be read", ex);
		}
	}

	private boolean isNamedAsRetired(Path candidate) {
		String name = candidate.getFileName().toString();
		return !candidate.equals(this.current) && name.startsWith(this.prefix) && name.endsWith(this.extension);
	}

	private static String sha256(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("SHA-256 is not available", ex);
		}
	}

}
