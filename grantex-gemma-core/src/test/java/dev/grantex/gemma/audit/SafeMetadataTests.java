package dev.grantex.gemma.audit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link SafeMetadata}.
 */
class SafeMetadataTests {

	private Map<String, Object> last = Map.of();

	@AfterEach
	void whateverCameOutIsAcceptableForEver() {
		String canonical = CanonicalJson.write(this.last);
		assertThat(canonical.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(SafeMetadata.MAX_BYTES);
		assertThat(CanonicalJson.canonicalize(canonical)).isEqualTo(canonical);
		assertThat(readBack(canonical)).isEqualTo(this.last);
		assertThat(canonical).doesNotContain("\\u0000", "\"__proto__\":", "\\ud8", "\\udc");
	}

	@Test
	void keepsWhatIsSafe() {
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("z", "text é 😀 | , \n");
		metadata.put("10", 1);
		metadata.put("2", List.of(1L, 2.5, true));
		metadata.put("null", null);
		metadata.put("empty", Map.of());
		assertThat(safe(metadata)).containsExactly(entry("z", "text é 😀 | , \n"), entry("10", 1L),
				entry("2", List.of(1L, 2.5, true)), entry("null", null), entry("empty", Map.of()));
	}

	@Test
	void isUnmodifiableAtEveryLevel() {
		Map<String, Object> safe = safe(new HashMap<>(Map.of("a", new ArrayList<>(List.of(1)))));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> safe.put("x", 1));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> list(safe.get("a")).clear());
	}

	@Test
	void writesTextualValuesAsText() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("enum", TimeUnit.DAYS);
		values.put("instant", Instant.parse("2026-01-02T03:04:05Z"));
		values.put("date", LocalDate.of(2026, 1, 2));
		values.put("legacy", new Date(0));
		values.put("duration", Duration.ofMinutes(5));
		values.put("uuid", UUID.fromString("00000000-0000-0001-0000-000000000002"));
		values.put("uri", URI.create("https://example.org/"));
		values.put("builder", new StringBuilder("built"));
		values.put("char", 'c');
		values.put("optional", Optional.of(5));
		values.put("none", Optional.empty());
		assertThat(safe(values)).containsExactly(entry("enum", "DAYS"), entry("instant", "2026-01-02T03:04:05Z"),
				entry("date", "2026-01-02"), entry("legacy", "1970-01-01T00:00:00Z"), entry("duration", "PT5M"),
				entry("uuid", "00000000-0000-0001-0000-000000000002"), entry("uri", "https://example.org/"),
				entry("builder", "built"), entry("char", "c"), entry("optional", 5L), entry("none", null));
	}

	@Test
	void writesOtherObjectsAsTheNameOfTheirClass() {
		record Password(String value) {
		}
		assertThat(safe(Map.of("p", new Password("secret")))).containsOnly(entry("p", Password.class.getName()));
		assertThat(safe(Map.of("o", new Object()))).containsOnly(entry("o", "java.lang.Object"));
		assertThat(safe(Map.of("t", new Thread("secret")))).containsOnly(entry("t", "java.lang.Thread"));
	}

	@Test
	void writesArraysAsListsButNotBlobsAndPasswords() {
		assertThat(safe(Map.of("a", new int[] { 1, 2 }))).containsOnly(entry("a", List.of(1L, 2L)));
		assertThat(safe(Map.of("a", new Object[] { "x", new String[] { "y" } })))
			.containsOnly(entry("a", List.of("x", List.of("y"))));
		assertThat(safe(Map.of("a", "secret".getBytes(StandardCharsets.US_ASCII)))).containsOnly(entry("a", "byte[6]"));
		assertThat(safe(Map.of("a", "secret".toCharArray()))).containsOnly(entry("a", "char[6]"));
	}

	@Test
	void writesIntegersThatADoubleCannotHoldAsText() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("max", 9007199254740991L);
		values.put("min", -9007199254740991L);
		values.put("over", 9007199254740992L);
		values.put("long", Long.MIN_VALUE);
		values.put("big", BigInteger.TEN.pow(40));
		values.put("small", BigInteger.TEN);
		values.put("atomic", new AtomicLong(Long.MAX_VALUE));
		values.put("huge", BigInteger.ONE.shiftLeft(100_000_000));
		assertThat(safe(values)).containsExactly(entry("max", 9007199254740991L), entry("min", -9007199254740991L),
				entry("over", "9007199254740992"), entry("long", "-9223372036854775808"),
				entry("big", "1" + "0".repeat(40)), entry("small", 10L), entry("atomic", "9223372036854775807"),
				entry("huge", "java.math.BigInteger"));
	}

	@Test
	void writesDecimalsWithoutLosingDigits() {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("one", 1.0);
		values.put("zero", -0.0);
		values.put("float", 0.1f);
		values.put("nan", Double.NaN);
		values.put("infinity", Float.NEGATIVE_INFINITY);
		values.put("double", 1e300);
		values.put("exact", new BigDecimal("12.50"));
		values.put("inexact", new BigDecimal("0.1234567890123456789"));
		values.put("scale", new BigDecimal("1E+1000000000"));
		assertThat(safe(values)).containsExactly(entry("one", 1L), entry("zero", 0L), entry("float", 0.1),
				entry("nan", "NaN"), entry("infinity", "-Infinity"), entry("double", 1e300), entry("exact", 12.5),
				entry("inexact", "0.1234567890123456789"), entry("scale", "1E+1000000000"));
	}

	@Test
	void renamesWhatTheServiceTakesForPrototypePollution() {
		Map<String, Object> nested = new LinkedHashMap<>();
		nested.put("__proto__", 1);
		nested.put("_proto_", 2);
		Map<String, Object> metadata = new LinkedHashMap<>();
		metadata.put("__proto__", Map.of("x", 1));
		metadata.put("constructor", Map.of("prototype", 1));
		metadata.put("nested", List.of(nested));
		assertThat(safe(metadata)).containsExactly(entry("_proto_", Map.of("x", 1L)),
				entry("_constructor_", Map.of("prototype", 1L)),
				entry("nested", List.of(Map.of("_proto_", 1L, "_proto__2", 2L))));
	}

	@Test
	void keepsAHarmlessConstructorAndRenamesANullOne() {
		assertThat(safe(Map.of("constructor", Map.of("a", 1)))).containsOnlyKeys("constructor");
		assertThat(safe(Map.of("prototype", 1))).containsOnlyKeys("prototype");
		assertThat(safe(Collections.singletonMap("constructor", null))).containsOnlyKeys("_constructor_");
	}

	@Test
	void replacesNulAndLoneSurrogatesInNamesAndValues() {
		assertThat(safe(Map.of("a\0\uD800", "\uDC00x\0"))).containsOnly(entry("a\uFFFD\uFFFD", "\uFFFDx\uFFFD"));
	}

	@Test
	void takesAnyKindOfName() {
		Map<Object, Object> metadata = new LinkedHashMap<>();
		metadata.put(1, 1);
		metadata.put(null, 2);
		metadata.put(TimeUnit.DAYS, 3);
		metadata.put(new Object(), 4);
		metadata.put("1", 5);
		assertThat(safe(metadata)).containsExactly(entry("1", 1L), entry("null", 2L), entry("DAYS", 3L),
				entry("java.lang.Object", 4L), entry("1_2", 5L));
	}

	@Test
	void writesWhatIsNestedTooDeepAsText() {
		Object deep = "bottom";
		for (int i = 0; i < 66; i++) {
			deep = List.of(deep);
		}
		Object found = safe(Map.of("a", deep)).get("a");
		for (int i = 0; i < 63; i++) {
			found = list(found).get(0);
		}
		assertThat(found).isEqualTo("[[[\"bottom\"]]]");
	}

	@Test
	void survivesAnyDepth() {
		Object deep = "bottom";
		for (int i = 0; i < 100_000; i++) {
			deep = Collections.singletonList(deep);
		}
		assertThat(safe(Map.of("a", deep))).containsOnlyKeys("a");
	}

	@Test
	void cutsALongText() {
		String safe = (String) safe(Map.of("a", "😀".repeat(100_000))).get("a");
		assertThat(safe).startsWith("😀").endsWith("😀[cut]").hasSizeGreaterThan(30_000);
	}

	@Test
	void cutsTextThatGrowsWhenEscaped() {
		assertThat((String) safe(Map.of("a", "\u0001".repeat(100_000))).get("a")).endsWith("[cut]");
		assertThat((String) safe(Map.of("a", "\"".repeat(100_000))).get("a")).endsWith("[cut]");
	}

	@Test
	void keepsTextThatJustFits() {
		String text = "x".repeat(SafeMetadata.MAX_BYTES - 100);
		assertThat(safe(Map.of("a", text))).containsOnly(entry("a", text));
	}

	@Test
	void cutsManyMembersAndElements() {
		Map<Integer, Object> many = new LinkedHashMap<>();
		for (int i = 0; i < 100_000; i++) {
			many.put(i, List.of());
		}
		assertThat(safe(many)).containsEntry(SafeMetadata.CUT, true).hasSizeGreaterThan(5000);
		List<Object> elements = list(safe(Map.of("l", Collections.nCopies(1_000_000, null))).get("l"));
		assertThat(elements).hasSizeGreaterThan(10_000).endsWith(SafeMetadata.CUT);
	}

	@Test
	void cutsAWideTreeAtEveryLevel() {
		assertThat(safe(Map.of("tree", tree(12)))).isNotEmpty();
	}

	@Test
	void cutsLongNames() {
		assertThat(safe(Map.of("n".repeat(100_000), 1)).keySet()).singleElement()
			.satisfies((name) -> assertThat(name).endsWith("[cut]").hasSizeLessThanOrEqualTo(1024));
	}

	@Test
	void marksCyclesButNotRepetitions() {
		Map<String, Object> cycle = new LinkedHashMap<>();
		List<Object> shared = new ArrayList<>(List.of(1));
		cycle.put("self", cycle);
		cycle.put("a", shared);
		cycle.put("b", shared);
		assertThat(safe(cycle)).containsExactly(entry("self", SafeMetadata.CYCLE), entry("a", List.of(1L)),
				entry("b", List.of(1L)));
		List<Object> list = new ArrayList<>();
		list.add(list);
		assertThat(safe(Map.of("l", list))).containsOnly(entry("l", List.of(SafeMetadata.CYCLE)));
	}

	static Stream<Object> hostileValues() {
		return Stream.of(new HostileText(new IllegalStateException()), new HostileText(new StackOverflowError()),
				new HostileText(new AssertionError()), new HostileText(new NoClassDefFoundError()), new HostileNumber(),
				new HostileText(null));
	}

	@ParameterizedTest
	@MethodSource("hostileValues")
	void marksValuesThatThrow(Object value) {
		assertThat(safe(Map.of("a", value, "b", 1))).containsOnly(entry("a", SafeMetadata.UNREADABLE), entry("b", 1L));
	}

	@Test
	void marksIteratorsThatThrow() {
		Collection<Object> elements = new HostileList(2, false);
		assertThat(safe(Map.of("a", elements))).containsOnly(entry("a", List.of(1L, 1L, SafeMetadata.UNREADABLE)));
	}

	@Test
	void cutsIteratorsThatDoNotEnd() {
		assertThat(list(safe(Map.of("a", new HostileList(0, true))).get("a"))).endsWith(SafeMetadata.CUT);
	}

	@Test
	void marksAMapThatThrows() {
		assertThat(safe(new HostileMap())).containsOnly(entry(SafeMetadata.UNREADABLE, true));
		assertThat(safe(Map.of("a", new HostileMap()))).containsOnly(entry("a", Map.of(SafeMetadata.UNREADABLE, true)));
	}

	@Test
	void putsTheOwnMembersFirstAndKeepsTheUsersUnderAnotherName() {
		Map<String, Object> users = new LinkedHashMap<>();
		users.put("caller", "mine");
		users.put("text", "x".repeat(100_000));
		this.last = SafeMetadata.of(users, Map.of("caller", Map.of("jti", "t")), Set.of("caller"));
		assertThat(this.last).containsEntry("caller", Map.of("jti", "t")).containsEntry("caller_2", "mine");
		assertThat((String) this.last.get("text")).endsWith("[cut]");
	}

	@Test
	void aReservedNameIsNeverTheUsers() {
		this.last = SafeMetadata.of(Map.of("caller", "mine"), Map.of(), Set.of("caller"));
		assertThat(this.last).containsOnly(entry("caller_2", "mine"));
	}

	@Test
	void numbersEqualNames() {
		Map<Object, Object> metadata = new LinkedHashMap<>();
		for (String name : List.of("a", "a_2", "a", "a_2", "a_4", "a", "a", "a_2")) {
			metadata.put(new StringBuilder(name), 1);
		}
		assertThat(safe(metadata)).containsOnlyKeys("a", "a_2", "a_3", "a_2_2", "a_4", "a_5", "a_6", "a_2_3");
	}

	@Test
	void looksForAFreeNumberOnceForAllMembersOfOneName() {
		AtomicInteger lookups = new AtomicInteger();
		Set<String> reserved = new HashSet<>(IntStream.range(2, 1000).mapToObj((i) -> "a_" + i).toList()) {

			@Override
			public boolean contains(Object name) {
				lookups.incrementAndGet();
				return super.contains(name);
			}

		};
		Map<Object, Object> metadata = new LinkedHashMap<>();
		for (int i = 0; i < 20_000; i++) {
			metadata.put(new StringBuilder("a"), 1);
		}
		this.last = SafeMetadata.of(metadata, Map.of(), reserved);
		assertThat(this.last).hasSizeGreaterThan(3000).containsKeys("a", "a_1000", "a_1001", SafeMetadata.CUT);
		assertThat(lookups).hasValueLessThan(1000 + 3 * this.last.size());
	}

	@Test
	void namesWhoseHashesCollideCanBeReadBack() {
		List<String> names = List.of("");
		for (int i = 0; i < 10; i++) {
			names = names.stream().flatMap((name) -> Stream.of(name + "Ab", name + "BA")).toList();
		}
		Map<String, Integer> metadata = new LinkedHashMap<>();
		names.forEach((name) -> metadata.put(name, 1));
		assertThat(safe(metadata)).hasSize(1024);
		for (int i = 0; i < 5; i++) {
			assertThat(readBack(CanonicalJson.write(this.last))).isEqualTo(this.last);
		}
	}

	@Test
	void readsNoMoreOfALongTextThanThereIsRoomFor() {
		CharSequence endless = new CharSequence() {

			@Override
			public int length() {
				return Integer.MAX_VALUE;
			}

			@Override
			public char charAt(int index) {
				return 'x';
			}

			@Override
			public CharSequence subSequence(int start, int end) {
				return "x".repeat(end - start);
			}

			@Override
			public String toString() {
				throw new AssertionError("Two gigabytes of text");
			}

		};
		assertThat((String) safe(Map.of("a", endless)).get("a")).startsWith("xxx").endsWith("x" + SafeMetadata.CUT);
	}

	private Map<String, Object> safe(Map<?, ?> metadata) {
		this.last = SafeMetadata.of(metadata);
		return this.last;
	}

	@SuppressWarnings("unchecked")
	private static List<Object> list(Object value) {
		return (List<Object>) value;
	}

	private static Object readBack(String json) {
		return new JsonTreeReader(EcmaNumber::parse, false, true).read(json);
	}

	private static Object tree(int depth) {
		return (depth == 0) ? "leaf" : Arrays.asList(tree(depth - 1), Map.of("k", tree(depth - 1)), null);
	}

	private record HostileText(Throwable failure) implements CharSequence {

		@Override
		public int length() {
			return 1;
		}

		@Override
		public char charAt(int index) {
			return 'x';
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this;
		}

		@Override
		public String toString() {
			if (this.failure instanceof Error error) {
				throw error;
			}
			if (this.failure instanceof RuntimeException exception) {
				throw exception;
			}
			return toString() + this.hashCode();
		}

	}

	private static final class HostileNumber extends Number {

		@Override
		public int intValue() {
			throw new IllegalStateException();
		}

		@Override
		public long longValue() {
			throw new IllegalStateException();
		}

		@Override
		public float floatValue() {
			throw new IllegalStateException();
		}

		@Override
		public double doubleValue() {
			throw new IllegalStateException();
		}

	}

	private static final class HostileList extends AbstractList<Object> {

		private final int elements;

		private final boolean endless;

		private HostileList(int elements, boolean endless) {
			this.elements = elements;
			this.endless = endless;
		}

		@Override
		public Object get(int index) {
			return 1;
		}

		@Override
		public int size() {
			throw new IllegalStateException();
		}

		@Override
		public Iterator<Object> iterator() {
			return new Iterator<>() {

				private int next;

				@Override
				public boolean hasNext() {
					return true;
				}

				@Override
				public Object next() {
					if (!HostileList.this.endless && this.next++ == HostileList.this.elements) {
						throw new ConcurrentModificationException();
					}
					return 1;
				}

			};
		}

	}

	private static final class HostileMap extends AbstractMap<String, Object> {

		@Override
		public Set<Entry<String, Object>> entrySet() {
			throw new IllegalStateException("secret");
		}

	}

}
