package dev.grantex.gemma.guard.selfcalls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

import dev.grantex.gemma.guard.selfcalls.MethodCode.Instruction;
import dev.grantex.gemma.guard.selfcalls.MethodCode.Member;

/**
 * Follows objects of which it is known for sure which they are through the instructions
 * of one method: along every path, so that what is known at a place holds however the
 * execution got there. An object is known by a name, any other is {@code null}.
 */
final class KnownObjects {

	/** How many slots each opcode takes from the stack, where it alone tells. */
	private static final String POPS = "00000000000000000000000000000000000000000000002222"
			+ "22221212100000000000000000000343433331200000002424"
			+ "24242424242424241212232323242424011122211122211142"
			+ "24411111122222222000111212100000000000111101110011";

	/** How many slots each opcode leaves on the stack, where it alone tells. */
	private static final String PUSHES = "01111111122111221100012121000000000000000000001212"
			+ "11110000000000000000000000000000000000000000001212"
			+ "12121212121212121212121212121212021211212212111111"
			+ "11100000000000000000000000000000000001111001000000";

	/** The fields in which Kotlin keeps objects while a function is suspended. */
	private static final Pattern SPILLED = Pattern.compile("L\\$\\d+");

	private final MethodCode code;

	private final Fields fields;

	private final @Nullable KnownFrame[] frames;

	private final Deque<Integer> changed = new ArrayDeque<>();

	private KnownObjects(MethodCode code, Fields fields) {
		this.code = code;
		this.fields = fields;
		this.frames = new KnownFrame[code.instructions().size()];
	}

	/**
	 * Finds every call that a known object takes part in.
	 * @param code the method
	 * @param arguments what is known of its arguments, the object itself first
	 * @param descriptor its types
	 * @param fields what is known of the fields of known objects
	 * @throws RuntimeException if the code cannot be followed
	 */
	static List<Use> follow(MethodCode code, List<@Nullable String> arguments, String descriptor, Fields fields) {
		if (code.instructions().isEmpty() || arguments.stream().allMatch(Objects::isNull)) {
			return List.of();
		}
		KnownObjects objects = new KnownObjects(code, fields);
		objects.reach(0, KnownFrame.of(code, arguments, descriptor));
		while (!objects.changed.isEmpty()) {
			objects.step(objects.changed.pop());
		}
		return objects.uses();
	}

	private void step(int position) {
		Instruction instruction = this.code.instructions().get(position);
		KnownFrame before = Objects.requireNonNull(this.frames[position]);
		for (MethodCode.Handler handler : this.code.handlers()) {
			if (this.code.position(handler.start()) <= position && position < this.code.position(handler.end())) {
				reach(this.code.position(handler.target()), before.thrown());
			}
		}
		KnownFrame after = before.copy();
		execute(instruction, after);
		instruction.targets().forEach((target) -> reach(this.code.position(target), after));
		if (instruction.goesOn()) {
			reach(position + 1, after);
		}
	}

	private void reach(int position, KnownFrame frame) {
		KnownFrame known = this.frames[position];
		if (known == null) {
			this.frames[position] = frame.copy();
			this.changed.push(position);
		}
		else if (known.forgetWhatDiffersFrom(frame)) {
			this.changed.push(position);
		}
	}

	private void execute(Instruction instruction, KnownFrame frame) {
		int opcode = instruction.opcode();
		int operand = instruction.operand();
		switch (opcode) {
			case Opcodes.ALOAD -> frame.load(operand);
			case Opcodes.ASTORE, Opcodes.ISTORE, Opcodes.FSTORE -> frame.store(operand);
			case Opcodes.LSTORE, Opcodes.DSTORE -> {
				frame.store(operand + 1);
				frame.store(operand);
			}
			case Opcodes.DUP -> frame.duplicate(1, 0);
			case Opcodes.DUP_X1 -> frame.duplicate(1, 1);
			case Opcodes.DUP_X2 -> frame.duplicate(1, 2);
			case Opcodes.DUP2 -> frame.duplicate(2, 0);
			case Opcodes.DUP2_X1 -> frame.duplicate(2, 1);
			case Opcodes.DUP2_X2 -> frame.duplicate(2, 2);
			case Opcodes.SWAP -> {
				frame.duplicate(1, 1);
				frame.pop();
			}
			case Opcodes.LDC -> frame.pushUnknown(operand);
			case Opcodes.MULTIANEWARRAY -> frame.replace(operand, 1);
			case Opcodes.CHECKCAST, Opcodes.IINC -> {
			}
			case Opcodes.JSR, Opcodes.RET -> throw new IllegalStateException("Subroutines are not followed");
			default -> {
				if (instruction.descriptor().isEmpty()) {
					frame.replace(POPS.charAt(opcode) - '0', PUSHES.charAt(opcode) - '0');
				}
				else {
					executeTyped(instruction, frame);
				}
			}
		}
	}

	private void executeTyped(Instruction instruction, KnownFrame frame) {
		int opcode = instruction.opcode();
		String descriptor = instruction.descriptor();
		if (descriptor.startsWith("(")) {
			int sizes = Type.getArgumentsAndReturnSizes(descriptor);
			boolean receiver = opcode != Opcodes.INVOKESTATIC && opcode != Opcodes.INVOKEDYNAMIC;
			frame.replace((sizes >> 2) - (receiver ? 0 : 1), sizes & 3);
			return;
		}
		int size = Type.getType(descriptor).getSize();
		switch (opcode) {
			case Opcodes.GETSTATIC -> frame.pushUnknown(size);
			case Opcodes.PUTSTATIC -> frame.replace(size, 0);
			case Opcodes.PUTFIELD -> frame.replace(size + 1, 0);
			default -> {
				String value = value(frame.popKnown(), Objects.requireNonNull(instruction.member()));
				frame.pushUnknown(size - 1);
				frame.push(value);
			}
		}
	}

	/**
	 * Where Kotlin resumes a suspended function, each variable gets the value back that
	 * it has where the function was not suspended.
	 */
	private @Nullable String value(@Nullable String object, Member field) {
		if (SPILLED.matcher(field.name()).matches()) {
			return KnownFrame.RESTORED;
		}
		return (object != null) ? this.fields.get(object, field) : null;
	}

	private List<Use> uses() {
		List<Use> uses = new ArrayList<>();
		for (int position = 0; position < this.frames.length; position++) {
			KnownFrame frame = this.frames[position];
			Instruction instruction = this.code.instructions().get(position);
			Member member = instruction.member();
			if (frame != null && member != null && instruction.descriptor().startsWith("(")) {
				boolean receiver = instruction.opcode() != Opcodes.INVOKESTATIC
						&& instruction.opcode() != Opcodes.INVOKEDYNAMIC;
				List<@Nullable String> taken = frame.top(instruction.descriptor(), receiver);
				if (taken.stream().anyMatch(Objects::nonNull)) {
					uses.add(new Use(member, taken, instruction.opcode() == Opcodes.INVOKEDYNAMIC));
				}
			}
		}
		return uses;
	}

	/**
	 * What is known of fields.
	 */
	interface Fields {

		/**
		 * The object that a field of a known object holds, if that is known.
		 */
		@Nullable String get(String object, Member field);

	}

	/**
	 * A call that a known object takes part in.
	 *
	 * @param member what is called, or will be where a lambda captures the objects
	 * @param arguments what is known of the first arguments, the receiver before them
	 * @param captured whether a lambda or method reference keeps them for later
	 */
	record Use(Member member, List<@Nullable String> arguments, boolean captured) {

	}

}
