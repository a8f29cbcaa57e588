package dev.grantex.gemma.guard.selfcalls;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

import dev.grantex.gemma.guard.GuardedMethod;
import dev.grantex.gemma.guard.GuardedType;
import dev.grantex.gemma.guard.selfcalls.KnownObjects.Use;
import dev.grantex.gemma.guard.selfcalls.MethodCode.Member;

/**
 * The guarded methods that one method of a bean calls on the bean itself: directly, or by
 * what counts as a part of it, which are lambdas, private methods, methods of
 * superclasses that it calls as such, what the compiler adds, and the classes nested in
 * the bean's that it makes objects of. Calls on any other object are none of it, whatever
 * that may be.
 */
final class SelfCalls {

	/** The bean itself; an object of a nested class goes by the name of its class. */
	private static final String BEAN = "this";

	private final BeanClassFiles files;

	private final GuardedType guarded;

	private final Map<Body, List<Use>> uses = new HashMap<>();

	private final Set<String> made = new HashSet<>();

	private final Set<Body> followed = new HashSet<>();

	private final Set<GuardedMethod> found = new LinkedHashSet<>();

	private @Nullable Method caller;

	SelfCalls(GuardedType guarded, BeanClassFiles files) {
		this.guarded = guarded;
		this.files = files;
	}

	/**
	 * The guarded methods that a method or constructor of the bean calls.
	 * @param owner the internal name of the class that declares it
	 * @param signature its name and descriptor
	 * @param caller the method, if it is one
	 */
	Set<GuardedMethod> from(String owner, String signature, @Nullable Method caller) {
		return from(new Body(owner, signature, List.of(BEAN)), caller);
	}

	/**
	 * The guarded methods that a method of a nested class calls.
	 */
	Set<GuardedMethod> fromNested(String owner, String signature) {
		return from(new Body(owner, signature, List.of(owner)), null);
	}

	/**
	 * Whether an object of a nested class was found to be made by the bean.
	 */
	boolean isMade(String nested) {
		return this.made.contains(nested);
	}

	private Set<GuardedMethod> from(Body body, @Nullable Method caller) {
		this.followed.clear();
		this.found.clear();
		this.caller = caller;
		follow(body);
		return Set.copyOf(this.found);
	}

	private void follow(Body body) {
		if (this.followed.add(body)) {
			this.uses.computeIfAbsent(body, this::read).forEach(this::add);
		}
	}

	private List<Use> read(Body body) {
		Optional<MethodCode> code = this.files.find(body.owner()).map((file) -> file.methods().get(body.signature()));
		try {
			return code
				.map((found) -> KnownObjects.follow(found, body.arguments(), body.descriptor(), this::fieldOfNested))
				.orElse(List.of());
		}
		catch (RuntimeException ex) {
			this.files.reject(body.owner());
			return List.of();
		}
	}

	private @Nullable String fieldOfNested(String object, Member field) {
		ClassFile file = this.files.isOfBean(object) ? null : this.files.find(field.owner()).orElse(null);
		if (file == null) {
			return null;
		}
		if (file.isReference() && field.name().equals("receiver")) {
			return BEAN;
		}
		String outer = file.outer(field.name());
		return (outer != null && this.files.isOfBean(outer)) ? BEAN : outer;
	}

	private void add(Use use) {
		Member member = use.member();
		String receiver = use.arguments().get(0);
		if (member.name().equals("<init>")) {
			addConstruction(member, use.arguments());
		}
		else if (member.opcode() == Opcodes.INVOKESTATIC) {
			addStaticCall(use);
		}
		else if (BEAN.equals(receiver)) {
			addCallOnBean(use);
		}
		else if (receiver != null) {
			addCallOnNested(member, receiver);
		}
	}

