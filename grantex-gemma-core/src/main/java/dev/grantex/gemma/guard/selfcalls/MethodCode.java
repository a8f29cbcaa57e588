package dev.grantex.gemma.guard.selfcalls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.ConstantDynamic;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * The instructions of a method, as far as they matter for what is on the stack and in the
 * local variables.
 */
final class MethodCode extends MethodVisitor {

	private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";

	private final int access;

	private final String name;

	private final List<Instruction> instructions = new ArrayList<>();

	private final List<Handler> handlers = new ArrayList<>();

	private final Map<Label, Integer> positions = new HashMap<>();

	private int locals;

	MethodCode(int access, String name) {
		super(SpringAsmInfo.ASM_VERSION);
		this.access = access;
		this.name = name;
	}

	boolean is(int flag) {
		return (this.access & flag) != 0;
	}

	/**
	 * Whether the compiler made this static method to stand in for an instance method, or
	 * for a function within one: it is given the object as the first argument, and only
	 * compilers put a dollar sign in names.
	 */
	boolean isCompanion() {
		return is(Opcodes.ACC_STATIC) && (is(Opcodes.ACC_SYNTHETIC) || this.name.indexOf('$') >= 0);
	}

	String name() {
		return this.name;
	}

	List<Instruction> instructions() {
		return this.instructions;
	}

	List<Handler> handlers() {
		return this.handlers;
	}

	/**
	 * How many slots local variables take.
	 */
	int locals() {
		return this.locals;
	}

	/**
	 * Where a label stands.
	 */
	int position(Label label) {
		return this.positions.getOrDefault(label, this.instructions.size());
	}

	@Override
	public void visitLabel(Label label) {
		this.positions.put(label, this.instructions.size());
	}

	@Override
	public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
		this.handlers.add(new Handler(start, end, handler));
	}

	@Override
	public void visitInsn(int opcode) {
		add(opcode, 0, null, List.of());
	}

	@Override
	public void visitIntInsn(int opcode, int operand) {
		add(opcode, operand, null, List.of());
	}

	@Override
	public void visitVarInsn(int opcode, int index) {
		add(opcode, index, null, List.of());
	}

	@Override
	public void visitTypeInsn(int opcode, String type) {
		add(opcode, 0, null, List.of());
	}

	@Override
	public void visitIincInsn(int index, int increment) {
		add(Opcodes.IINC, index, null, List.of());
	}

	@Override
	public void visitLdcInsn(Object value) {
		boolean wide = value instanceof Long || value instanceof Double
				|| (value instanceof ConstantDynamic constant && constant.getSize() == 2);
		add(Opcodes.LDC, wide ? 2 : 1, null, List.of());
	}

	@Override
	public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
		add(Opcodes.MULTIANEWARRAY, dimensions, null, List.of());
	}

	@Override
	public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
		add(opcode, 0, new Member(opcode, owner, name, descriptor), List.of());
	}

	@Override
	public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
		add(opcode, 0, new Member(opcode, owner, name, descriptor), List.of());
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
		Handle body = (bootstrap.getOwner().equals(LAMBDAS) && arguments.length > 1
				&& arguments[1] instanceof Handle handle) ? handle : null;
		int operand = Type.getArgumentsAndReturnSizes(descriptor);
		add(Opcodes.INVOKEDYNAMIC, operand, (body != null) ? Member.of(body) : null, List.of(), descriptor);
	}

	@Override
	public void visitJumpInsn(int opcode, Label label) {
		add(opcode, 0, null, List.of(label));
	}

	@Override
	public void visitTableSwitchInsn(int min, int max, Label standard, Label... labels) {
		visitLookupSwitchInsn(standard, new int[0], labels);
	}

	@Override
	public void visitLookupSwitchInsn(Label standard, int[] keys, Label[] labels) {
		List<Label> targets = new ArrayList<>(List.of(labels));
		targets.add(standard);
		add(Opcodes.LOOKUPSWITCH, 0, null, targets);
	}

	@Override
	public void visitMaxs(int stack, int locals) {
		this.locals = locals;
	}

	private void add(int opcode, int operand, @Nullable Member member, List<Label> targets) {
		add(opcode, operand, member, targets, (member != null) ? member.descriptor() : "");
	}

	private void add(int opcode, int operand, @Nullable Member member, List<Label> targets, String descriptor) {
		this.instructions.add(new Instruction(opcode, operand, member, targets, descriptor));
	}

	/**
	 * One instruction.
	 *
	 * @param opcode what it does
	 * @param operand its number: a local variable, a count
	 * @param member the field or method it refers to; of a dynamic call the lambda's body
	 * @param targets where it may jump
	 * @param descriptor what it takes and leaves, where the opcode does not tell
	 */
	record Instruction(int opcode, int operand, @Nullable Member member, List<Label> targets, String descriptor) {

		/**
		 * Whether the next instruction can follow.
		 */
		boolean goesOn() {
			return this.opcode != Opcodes.GOTO && this.opcode != Opcodes.LOOKUPSWITCH && this.opcode != Opcodes.ATHROW
					&& (this.opcode < Opcodes.IRETURN || this.opcode > Opcodes.RETURN);
		}

	}

	/**
	 * A reference to a field or method.
	 *
	 * @param opcode how it is accessed or called
	 * @param owner the class by its internal name
	 * @param name the name
	 * @param descriptor its types
	 */
	record Member(int opcode, String owner, String name, String descriptor) {

		private static Member of(Handle handle) {
			int opcode = switch (handle.getTag()) {
				case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
				case Opcodes.H_INVOKESPECIAL -> Opcodes.INVOKESPECIAL;
				case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.NEW;
				default -> Opcodes.INVOKEVIRTUAL;
			};
			return new Member(opcode, handle.getOwner(), handle.getName(), handle.getDesc());
		}

		String signature() {
			return this.name + this.descriptor;
		}

	}

	/**
	 * A part of the code whose exceptions are caught.
	 */
	record Handler(Label start, Label end, Label target) {

	}

}
