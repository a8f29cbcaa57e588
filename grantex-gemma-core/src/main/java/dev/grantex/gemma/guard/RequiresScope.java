package dev.grantex.gemma.guard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a method run only while the grant carries the scopes it needs, and records every
 * call: on a method, a class, an interface, or on an annotation of your own.
 * <p>
 * A method's annotation, which may stand on the method it overrides or implements,
 * replaces that of its class. A class's annotation covers every method that can be called
 * on the bean, inherited ones too; {@code equals}, {@code hashCode} and {@code toString}
 * are covered only by an annotation of their own. If the same method gets different
 * requirements from places of which none overrides the other (two interfaces, two
 * annotations of your own), the start fails.
 * <p>
 * The check is made by the bean's proxy, so it sees calls that come from outside. Where
 * no proxy can see a call the start fails: final classes and methods, private and static
 * methods, methods that an interface-based proxy hides, annotated methods that the
 * container itself calls, and methods that the bean calls on itself. The last is allowed
 * where the caller is guarded with at least the same scopes and no weaker
 * {@link #recordIntent()}; such an inner call has no entry of its own.
 * <p>
 * For methods that return a {@code CompletionStage} or {@code CompletableFuture} the
 * outcome is recorded when the stage completes, before the caller sees it. For those that
 * return a reactive type the decision and the record belong to each subscription. Both
 * may be called on an event loop; any other method writes its record on the thread that
 * calls it.
 * <p>
 * A denied call ends with {@link dev.grantex.gemma.ScopeViolationException
 * ScopeViolationException}, {@link dev.grantex.gemma.TokenExpiredException
 * TokenExpiredException} or {@link dev.grantex.gemma.CallDeniedException
 * CallDeniedException}, before the method runs. Of equal denials (the same action,
 * reason, scopes and caller, whatever the arguments) the first ten in a minute get an
 * entry each, and one more counts the others.
 * <p>
 * A call that ran but could not be recorded ends with
 * {@link dev.grantex.gemma.CallNotRecordedException CallNotRecordedException}. Its record
 * is kept in memory and written before anything else once that is possible; until then
 * every call is denied.
 */
@Target({ ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface RequiresScope {

	/**
	 * The scopes the call needs, all of them. At least one, none of them blank.
	 */
	String[] value();

	/**
	 * The action as it stands in the audit entry. By default {@code tool:<name>} where an
	 * annotation of Spring AI, LangChain4j or Google's ADK makes the method a tool, else
	 * {@code Type.method}.
	 */
	String action() default "";

	/**
	 * What else to record: a SpEL expression for a map, such as {@code {'room': #room,
	 * 'found': #result?.size()}}. It sees the arguments by name ({@code #room}) and
	 * position ({@code #a0} or {@code #p0}) and {@code #result}, which is null unless the
	 * call succeeded and for streams; a parameter of such a name comes before these.
	 * Types, beans and constructors are out of its reach, instance methods are not: what
	 * it calls is done. For a denied call only properties are read. Without
	 * {@code #result} it is evaluated before the call; with it after the call, within
	 * five seconds. It is parsed at start; if it fails or takes too long later, the entry
	 * is written with {@code metadata_error}. Without an expression no argument is
	 * recorded. What the guard says itself ({@code method}, {@code reason} and the like)
	 * is not replaced; members named {@code caller}, {@code count} or {@code intent} are
	 * renamed.
	 */
	String metadata() default "";

	/**
	 * Whether an entry is written before the call as well as after it, for calls that
	 * cannot be taken back: if the process ends during one, the next start reports it.
	 */
	RecordIntent recordIntent() default RecordIntent.DEFAULT;

}
