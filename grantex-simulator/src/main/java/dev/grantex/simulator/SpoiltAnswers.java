package dev.grantex.simulator;

/**
 * What becomes of the service's own answers on their way.
 */
final class SpoiltAnswers {

	private final ScriptedAnswers lost = new ScriptedAnswers();

	private final ScriptedAnswers cut = new ScriptedAnswers();

	void lose(Route route, int times) {
		this.lost.add(route, null, Answer.empty(0), times);
	}

	void cut(Route route, int times) {
		this.cut.add(route, null, Answer.empty(0), times);
	}

	void clear() {
		this.lost.clear();
		this.cut.clear();
	}

	boolean isLost(Call call) {
		return this.lost.take(call).isPresent();
	}

	boolean isCut(Call call) {
		return this.cut.take(call).isPresent();
	}

}