	private void addConstruction(Member member, List<@Nullable String> taken) {
		List<@Nullable String> arguments = new ArrayList<>(taken);
		if (member.opcode() == Opcodes.NEW) {
			arguments.add(0, null);
		}
		if (BEAN.equals(arguments.get(0))) {
			follow(new Body(member.owner(), member.signature(), List.of(BEAN)));
			return;
		}
		boolean given = arguments.stream().skip(1).anyMatch(Objects::nonNull);
		ClassFile file = (given && !this.files.isOfBean(member.owner())) ? this.files.find(member.owner()).orElse(null)
				: null;
		if (file == null || file.isContinuation() || !(file.isInner() || file.isReference())) {
			return;
		}
		this.made.add(file.name());
		arguments.set(0, file.name());
		follow(new Body(file.name(), member.signature(), arguments));
		file.methods().forEach((signature, code) -> {
			if (isOpen(code)) {
				follow(new Body(file.name(), signature, List.of(file.name())));
			}
		});
	}

	/**
	 * Whether a method of a nested class is one that others call on its objects.
	 */
	static boolean isOpen(MethodCode code) {
		return !code.is(Opcodes.ACC_STATIC) && !code.is(Opcodes.ACC_PRIVATE) && !code.is(Opcodes.ACC_SYNTHETIC)
				&& !code.name().startsWith("<");
	}

	private void addStaticCall(Use use) {
		Member member = use.member();
		MethodCode code = this.files.find(member.owner())
			.map((file) -> file.methods().get(member.signature()))
			.orElse(null);
		if (code == null) {
			return;
		}
		if (use.captured()) {
			follow(new Body(member.owner(), member.signature(), use.arguments()));
		}
		else if (code.isCompanion() || member.owner().endsWith("$DefaultImpls")) {
			follow(new Body(member.owner(), member.signature(), Arrays.asList(use.arguments().get(0))));
		}
	}

	private void addCallOnBean(Use use) {
		Member member = use.member();
		boolean special = member.opcode() == Opcodes.INVOKESPECIAL;
		Body body = declared(member, special);
		boolean hidden = body != null && isPrivate(body);
		Method method = hidden ? null : this.files.method(member.signature());
		GuardedMethod called = (method != null) ? this.guarded.find(method).method() : null;
		if (called != null && !(special && isCaller(method))) {
			this.found.add(called);
		}
		if (body != null && (hidden || special)) {
			follow(use.captured() ? new Body(body.owner(), body.signature(), use.arguments()) : body);
		}
	}

	/**
	 * A method may go on to the one that it overrides.
	 */
	private boolean isCaller(@Nullable Method method) {
		return method != null && this.caller != null && mostSpecific(method).equals(mostSpecific(this.caller));
	}

	private Method mostSpecific(Method method) {
		return AopUtils.getMostSpecificMethod(method, this.files.type());
	}

	private @Nullable Body declared(Member member, boolean inherited) {
		return this.files.declaring(member.owner(), member.signature(), inherited)
			.map((owner) -> new Body(owner, member.signature(), List.of(BEAN)))
			.orElse(null);
	}

	private boolean isPrivate(Body body) {
		return this.files.find(body.owner())
			.map((file) -> file.methods().get(body.signature()))
			.filter((code) -> code.is(Opcodes.ACC_PRIVATE))
			.isPresent();
	}

	private void addCallOnNested(Member member, String nested) {
		boolean special = member.opcode() == Opcodes.INVOKESPECIAL;
		ClassFile file = this.files.find(special ? member.owner() : nested).orElse(null);
		MethodCode code = (file != null) ? file.methods().get(member.signature()) : null;
		if (file != null && code != null && !isOpen(code) && !this.files.isOfBean(file.name())) {
			follow(new Body(file.name(), member.signature(), List.of(file.name())));
		}
	}

	/**
	 * A method with what is known of its first arguments, the object itself before them.
	 */
	private record Body(String owner, String signature, List<@Nullable String> arguments) {

		private String descriptor() {
			return Type.getMethodType(this.signature.substring(this.signature.indexOf('('))).getDescriptor();
		}

	}

}
