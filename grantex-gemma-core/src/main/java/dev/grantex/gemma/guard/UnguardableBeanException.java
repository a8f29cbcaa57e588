package dev.grantex.gemma.guard;

/**
 * A bean asks for scopes in a way that cannot be enforced. The application must not
 * start, because the annotation would promise a check that nobody makes.
 */
public class UnguardableBeanException extends IllegalStateException {

	private final String beanName;

	private final String method;

	private final String problem;

	private final String remedy;

	public UnguardableBeanException(String beanName, GuardFault fault) {
		super("Bean '" + beanName + "': " + fault.method() + " cannot be guarded, because " + fault.problem() + ". "
				+ fault.remedy());
		this.beanName = beanName;
		this.method = fault.method();
		this.problem = fault.problem();
		this.remedy = fault.remedy();
	}

	/**
	 * The name of the bean.
	 */
	public String beanName() {
		return this.beanName;
	}

	/**
	 * The method as {@code Type.method}.
	 */
	public String method() {
		return this.method;
	}

	/**
	 * What is wrong, as a clause that follows "because".
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * What a developer can do about it, one sentence.
	 */
	public String remedy() {
		return this.remedy;
	}

}
