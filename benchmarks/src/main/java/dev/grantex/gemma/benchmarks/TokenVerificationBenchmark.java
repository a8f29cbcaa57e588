package dev.grantex.gemma.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A grant token verified offline, beside the RS256 signature check alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenVerificationBenchmark {

	private Fixture fixture;

	private OfflineVerifier verifier;

	private String token;

	private byte[] signed;

	private byte[] signature;

	private PublicKey key;

	@Setup
	public void setUp() throws JOSEException {
		this.fixture = new Fixture();
		ConsentBundle bundle = this.fixture.bundle();
		this.verifier = OfflineVerifier.builder(bundle).build();
		this.token = bundle.grantToken();
		int end = this.token.lastIndexOf('.');
		this.signed = this.token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
		this.signature = Base64.getUrlDecoder().decode(this.token.substring(end + 1));
		this.key = publicKey(bundle);
	}

	@TearDown
	public void tearDown() throws IOException {
		this.fixture.close();
	}

	@Benchmark
	public VerifiedGrant verify() {
		return this.verifier.verify(this.token);
	}

	@Benchmark
	public boolean signatureAlone() throws GeneralSecurityException {
		Signature rsa = Signature.getInstance("SHA256withRSA");
		rsa.initVerify(this.key);
		rsa.update(this.signed);
		return rsa.verify(this.signature);
	}

	private static PublicKey publicKey(ConsentBundle bundle) throws JOSEException {
		return bundle.jwksSnapshot()
			.keys()
			.stream()
			.filter((jwk) -> "RSA".equals(jwk.get("kty")))
			.map(TokenVerificationBenchmark::parse)
			.findFirst()
			.orElseThrow()
			.toPublicKey();
	}

	private static RSAKey parse(Map<String, Object> jwk) {
		try {
			return RSAKey.parse(jwk);
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
