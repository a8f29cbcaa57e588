package dev.grantex.gemma.guard.selfcalls;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * What stands in a class file: its methods, the classes nested in it, and the fields by
 * which it knows the object it was made by. Names are internal ones
 * ({@code com/example/Tools$Inner}).
 */
final class ClassFile extends ClassVisitor {

	private static final String CONTINUATION = "kotlin/coroutines/jvm/internal/ContinuationImpl";

	private static final String KOTLIN_REFERENCE = "kotlin/jvm/internal/";

	private final Map<String, MethodCode> methods = new HashMap<>();

	private final Map<String, String> outerFields = new HashMap<>();

	private final Set<String> nested = new LinkedHashSet<>();

	private String name = "";

	private @Nullable String superName;

	private boolean inner;

	private ClassFile() {
		super(SpringAsmInfo.ASM_VERSION);
	}

	/**
	 * Reads a class file.
	 * @throws RuntimeException if it is none
	 */
	static ClassFile read(byte[] bytes) {
		ClassFile file = new ClassFile();
		new ClassReader(bytes).accept(file, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
		return file;
	}

	String name() {
		return this.name;
	}

	@Nullable String superName() {
		return this.superName;
	}

	/**
	 * The methods by name and descriptor.
	 */
	Map<String, MethodCode> methods() {
		return this.methods;
	}

	/**
	 * The classes nested in this one, at any depth that it knows of.
	 */
	Set<String> nested() {
		return this.nested;
	}

	/**
	 * Whether its objects belong to one of the class around it. The field that keeps that
	 * one may be missing where only the constructor uses it.
	 */
	boolean isInner() {
		return this.inner || !this.outerFields.isEmpty();
	}

	/**
	 * The class of the object it was made by, if a field keeps that.
	 */
	@Nullable String outer(String field) {
		return this.outerFields.get(field);
	}

	/**
	 * Whether code in it makes objects of a class.
	 */
	boolean makes(String other) {
		return this.methods.values()
			.stream()
			.flatMap((code) -> code.instructions().stream())
			.map(MethodCode.Instruction::member)
			.anyMatch((member) -> member != null && member.name().equals("<init>") && member.owner().equals(other));
	}

	/**
	 * Whether it is where Kotlin resumes a suspended function.
	 */
	boolean isContinuation() {
		return CONTINUATION.equals(this.superName);
	}

	/**
	 * Whether an object of it stands for a method of the object it was given.
	 */
	boolean isReference() {
		return this.superName != null && this.superName.startsWith(KOTLIN_REFERENCE)
				&& this.superName.contains("Reference");
	}

	@Override
	public void visit(int version, int access, String name, @Nullable String signature, @Nullable String superName,
			String @Nullable [] interfaces) {
		this.name = name;
		this.superName = superName;
	}

	@Override
	public void visitInnerClass(String name, @Nullable String outer, @Nullable String simpleName, int access) {
		visitNestMember(name);
		if (name.equals(this.name)) {
			this.inner = (access & Opcodes.ACC_STATIC) == 0;
		}
	}

	@Override
	public void visitNestMember(String name) {
		if (name.startsWith(this.name + "$")) {
			this.nested.add(name);
		}
	}

	@Override
	public @Nullable FieldVisitor visitField(int access, String name, String descriptor, @Nullable String signature,
			@Nullable Object value) {
		if (name.startsWith("this$") && (access & Opcodes.ACC_SYNTHETIC) != 0) {
			this.outerFields.put(name, Type.getType(descriptor).getInternalName());
		}
		return null;
	}

	@Override
	public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
			String @Nullable [] exceptions) {
		MethodCode code = new MethodCode(access, name);
		this.methods.put(name + descriptor, code);
		return code;
	}

}
