package dev.grantex.gemma.guard.elsewhere;

import dev.grantex.gemma.guard.RequiresScope;

/**
 * A class whose guarded method only its own package can see.
 */
public class PackagePrivateTools {

	@RequiresScope("read")
	void act() {
	}

}
