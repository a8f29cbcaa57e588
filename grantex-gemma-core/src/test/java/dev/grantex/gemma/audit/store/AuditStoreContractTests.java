package dev.grantex.gemma.audit.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.store.AuditStore.Role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What every store promises. Each extends this.
 */
public abstract class AuditStoreContractTests {

	private static final Set<AppendOption> PLAIN = EnumSet.noneOf(AppendOption.class);

	private static final ChainId CHAIN = new ChainId("bundle_1", "grnt_1");

	private static final ChainId OTHER = new ChainId("bundle_2", "grnt_2");

	private final TextCodec codec = new TextCodec("grnt_1", "key");

	private final TextCodec othersCodec = new TextCodec("grnt_2", "key");

	private final List<String> recalled = new ArrayList<>();

	private AuditStore store;

	/**
	 * A store without chains.
	 */
	protected abstract AuditStore createStore();

	@BeforeEach
	void createTheStore() {
		this.store = createStore();
	}

	@Test
	void aChainBeginsWithoutLines() {
		try (StoredChain chain = open()) {
			assertThat(chain.head()).isEqualTo(Head.GENESIS);
			assertThat(chain.checkpoint().start()).isEqualTo(Head.GENESIS);
			assertThat(chain.checkpoint().closed()).isFalse();
			assertThat(chain.fault()).isNull();
			assertThat(chain.isWritable()).isTrue();
			assertThat(lines(chain, 1)).isEmpty();
		}
	}

	@Test
	void beginningTwiceDoesNothing() {
		this.store.begin(CHAIN, this.codec, false, 5);
		this.store.begin(CHAIN, this.codec, false, 7);
		try (StoredChain chain = reopen()) {
			assertThat(chain.checkpoint().clockFloor()).isEqualTo(5);
		}
	}

	@Test
	void aChainThatWasNotBegunIsMissing() {
		refused(this::reopen, Fault.MISSING);
	}

	@Test
	void linesComeBehindTheHeadAndAreReadAsTheyAre() {
		try (StoredChain chain = open()) {
			append(chain, "a", "b", "c");
			assertThat(chain.head().sequence()).isEqualTo(3);
			assertThat(texts(chain, 1)).containsExactly("a", "b", "c");
			assertThat(texts(chain, 3)).containsExactly("c");
			assertLinked(chain);
		}
	}

	@Test
	void aLinkingMayWantSomethingElseFirst() {
		try (StoredChain chain = open()) {
			assertThat(chain.append(new Text(this.codec, "a", (line) -> {
			}) {

				@Override
				public @Nullable Line after(Head last) {
					return null;
				}

			}, PLAIN)).isFalse();
			assertThat(chain.head()).isEqualTo(Head.GENESIS);
			append(chain, "b");
			assertThat(texts(chain, 1)).containsExactly("b");
		}
	}

	@Test
	void aLineThatCannotBeSignedIsUndoneAndTheNextTakesItsPlace() {
		try (StoredChain chain = open()) {
			append(chain, "a");
			Text unsigned = new Text(this.codec, "b", (line) -> {
				throw new IllegalStateException("no key");
			});
			assertThatIllegalStateException().isThrownBy(() -> chain.append(unsigned, PLAIN));
			assertThat(unsigned.undone).isOne();
			append(chain, "c");
			assertThat(texts(chain, 1)).containsExactly("a", "c");
			assertLinked(chain);
		}
	}

