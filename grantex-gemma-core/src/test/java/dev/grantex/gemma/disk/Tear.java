package dev.grantex.gemma.disk;

import java.util.Arrays;
import java.util.Random;

import dev.grantex.gemma.disk.DiskOperation.Write;

/**
 * How a write can reach a disk in part.
 */
enum Tear {

	/** What follows is as it was before. */
	BEGINNING,

	/** The file has its new size, but the end was never filled. */
	ZEROED_END {
		@Override
		Write cut(Write write, int at) {
			byte[] beginning = Arrays.copyOf(write.bytes(), Math.max(at, write.replacing()));
			byte[] bytes = Arrays.copyOf(beginning, write.bytes().length);
			return new Write(write.target(), write.offset(), bytes, write.replacing());
		}
	},

	/** What comes before is as it was before, or was never filled. */
	END {
		@Override
		Write cut(Write write, int at) {
			byte[] end = Arrays.copyOfRange(write.bytes(), at, write.bytes().length);
			return new Write(write.target(), write.offset() + at, end, Math.max(0, write.replacing() - at));
		}
	};

	static Tear any(Random random) {
		return values()[random.nextInt(values().length)];
	}

	/**
	 * Tears a write at any of its bytes.
	 */
	Write of(Write write, Random random) {
		return cut(write, random.nextInt(write.bytes().length + 1));
	}

	Write cut(Write write, int at) {
		return new Write(write.target(), write.offset(), Arrays.copyOf(write.bytes(), at),
				Math.min(at, write.replacing()));
	}

}
