package dev.grantex.gemma.audit;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;

/**
 * Turns whatever an application gives as metadata into what the service accepts for ever,
 * because one refused entry blocks a bundle's chain. Never throws because of a value.
 * <p>
 * The result is unmodifiable, at most 64 KiB of canonical JSON, and equal to what is read
 * back from it. What was cut, referred to itself or threw is marked in its place.
 * <p>
 * Public for those who record calls: making metadata safe runs the application's code,
 * which may hang.
 */
public final class SafeMetadata {

	static final int MAX_BYTES = 64 * 1024;

	static final int MAX_DEPTH = 64;

	static final String CUT = "[cut]";

	static final String CYCLE = "[cycle]";

	static final String UNREADABLE = "[unreadable]";

	/** Enough for any scalar that is not a string, a marker, or an empty container. */
	private static final int RESERVE = 64;

	/** What {@code ,"[unreadable]":true} and the container's own brackets take. */
	private static final int CONTAINER = 24;

	/** What a colon, a comma and a change of a member's name take at most. */
	private static final int RENAMED = 16;

	private static final int MAX_NAME_LENGTH = 1024;

	private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>(4));

	private final SafeScalars scalars = new SafeScalars(MAX_BYTES);

	private SafeMetadata() {
	}

	/**
	 * Makes metadata safe.
	 * @param metadata the application's own, of any size, shape and behaviour
	 * @return safe metadata
	 */
	public static Map<String, Object> of(Map<?, ?> metadata) {
		return of(metadata, Map.of(), Set.of());
	}

	/**
	 * Makes metadata safe and puts members of the library's own before it, which are thus
	 * never cut.
	 * @param metadata the application's own, of any size, shape and behaviour
	 * @param own the library's members
	 * @param reserved names that the application's members may not have, so that they
	 * cannot be taken for the library's; such a member is renamed
	 * @return safe metadata
	 */
	static Map<String, Object> of(Map<?, ?> metadata, Map<String, ?> own, Set<String> reserved) {
		SafeMetadata safe = new SafeMetadata();
		safe.scalars.spend(CONTAINER);
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		safe.putMembers(members, own, 1, Set.of());
		safe.path.add(metadata);
		safe.putMembers(members, metadata, 1, reserved);
		return Collections.unmodifiableMap(members);
	}

	private @Nullable Object value(@Nullable Object value, int depth) {
		int before = this.scalars.left();
		try {
			Object content = (value instanceof Optional<?> optional) ? optional.orElse(null) : value;
			return isContainer(content) ? container(content, depth) : this.scalars.of(content);
		}
		catch (Throwable ex) {
			// Errors too: a hostile toString may recurse without end or fail an
			// assertion.
			this.scalars.reset(before);
			return this.scalars.text(UNREADABLE);
		}
	}

	private static boolean isContainer(@Nullable Object value) {
		if (value == null || value instanceof byte[] || value instanceof char[]) {
			// Bytes and characters in arrays are blobs and passwords, not lists.
			return false;
		}
		return value instanceof Map || value instanceof Collection || value.getClass().isArray();
	}

	private @Nullable Object container(@Nullable Object value, int depth) {
		if (value == null || depth > 2 * MAX_DEPTH) {
			return this.scalars.className(value);
		}
		if (!this.path.add(value)) {
			return this.scalars.text(CYCLE);
		}
		try {
			int before = this.scalars.left();
			Object safe = (value instanceof Map<?, ?> map) ? map(map, depth) : list(value, depth);
			if (depth == MAX_DEPTH + 1) {
				this.scalars.reset(before);
				return this.scalars.text(CanonicalJson.write(safe));
			}
			return safe;
		}
		finally {
			this.path.remove(value);
		}
	}

	private Map<String, Object> map(Map<?, ?> map, int depth) {
		this.scalars.spend(CONTAINER);
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		if (putMembers(members, map, depth, Set.of())) {
			this.scalars.spend(2 - CONTAINER);
		}
		return Collections.unmodifiableMap(members);
	}

	private boolean putMembers(Map<String, @Nullable Object> members, Map<?, ?> map, int depth, Set<String> reserved) {
		try {
			MemberNames names = new MemberNames(members, reserved);
			for (Map.Entry<?, ?> member : map.entrySet()) {
				String name = this.scalars.name(member.getKey(), MAX_NAME_LENGTH);
				int cost = 2 + SafeScalars.cost(name) + RENAMED;
				if (this.scalars.left() < cost + RESERVE) {
					members.put(CUT, true);
					return false;
				}
				this.scalars.spend(cost);
				Object value = value(member.getValue(), depth + 1);
				String safeName = names.unused(safeName(name, value));
				this.scalars.spend(safeName.length() - name.length() + 2 - RENAMED);
				members.put(safeName, value);
			}
			return true;
		}
		catch (Throwable ex) {
			members.put(UNREADABLE, true);
			return false;
		}
	}

	private List<Object> list(Object value, int depth) {
		this.scalars.spend(CONTAINER);
		List<@Nullable Object> elements = new ArrayList<>();
		try {
			Iterator<?> iterator = (value instanceof Collection<?> collection) ? collection.iterator()
					: IntStream.range(0, Array.getLength(value))
						.mapToObj((index) -> Array.get(value, index))
						.iterator();
			while (iterator.hasNext()) {
				if (this.scalars.left() < RESERVE) {
					elements.add(CUT);
					return Collections.unmodifiableList(elements);
				}
				this.scalars.spend(1);
				elements.add(value(iterator.next(), depth + 1));
			}
			this.scalars.spend(2 - CONTAINER);
		}
		catch (Throwable ex) {
			elements.add(UNREADABLE);
		}
		return Collections.unmodifiableList(elements);
	}

	/**
	 * The service refuses a body with {@code __proto__} anywhere, or {@code constructor}
	 * holding {@code prototype}; its parser stumbles over a {@code constructor} that is
	 * null.
	 */
	private static String safeName(String name, @Nullable Object value) {
		if (name.equals("__proto__")) {
			return "_proto_";
		}
		boolean pollutes = value == null || (value instanceof Map<?, ?> map && map.containsKey("prototype"));
		return (name.equals("constructor") && pollutes) ? "_constructor_" : name;
	}

	/**
	 * Gives a member whose name is taken another. Where a name comes again, it is not
	 * counted from the beginning, so that members of one name do not take time with the
	 * square of their number.
	 */
	private static final class MemberNames {

		private final Map<String, ?> members;

		private final Set<String> reserved;

		private final Map<String, Integer> numbers = new HashMap<>();

		private MemberNames(Map<String, ?> members, Set<String> reserved) {
			this.members = members;
			this.reserved = reserved;
		}

		private String unused(String name) {
			if (isFree(name)) {
				return name;
			}
			int number = this.numbers.getOrDefault(name, 2);
			while (!isFree(name + "_" + number)) {
				number++;
			}
			this.numbers.put(name, number);
			return name + "_" + number;
		}

		private boolean isFree(String name) {
			return !this.members.containsKey(name) && !this.reserved.contains(name);
		}

	}

}
