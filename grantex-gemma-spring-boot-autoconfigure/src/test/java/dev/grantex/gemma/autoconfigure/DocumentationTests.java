package dev.grantex.gemma.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The names in {@code README.md} and {@code docs/} are those that there are.
 */
class DocumentationTests {

	private static final String PREFIX = "grantex.gemma.";

	private static final Pattern PROPERTY = Pattern
		.compile("(?:grantex\\.gemma\\.)?((?:api|bundle|verifier|guard|audit|sync)\\.[a-z.-]+[a-z*])(?:[:= ].*)?");

	private static final Pattern FILE = Pattern.compile("(?:bundle\\.enc|audit\\.(?:jsonl|seal|log)).*");

	/** Of several words, because single words may mean something else. */
	private static final Pattern TYPE = Pattern.compile("@?([A-Z]\\w*[a-z]\\w*[A-Z]\\w*)(?:#(\\w+)(?:\\(.*\\))?)?");

	/** Of libraries that are not on this class path. */
	private static final Set<String> ELSEWHERE = Set.of("BaseTool");

	private final Documentation documentation = new Documentation();

	private final Map<String, JsonNode> properties = ConfigurationMetadataTests.read();

	@Test
	void everyPropertyIsDocumentedWithItsDefault() {
		Map<String, String> documented = new TreeMap<>();
		for (List<String> row : this.documentation.rows("docs/configuration.md", "| property | default |")) {
			String name = PREFIX + row.get(0).replace("`", "");
			assertThat(documented.put(name, row.get(1))).as(name).isNull();
		}
		assertThat(documented.keySet()).isEqualTo(this.properties.keySet());
		this.properties.forEach((name, property) -> {
			JsonNode value = property.get("defaultValue");
			boolean literal = value != null && !(value.isArray() && value.isEmpty());
			assertThat(documented.get(name)).as(name)
				.matches(literal ? Pattern.quote("`" + value.asString() + "`") : "[^`]*");
		});
	}

	@Test
	void everyPropertyThatIsNamedExists() {
		Set<String> meters = meters();
		assertThat(this.documentation.code()
			.stream()
			.filter((code) -> !FILE.matcher(code).matches())
			.filter((code) -> meters.stream().noneMatch(code::startsWith))
			.flatMap((code) -> PROPERTY.matcher(code).results())
			.filter((found) -> found.start() == 0)
			.map((found) -> PREFIX + found.group(1))).isNotEmpty().allMatch(this::isProperty);
		Pattern full = Pattern.compile("(?<![.\\w-])grantex\\.gemma\\.([a-z-]+(?:\\.[a-z-]+)*)(?![.\\w-]*[A-Z(])");
		assertThat(text(full).map(PREFIX::concat).filter((name) -> meters.stream().noneMatch(name::equals)))
			.isNotEmpty()
			.allMatch(this::isProperty);
	}

	@Test
	void everyEnvironmentVariableThatIsNamedIsAProperty() {
		Set<String> variables = this.properties.keySet()
			.stream()
			.map((name) -> name.toUpperCase(Locale.ROOT).replace('.', '_'))
			.flatMap((name) -> Stream.of(name.replace("-", ""), name.replace('-', '_')))
			.collect(Collectors.toSet());
		assertThat(text(Pattern.compile("(GRANTEX_GEMMA_[A-Z_]+)"))).isNotEmpty().allMatch(variables::contains);
	}

