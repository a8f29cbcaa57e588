package dev.grantex.gemma.audit.verifier.report;

/**
 * How the page looks, on a screen in light and dark and on paper.
 */
final class HtmlStyle {

	static final String CSS = """

			:root {
			  --paper: #f6f7f9; --card: #fff; --ink: #1b1f24; --quiet: #5b6470; --line: #dfe3e8;
			  --good: #1f7a4d; --good-soft: #e3f4ea; --bad: #b3261e; --bad-soft: #fce8e6; --doubt: #8a5a00;
			  --doubt-soft: #fff3d6;
			  --success: #2f9e6e; --denied: #e0912f; --error: #c93c37; --cancelled: #98a1ad; --started: #4a7fd6;
			  --other: #8c62c9;
			}
			@media (prefers-color-scheme: dark) {
			  :root {
			    --paper: #14171b; --card: #1d2127; --ink: #e8eaed; --quiet: #9aa4b0; --line: #343b44;
			    --good: #6fd3a0; --good-soft: #17352a; --bad: #ff8a80; --bad-soft: #45201d; --doubt: #f0c060;
			    --doubt-soft: #3d3115;
			    --success: #3fb57f; --denied: #e8a04a; --error: #e8635d; --cancelled: #77818d; --started: #6b9bea;
			    --other: #a984de;
			  }
			}
			* { box-sizing: border-box; }
			body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
			  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
			main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
			bdi { overflow-wrap: anywhere; }
			.banner, .card { border-radius: .75rem; padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; }
			.banner { border: 1px solid; }
			.banner h1 { margin: 0 0 .25rem; font-size: 1.9rem; line-height: 1.2; }
			.banner p { margin: .25rem 0 0; color: var(--ink); }
			.banner.holds { background: var(--good-soft); color: var(--good); }
			.banner.broken { background: var(--bad-soft); color: var(--bad); }
			.banner.doubt { background: var(--doubt-soft); color: var(--doubt); }
			.card { background: var(--card); border: 1px solid var(--line); }
			.card h2 { margin: 0; font-size: 1.25rem; }
			.card h3 { margin: 1.75rem 0 .4rem; font-size: 1rem; }
			.badge { font-size: .8rem; font-weight: 600; border-radius: 1rem; padding: .15rem .7rem; vertical-align: 10%; }
			.holds .badge { background: var(--good-soft); color: var(--good); }
			.broken .badge { background: var(--bad-soft); color: var(--bad); }
			.doubt .badge { background: var(--doubt-soft); color: var(--doubt); }
			.agent, .quiet { color: var(--quiet); margin: .15rem 0; font-size: .92rem; }
			.alarm { background: var(--bad-soft); color: var(--bad); border-left: 4px solid; border-radius: .3rem;
			  padding: .6rem .9rem; font-weight: 600; }
			.banner .alarm { color: var(--bad); margin-top: .8rem; }
			.figures { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1rem 0; }
			.figures b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
			.figures span { color: var(--quiet); font-size: .88rem; }
			dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 1rem 0; }
			dt { color: var(--quiet); }
			dd { margin: 0; }
			.remarks { margin: 1rem 0; padding-left: 1.2rem; }
			.seal { margin: .75rem 0; padding: .6rem .9rem; border-radius: .3rem; border-left: 4px solid var(--good);
			  background: var(--paper); }
			.seal.alarm { background: var(--bad-soft); border-left-color: var(--bad); }
			.list { margin: .25rem 0; padding-left: 1.2rem; font-size: .92rem; columns: 2 22rem; }
			table { border-collapse: collapse; width: 100%; font-size: .92rem; }
			th { text-align: left; font-weight: 600; color: var(--quiet); }
			th, td { padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
			tbody td:first-child { min-width: 15rem; }
			.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
			.mono { font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .82rem; }
			.bar { width: 22%; padding-right: 0; }
			.bar svg { width: 100%; height: .6rem; display: block; margin-top: .45rem; }
			.timeline { width: 100%; height: auto; display: block; margin-top: .5rem; }
			.timeline text { fill: var(--quiet); font-size: 11px; }
			.timeline .axis { stroke: var(--line); }
			.timeline .pause { stroke: var(--quiet); stroke-dasharray: 2 3; }
			.timeline g:hover rect { opacity: .75; }
			.hatch { stroke: var(--bad); stroke-width: 2.5; }
			.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; font-size: .88rem; color: var(--quiet);
			  margin: .4rem 0 0; padding: 0; list-style: none; }
			.legend svg { width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -5%; }
			.definitions { position: absolute; }
			.s-success { fill: var(--success); }
			.s-denied { fill: var(--denied); }
			.s-error { fill: var(--error); }
			.s-cancelled { fill: var(--cancelled); }
			.s-started { fill: var(--started); }
			.s-other { fill: var(--other); }
			@media (max-width: 40rem) {
			  .bar, thead th:last-child:empty { display: none; }
			  .card, .banner { padding: 1rem; }
			}
			@media print {
			  :root { --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --good: #14532d;
			    --bad: #8c1d18; --doubt: #5c3c00; --good-soft: #fff; --bad-soft: #fff; --doubt-soft: #fff; }
			  body { font-size: 11pt; }
			  main { max-width: none; padding: 0; }
			  .card { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0; }
			  .figures, dl, .alarm, .seal, .timeline, tr { break-inside: avoid; }
			  h2, h3 { break-after: avoid; }
			  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
			}
			""";

	private HtmlStyle() {
	}

}