	@Test
	void linesOfManyThreadsFollowEachOtherAndAreSignedByTheThreadsThatAppendThem() throws Exception {
		AtomicInteger foreign = new AtomicInteger();
		try (StoredChain chain = open()) {
			List<CompletableFuture<Void>> threads = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				String text = "t" + i;
				threads.add(CompletableFuture.runAsync(() -> {
					Thread own = Thread.currentThread();
					for (int j = 0; j < 25; j++) {
						chain.append(new Text(this.codec, text,
								(line) -> foreign.addAndGet((Thread.currentThread() == own) ? 0 : 1)), PLAIN);
					}
				}));
			}
			for (CompletableFuture<Void> thread : threads) {
				thread.get(1, TimeUnit.MINUTES);
			}
			assertThat(chain.head().sequence()).isEqualTo(200);
			assertLinked(chain);
		}
		assertThat(foreign).hasValue(0);
	}

	@Test
	void everythingIsThereAgainWhenAChainIsOpenedAgain() {
		this.codec.setClockFloor(77);
		Head head;
		try (StoredChain chain = open()) {
			append(chain, "a", "b");
			chain.change((checkpoint) -> checkpoint.withSynchronizedThrough(1).withRefreshPending(true).withRevoked());
			head = chain.head();
		}
		try (StoredChain chain = reopen()) {
			assertThat(chain.head()).isEqualTo(head);
			assertThat(texts(chain, 1)).containsExactly("a", "b");
			Checkpoint checkpoint = chain.checkpoint();
			assertThat(checkpoint.head()).isEqualTo(head);
			assertThat(checkpoint.synchronizedThrough()).isOne();
			assertThat(checkpoint.refreshPending()).isTrue();
			assertThat(checkpoint.revoked()).isTrue();
			assertThat(checkpoint.clockFloor()).isEqualTo(77);
			append(chain, "c");
			assertLinked(chain);
		}
	}

	@Test
	void aChangeThatFailsChangesNothing() {
		try (StoredChain chain = open()) {
			Checkpoint before = chain.checkpoint();
			assertThatIllegalStateException().isThrownBy(() -> chain.change((checkpoint) -> {
				throw new IllegalStateException("not now");
			}));
			assertThat(chain.checkpoint()).isEqualTo(before);
		}
	}

	@Test
	void anotherKeySignsFromOneLineOn() {
		try (StoredChain chain = open()) {
			append(chain, "a");
			assertThat(chain.rekey(() -> this.codec.signWith("other"))).isEqualTo(2);
			append(chain, "b");
			chain.reseal((checkpoint) -> checkpoint);
			assertThat(read(chain)).extracting(ReadLine::isSigned).containsExactly(false, true);
		}
		try (StoredChain chain = reopen()) {
			assertThat(chain.head().sequence()).isEqualTo(2);
		}
	}

	@Test
	void linesSinceTheOldestCallUnderWayAreRecalled() {
		try (StoredChain chain = open()) {
			append(chain, "a");
			chain.append(new Text(this.codec, "intent", (line) -> {
			}) {

				@Override
				public long oldestIntent() {
					return 2;
				}

			}, EnumSet.of(AppendOption.FORCED));
			chain.append(new Text(this.codec, "c", (line) -> {
			}) {

				@Override
				public long oldestIntent() {
					return 2;
				}

			}, PLAIN);
		}
		reopen().close();
		assertThat(this.recalled).containsExactly("intent", "c");
		this.recalled.clear();
		reopen().close();
		assertThat(this.recalled).isEmpty();
	}

	@Test
	void whatIsFoundIsToldToItsEndBeforeTheChainIsOpen() {
		open().close();
		List<Long> damages = new ArrayList<>(List.of(-1L));
		this.store.open(CHAIN, this.codec, Role.CURRENT, null, new AuditStore.Recollection() {

			@Override
			public void line(ReadLine line) {
			}

			@Override
			public void end(List<Long> found) {
				damages.clear();
				damages.addAll(found);
			}

		}).close();
		assertThat(damages).isEmpty();
	}

	@Test
	void aChainIsOpenedOnceAtATime() {
		try (StoredChain chain = open()) {
			refused(this::open, Fault.IN_USE_HERE);
			refused(() -> this.store.open(CHAIN, this.codec, Role.FORMER, null, this::recall), Fault.IN_USE_HERE);
			append(chain, "a");
		}
		open().close();
	}

	@Test
	void oneChainIsCurrentUntilItLeavesThePlaceToAnother() {
		StoredChain chain = open();
		append(chain, "a");
		refused(this::openOther, Fault.IN_USE_HERE);
		chain.leave();
		try (StoredChain other = openOther()) {
			append(chain, "b");
			append(this.othersCodec, other, "x");
			assertThat(texts(chain, 1)).containsExactly("a", "b");
			assertThat(texts(other, 1)).containsExactly("x");
			chain.close();
			try (StoredChain former = this.store.open(CHAIN, this.codec, Role.FORMER, null, this::recall)) {
				append(former, "c");
				assertThat(texts(former, 1)).containsExactly("a", "b", "c");
			}
		}
	}

	@Test
	void nothingIsDoneOnceAChainIsClosed() {
		StoredChain chain = open();
		append(chain, "a");
		chain.close();
		chain.close();
		assertThat(chain.fault()).returns(Fault.CLOSED, StoreException::fault);
		assertThat(chain.isWritable()).isFalse();
		refused(() -> append(chain, "b"), Fault.CLOSED);
		refused(chain::requireWritable, Fault.CLOSED);
		refused(() -> chain.change((checkpoint) -> checkpoint), Fault.CLOSED);
		refused(chain::view, Fault.CLOSED);
		refused(chain::leave, Fault.CLOSED);
		assertThat(chain.head().sequence()).isOne();
	}

	@Test
	void damageEndsAChainThatCanStillBeRead() {
		try (StoredChain chain = open()) {
			append(chain, "a");
			chain.condemn(1);
			refused(() -> append(chain, "b"), Fault.CORRUPTED);
			refused(chain::requireWritable, Fault.CORRUPTED);
			assertThat(texts(chain, 1)).containsExactly("a");
			assertThat(chain.checkpoint().damagedAt()).isOne();
		}
		try (StoredChain repaired = reopen()) {
			assertThat(repaired.checkpoint().damagedAt()).isZero();
			append(repaired, "b");
		}
	}

	@Test
	void whatIsReadIsWhatWasThereAtThatMoment() {
		try (StoredChain chain = open()) {
			append(chain, "a");
			ChainView view = chain.view();
			append(chain, "b");
			assertThat(view.first()).isOne();
			assertThat(view.head().sequence()).isOne();
			assertThat(read(view.lines(1))).hasSize(1);
		}
	}

	@Test
	void aChainThatNobodyHasOpenCanBeReadAsItIs() {
		try (StoredChain chain = open()) {
			append(chain, "a", "b");
			refused(() -> this.store.salvage(CHAIN, this.codec), Fault.IN_USE_HERE);
		}
		try (SavedLines saved = this.store.salvage(CHAIN, this.codec)) {
			assertThat(saved.first()).isOne();
			assertThat(saved.start()).isEqualTo(Head.GENESIS);
			assertThat(read(saved.read(1))).hasSize(2);
			refused(this::reopen, Fault.IN_USE_HERE);
		}
		reopen().close();
	}

	@Test
	void whatIsArchivedIsOutOfTheWayAndAnsweredAgain() {
		Head head;
		try (StoredChain chain = open()) {
			append(chain, "a", "b");
			head = chain.head();
			refused(() -> archive(), Fault.IN_USE_HERE);
		}
		ArchivedFiles archived = archive();
		assertThat(archived.last()).isEqualTo(head);
		assertThat(archived.sha256()).matches("[0-9a-f]{64}");
		assertThat(archive()).isEqualTo(archived);
		refused(this::reopen, Fault.MISSING);
		try (StoredChain chain = openOther()) {
			append(this.othersCodec, chain, "x");
		}
	}

	@Test
	void chainsOfWhichNobodyKnowsAreFoundAndRead() {
		try (StoredChain chain = open()) {
			append(chain, "a", "b");
			chain.leave();
		}
		try (StoredChain other = openOther()) {
			append(this.othersCodec, other, "x");
			List<FoundChain> found = this.store.chains(this.codec, Set.of(OTHER.owner()), true);
			assertThat(found).extracting((chain) -> chain.summary().owner()).containsExactly(CHAIN.owner());
			ChainSummary summary = found.get(0).summary();
			assertThat(summary.head()).isEqualTo(2);
			assertThat(summary.lines()).isEqualTo(2);
			assertThat(summary.isDelivered()).isFalse();
			try (SavedLines saved = found.get(0).open()) {
				assertThat(read(saved.read(1))).hasSize(2);
			}
		}
		assertThat(this.store.chains(this.codec, Set.of(), false)).extracting((chain) -> chain.summary().owner())
			.containsExactly(CHAIN.owner(), OTHER.owner());
	}

	private StoredChain open() {
		return this.store.open(CHAIN, this.codec, Role.CURRENT, 1L, this::recall);
	}

	private StoredChain reopen() {
		return this.store.open(CHAIN, this.codec, Role.CURRENT, null, this::recall);
	}

	private StoredChain openOther() {
		return this.store.open(OTHER, this.othersCodec, Role.CURRENT, 1L, this::recall);
	}

	private ArchivedFiles archive() {
		return this.store.archive(CHAIN, this.codec, Role.CURRENT, "bundle_1", "the keys\n");
	}

	private void recall(ReadLine line) {
		this.recalled.add(text(line));
	}

	private void append(StoredChain chain, String... texts) {
		append(this.codec, chain, texts);
	}

	private static void append(TextCodec codec, StoredChain chain, String... texts) {
		for (String text : texts) {
			assertThat(chain.append(new Text(codec, text, (line) -> {
			}), PLAIN)).isTrue();
		}
	}

	private void assertLinked(StoredChain chain) {
		Head last = Head.GENESIS;
		for (ReadLine line : read(chain)) {
			assertThat(line.follows(last)).isTrue();
			assertThat(line.isSigned()).isTrue();
			last = line.head();
		}
		assertThat(last).isEqualTo(chain.head());
	}

	private List<ReadLine> read(StoredChain chain) {
		return lines(chain, 1).stream().map((line) -> this.codec.read(line).orElseThrow()).toList();
	}

	private List<String> texts(StoredChain chain, long from) {
		return lines(chain, from).stream().map((line) -> text(this.codec.read(line).orElseThrow())).toList();
	}

	private static String text(ReadLine line) {
		return line.text().split("\\|")[4];
	}

	private static List<String> lines(StoredChain chain, long from) {
		return read(chain.view().lines(from));
	}

	private static List<String> read(StoredLines lines) {
		try (StoredLines read = lines) {
			List<String> all = new ArrayList<>();
			for (String line = read.next(); line != null; line = read.next()) {
				assertThat(read.isTerminated()).isTrue();
				all.add(line);
			}
			return all;
		}
	}

	private static void refused(ThrowingCallable call, Fault fault) {
		assertThatExceptionOfType(StoreException.class).isThrownBy(call).returns(fault, StoreException::fault);
	}

	/**
	 * A line on its way.
	 */
	private static class Text implements Linking, Line {

		private final TextCodec codec;

		private final String text;

		private final Consumer<Line> onSign;

		private Head last = Head.GENESIS;

		private int undone;

		Text(TextCodec codec, String text, Consumer<Line> onSign) {
			this.codec = codec;
			this.text = text;
			this.onSign = onSign;
		}

		@Override
		public int length() {
			return 1000;
		}

		@Override
		public @Nullable Line after(Head last) {
			this.last = last;
			return this;
		}

		@Override
		public void undone() {
			this.undone++;
		}

		@Override
		public Head head() {
			return this.codec.head(this.last, this.text);
		}

		@Override
		public long oldestIntent() {
			return 0;
		}

		@Override
		public byte[] bytes() {
			this.onSign.accept(this);
			return (this.codec.line(this.last, this.text) + "\n").getBytes(StandardCharsets.UTF_8);
		}

	}

}