	@Test
	void everyTypeThatIsNamedExists() throws Exception {
		Map<String, String> own = new TreeMap<>();
		Set<String> others = new TreeSet<>(ELSEWHERE);
		for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
			collect(Path.of(element), own, others);
		}
		try (Stream<Path> classes = Files
			.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base"))) {
			classes.forEach((file) -> others.add(simpleName(file.toString())));
		}
		for (String code : this.documentation.code()) {
			for (MatchResult found : TYPE.matcher(code)
				.results()
				.filter((result) -> result.group().equals(code))
				.toList()) {
				String type = found.group(1);
				assertThat(own.containsKey(type) || others.contains(type)).as(code).isTrue();
				if (found.group(2) != null) {
					assertThat(Class.forName(own.get(type)).getMethods()).as(code)
						.extracting(Method::getName)
						.contains(found.group(2));
				}
			}
		}
	}

	@Test
	void everyQualifiedTypeThatIsNamedExists() {
		assertThat(text(Pattern.compile("(dev\\.grantex\\.gemma\\.[a-z.]+\\.[A-Z]\\w+)"))).isNotEmpty()
			.allMatch((name) -> ClassUtils.isPresent(name, getClass().getClassLoader()));
	}

	@Test
	void everyBeanThatGivesWayIsNamed() throws Exception {
		String section = this.documentation.page("docs/configuration.md").split("## Beans of your own")[1];
		Set<String> replaceable = new TreeSet<>();
		try (Stream<Path> classes = Files.list(Path.of("target/classes/dev/grantex/gemma/autoconfigure"))) {
			for (Path file : classes.filter((file) -> !simpleName(file.toString()).isEmpty()).toList()) {
				String name = file.getFileName().toString().replace(".class", "");
				for (Method method : Class.forName(getClass().getPackageName() + "." + name).getDeclaredMethods()) {
					if (givesWay(method)) {
						replaceable.add(method.getReturnType().getSimpleName());
					}
				}
			}
		}
		assertThat(replaceable).containsExactlyInAnyOrderElementsOf(Documentation.code(section.split("give way")[0]));
	}

	@Test
	void everyReasonIsExplained() {
		assertThat(this.documentation.rows("docs/operations.md", "| reason |")
			.stream()
			.flatMap((row) -> Documentation.code(row.get(0)).stream())).doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(
					Stream.of(DenialReason.values()).map(DenialReason::code).collect(Collectors.toSet()));
	}

	@Test
	void everyDetailOfHealthIsExplained() throws IOException {
		String source = Files
			.readString(Path.of("src/main/java/dev/grantex/gemma/actuate/GrantexHealthIndicator.java"));
		assertThat(this.documentation.rows("docs/operations.md", "| detail |")
			.stream()
			.flatMap((row) -> Documentation.code(row.get(0)).stream())).doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(
					Set.copyOf(Documentation.find(Pattern.compile("withDetail\\(\\s*\"(\\w+)\""), source)));
	}

	@Test
	void everyMeterThatIsNamedExists() throws IOException {
		Set<String> literals = new TreeSet<>();
		for (String module : List.of(".", "../grantex-gemma-core")) {
			try (Stream<Path> sources = Files.walk(Path.of(module, "src/main/java"))) {
				for (Path source : sources.filter((file) -> file.toString().endsWith(".java")).toList()) {
					literals.addAll(Documentation.find(Pattern.compile("\"(grantex\\.gemma[a-z.]+)\""),
							Files.readString(source)));
				}
			}
		}
		assertThat(meters()).isNotEmpty().allMatch(literals::contains);
	}

	@Test
	void everyLinkLeadsSomewhere() {
		this.documentation.pages().forEach((page, text) -> {
			for (String link : Documentation.find(Pattern.compile("\\]\\((?!https?:)([^)]+)\\)"), text)) {
				String[] parts = link.split("#", 2);
				Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
				assertThat(target).as(page + ": " + link).exists();
				if (parts.length > 1) {
					assertThat(anchors(this.documentation.pages().get(target))).as(page + ": " + link)
						.contains(parts[1]);
				}
			}
		});
	}

	private Stream<String> text(Pattern pattern) {
		return this.documentation.pages()
			.values()
			.stream()
			.flatMap((page) -> Documentation.find(pattern, page).stream());
	}

	private boolean isProperty(String name) {
		String group = name.endsWith("*") ? name.substring(0, name.length() - 1) : name + ".";
		return this.properties.containsKey(name)
				|| this.properties.keySet().stream().anyMatch((property) -> property.startsWith(group));
	}

	private Set<String> meters() {
		return this.documentation.rows("docs/operations.md", "| meter |")
			.stream()
			.flatMap((row) -> Documentation.code(row.get(0)).stream())
			.collect(Collectors.toSet());
	}

	private static boolean givesWay(Method method) {
		return method.isAnnotationPresent(Bean.class) && method.isAnnotationPresent(ConditionalOnMissingBean.class)
				&& method.getReturnType().getName().startsWith("dev.grantex.gemma.");
	}

	private static Set<String> anchors(String page) {
		return Documentation.find(Pattern.compile("(?m)^#+ (.+)$"), page)
			.stream()
			.map((heading) -> heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
			.collect(Collectors.toSet());
	}

	private static void collect(Path element, Map<String, String> own, Set<String> others) {
		try {
			if (Files.isDirectory(element)) {
				try (Stream<Path> classes = Files.walk(element)) {
					classes.forEach((file) -> collect(element.relativize(file).toString(), own, others));
				}
			}
			else if (Files.exists(element)) {
				try (ZipFile jar = new ZipFile(element.toFile())) {
					jar.stream().forEach((entry) -> collect(entry.getName(), own, others));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Another module of the project is a directory or a jar, as the build goes.
	 */
	private static void collect(String file, Map<String, String> own, Set<String> others) {
		String name = file.replace(File.separatorChar, '/');
		if (name.startsWith("dev/grantex/") && name.endsWith(".class")) {
			own.put(simpleName(name), name.substring(0, name.length() - ".class".length()).replace('/', '.'));
		}
		else {
			others.add(simpleName(name));
		}
	}

	private static String simpleName(String file) {
		String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('$')) + 1);
		return name.endsWith(".class") ? name.substring(0, name.length() - ".class".length()) : "";
	}

}
