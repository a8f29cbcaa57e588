package dev.grantex.gemma.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.grant.ScopeViolationMode;
import dev.grantex.gemma.guard.GrantSource;

/**
 * What users configure.
 *
 * @param enabled whether annotated methods may run at all; when false they are denied,
 * never opened
 * @param agentId id of the agent, as registered with the service
 * @param userId user who consents
 * @param scopes scopes a bundle is requested with
 * @param offlineTtl how long a bundle lives without being refreshed, 168h at most
 * @param deviceId id of this device, its host name by default
 * @param devicePlatform platform of this device, its operating system by default
 * @param api how the Grantex API is reached
 * @param bundle where and how the consent bundle is kept
 * @param verifier how grant tokens are verified
 * @param guard how annotated methods are guarded
 * @param audit how evidence is kept
 * @param sync when evidence is delivered and news are fetched
 */
@ConfigurationProperties("grantex.gemma")
public record GrantexGemmaProperties(@DefaultValue("true") boolean enabled, @Nullable String agentId,
		@Nullable String userId, @DefaultValue List<String> scopes, @DefaultValue("72h") Duration offlineTtl,
		@Nullable String deviceId, @Nullable String devicePlatform, @DefaultValue Api api, @DefaultValue Bundle bundle,
		@DefaultValue Verifier verifier, @DefaultValue Guard guard, @DefaultValue Audit audit,
		@DefaultValue Sync sync) {

	/**
	 * How the Grantex API is reached.
	 *
	 * @param baseUrl base URL of the Grantex API; the API key is sent nowhere else
	 * @param key API key
	 * @param connectTimeout how long to wait for a connection
	 * @param readTimeout how long one call may take, from the request to the complete
	 * answer
	 * @param allowInsecureHttp whether plain http is allowed to hosts other than this one
	 */
	public record Api(@DefaultValue("https://api.grantex.dev") URI baseUrl, @Nullable String key,
			@DefaultValue("10s") Duration connectTimeout, @DefaultValue("30s") Duration readTimeout,
			@DefaultValue("false") boolean allowInsecureHttp) {

		/**
		 * Leaves out the API key, and what a URL may hold besides the host.
		 */
		@Override
		public String toString() {
			return "Api[host=" + this.baseUrl.getHost() + "]";
		}

	}

	/**
	 * Where and how the consent bundle is kept.
	 *
	 * @param path file that holds the encrypted bundle
	 * @param encryptionKey key of the bundle file, 64 hexadecimal digits; exclusive with
	 * the passphrase
	 * @param passphrase passphrase of the bundle file; exclusive with the key
	 * @param previousKeys former keys or passphrases a stored bundle may still be
	 * encrypted with
	 * @param autoIssue whether to request a bundle when there is none, it expired, it is
	 * for something else than is configured, or its chain can no longer grow on the
	 * service; after a revocation or a possible attack only where reissueAfter allows it
	 * @param reissueAfter ids of the revoked or stranded bundles, or of those whose
	 * evidence is left without them, after which a new one may be requested
	 * @param refreshThreshold share of a bundle's life time that is left when it is
	 * refreshed, between 0 and 1
	 */
	public record Bundle(@DefaultValue(".grantex/bundle.enc") Path path, @Nullable String encryptionKey,
			@Nullable String passphrase, @DefaultValue List<String> previousKeys,
			@DefaultValue("true") boolean autoIssue, @DefaultValue List<String> reissueAfter,
			@DefaultValue("0.2") double refreshThreshold) {

		/**
		 * Leaves keys and passphrases out.
		 */
		@Override
		public String toString() {
			return "Bundle[path=" + this.path + "]";
		}

	}

	/**
	 * How grant tokens are verified.
	 *
	 * @param clockSkew how far this device's clock may differ from the service's
	 * @param requiredScopes scopes that every grant must hold
	 * @param maxDelegationDepth how often a grant may have been delegated, 0 to 10
	 * @param onScopeViolation what a missing required scope leads to in the verifier; the
	 * guard denies in any case
	 * @param audience audience that tokens must name
	 * @param issuer issuer of tokens, the bundle's by default
	 * @param developers customers of the service whose grants are accepted, the bundle's
	 * by default
	 */
	public record Verifier(@DefaultValue("30s") Duration clockSkew, @DefaultValue List<String> requiredScopes,
			@DefaultValue("3") int maxDelegationDepth, @DefaultValue("throw") ScopeViolationMode onScopeViolation,
			@Nullable String audience, @Nullable String issuer, @DefaultValue List<String> developers) {

	}

	/**
	 * How annotated methods are guarded.
	 *
	 * @param grantSource whose grant a call needs
	 * @param recordIntent whether to write an entry before each call as well as after it
	 * @param order order of the guard among other advice
	 */
	public record Guard(@DefaultValue("bundle") GrantSource grantSource, @DefaultValue("false") boolean recordIntent,
			@DefaultValue("425") int order) {

	}

	/**
	 * How evidence is kept.
	 *
	 * @param path log of the current bundle; older files stay beside it
	 * @param maxSize size at which the log is rotated
	 * @param rotateOnSize whether the log is rotated by size
	 * @param retention how long closed files are kept that the service has completely
	 * @param maxTotalSize size of all files together; calls are denied when it is filled
	 * by evidence that the service does not have
	 * @param durability when an entry counts as written
	 */
	public record Audit(@DefaultValue(".grantex/audit.jsonl") Path path, @DefaultValue("50MB") DataSize maxSize,
			@DefaultValue("true") boolean rotateOnSize, @DefaultValue("30d") Duration retention,
			@DefaultValue("1GB") DataSize maxTotalSize, @DefaultValue("fsync") Durability durability) {

	}

	/**
	 * When evidence is delivered and news are fetched.
	 *
	 * @param enabled whether to synchronize on a schedule
	 * @param interval time between two cycles while the service answers
	 * @param batchSize entries in one upload, 1 to 1000; grows for a backlog
	 * @param onStartup whether to synchronize when the application is ready
	 * @param onShutdown whether to synchronize when the application stops
	 */
	public record Sync(@DefaultValue("true") boolean enabled, @DefaultValue("5m") Duration interval,
			@DefaultValue("100") int batchSize, @DefaultValue("true") boolean onStartup,
			@DefaultValue("true") boolean onShutdown) {

	}

}
