package dev.grantex.gemma.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

import dev.grantex.gemma.bundle.JwksSnapshot;
import dev.grantex.gemma.grant.OfflineJwtDecoder;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Grant tokens of 500 bytes under a key of 2048 bits verified offline, at first sight and
 * seen before, beside the RS256 signature check alone and beside Spring's decoder.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenVerificationBenchmark {

	/** Twice as many as a verifier remembers, so that in turn each is new to it. */
	private static final int TOKENS = 512;

	private final List<String> tokens = new ArrayList<>();

	private OfflineVerifier verifier;

	private OfflineJwtDecoder decoder;

	private NimbusJwtDecoder springDecoder;

	private byte[] signed;

	private byte[] signature;

	private PublicKey key;

	private int next;

	@Setup
	public void setUp() throws GeneralSecurityException, JOSEException {
		RSAKey pair = new RSAKeyGenerator(2048).keyID("key").generate();
		for (int i = 0; i < TOKENS; i++) {
			this.tokens.add(token(pair.toPrivateKey(), i));
		}
		String token = this.tokens.get(0);
		int end = token.lastIndexOf('.');
		this.signed = token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
		this.signature = Base64.getUrlDecoder().decode(token.substring(end + 1));
		this.key = pair.toPublicKey();
		Instant now = Instant.now();
		this.verifier = OfflineVerifier
			.builder(new JwksSnapshot(List.of(pair.toPublicJWK().toJSONObject()), now, now.plusSeconds(86400)))
			.issuer("https://grantex.dev")
			.developer("dev_1")
			.requireScopes("read:contacts")
			.build();
		this.decoder = new OfflineJwtDecoder(() -> this.verifier);
		this.springDecoder = NimbusJwtDecoder.withPublicKey((RSAPublicKey) this.key).build();
	}

	@Benchmark
	public boolean signatureAlone() throws GeneralSecurityException {
		Signature rsa = Signature.getInstance("SHA256withRSA");
		rsa.initVerify(this.key);
		rsa.update(this.signed);
		return rsa.verify(this.signature);
	}

	@Benchmark
	public VerifiedGrant verifyAtFirstSight() {
		return this.verifier.verify(anotherToken());
	}

	@Benchmark
	public VerifiedGrant verifySeenBefore() {
		return this.verifier.verify(this.tokens.get(0));
	}

	@Benchmark
	public Jwt decodeWithSpring() {
		return this.springDecoder.decode(anotherToken());
	}

	@Benchmark
	public Jwt decodeAtFirstSight() {
		return this.decoder.decode(anotherToken());
	}

	@Benchmark
	public Jwt decodeSeenBefore() {
		return this.decoder.decode(this.tokens.get(0));
	}

	private String anotherToken() {
		this.next = (this.next + 1) % TOKENS;
		return this.tokens.get(this.next);
	}

	private static String token(PrivateKey key, int number) throws GeneralSecurityException {
		long now = Instant.now().getEpochSecond();
		String claims = """
				{"iss":"https://grantex.dev","sub":"user_1","agt":"did:grantex:ag_1","dev":"dev_1","scp":["read:contacts"],\
				"iat":%d,"exp":%d,"jti":"tok_%d"}"""
			.formatted(now, now + 86400, number);
		String signed = base64Url("{\"alg\":\"RS256\",\"kid\":\"key\"}".getBytes(StandardCharsets.UTF_8)) + "."
				+ base64Url(claims.getBytes(StandardCharsets.UTF_8));
		Signature rsa = Signature.getInstance("SHA256withRSA");
		rsa.initSign(key);
		rsa.update(signed.getBytes(StandardCharsets.US_ASCII));
		return signed + "." + base64Url(rsa.sign());
	}

	private static String base64Url(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
