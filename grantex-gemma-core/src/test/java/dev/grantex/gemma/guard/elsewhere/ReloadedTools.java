package dev.grantex.gemma.guard.elsewhere;

/**
 * A class that a test defines in a class loader of its own.
 */
public class ReloadedTools extends PackagePrivateTools {

}
