package dev.grantex.gemma.guard.selfcalls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * What is known of the local variables and of the stack, slot by slot.
 */
final class KnownFrame {

	/**
	 * Stands for the value that a variable has wherever else the code after it is reached
	 * from.
	 */
	static final String RESTORED = "restored";

	private final @Nullable String[] locals;

	private final ArrayList<@Nullable String> stack;

	private KnownFrame(@Nullable String[] locals, List<@Nullable String> stack) {
		this.locals = locals;
		this.stack = new ArrayList<>(stack);
	}

	static KnownFrame of(MethodCode code, List<@Nullable String> arguments, String descriptor) {
		@Nullable String[] locals = new String[code.locals()];
		int slot = 0;
		int index = 0;
		if (!code.is(Opcodes.ACC_STATIC)) {
			locals[slot++] = arguments.get(index++);
		}
		for (Type type : Type.getArgumentTypes(descriptor)) {
			locals[slot] = (index < arguments.size()) ? arguments.get(index) : null;
			slot += type.getSize();
			index++;
		}
		return new KnownFrame(locals, List.of());
	}

	KnownFrame copy() {
		return new KnownFrame(this.locals.clone(), this.stack);
	}

	KnownFrame thrown() {
		KnownFrame frame = new KnownFrame(this.locals.clone(), List.of());
		frame.push(null);
		return frame;
	}

	void load(int local) {
		push(this.locals[local]);
	}

	void store(int local) {
		this.locals[local] = pop();
	}

	void push(@Nullable String value) {
		this.stack.add(value);
	}

	void pushUnknown(int slots) {
		for (int i = 0; i < slots; i++) {
			push(null);
		}
	}

	@Nullable String pop() {
		return this.stack.remove(this.stack.size() - 1);
	}

	@Nullable String popKnown() {
		return known(pop());
	}

	void replace(int popped, int pushed) {
		for (int i = 0; i < popped; i++) {
			pop();
		}
		pushUnknown(pushed);
	}

	void duplicate(int slots, int below) {
		int size = this.stack.size();
		List<@Nullable String> copied = new ArrayList<>(this.stack.subList(size - slots, size));
		this.stack.addAll(size - slots - below, copied);
	}

	List<@Nullable String> top(String descriptor, boolean receiver) {
		Type[] types = Type.getArgumentTypes(descriptor);
		int slot = this.stack.size() - Arrays.stream(types).mapToInt(Type::getSize).sum();
		List<@Nullable String> values = new ArrayList<>();
		if (receiver) {
			values.add(known(this.stack.get(slot - 1)));
		}
		for (Type type : types) {
			values.add(known(this.stack.get(slot)));
			slot += type.getSize();
		}
		return values;
	}

	private static @Nullable String known(@Nullable String value) {
		return RESTORED.equals(value) ? null : value;
	}

	boolean forgetWhatDiffersFrom(KnownFrame other) {
		if (this.stack.size() != other.stack.size()) {
			throw new IllegalStateException("The stack differs between two paths");
		}
		boolean changed = false;
		for (int i = 0; i < this.locals.length; i++) {
			String merged = merge(this.locals[i], other.locals[i]);
			changed |= !Objects.equals(merged, this.locals[i]);
			this.locals[i] = merged;
		}
		for (int i = 0; i < this.stack.size(); i++) {
			String merged = merge(this.stack.get(i), other.stack.get(i));
			changed |= !Objects.equals(merged, this.stack.get(i));
			this.stack.set(i, merged);
		}
		return changed;
	}

	private static @Nullable String merge(@Nullable String one, @Nullable String other) {
		if (RESTORED.equals(one)) {
			return other;
		}
		return (RESTORED.equals(other) || Objects.equals(one, other)) ? one : null;
	}

}
