/** The look of the HTML report: one column, readable on a phone and on paper, in light and in dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --page: #fff; --panel: #f6f8fa;
  --pass: #16794a; --warn: #8f5a00; --fail: #b3261e; --error: #7a1fa2; --skip: #5b6675; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa6b5; --line: #323b47; --page: #12171e;
  --panel: #1a212b; --pass: #5cc794; --warn: #e7b35a; --fail: #ff8a80; --error: #d6a3f0; --skip: #9aa6b5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { margin: .4rem 0; }
code, .mono { font: .875em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.banner { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin: 1.25rem 0; padding: .9rem 1.1rem; background: var(--panel);
  border-left: .35rem solid var(--c); border-radius: .35rem; }
.banner strong { color: var(--c); font-size: 1.15rem; }
.pass { --c: var(--pass); } .warn { --c: var(--warn); } .fail { --c: var(--fail); } .error { --c: var(--error); }
.skip { --c: var(--skip); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.rules { list-style: none; margin: 1rem 0; padding: 0; border-top: 1px solid var(--line); }
.rules > li { display: grid; grid-template-columns: 4.5rem 1fr 11rem; gap: .25rem 1rem; padding: .75rem 0;
  border-bottom: 1px solid var(--line); break-inside: avoid; }
.pill { align-self: start; justify-self: start; padding: 0 .55rem; border: 1px solid var(--c); border-radius: 1rem;
  color: var(--c); font-size: .85rem; font-weight: 600; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.count { text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .35rem; margin-top: .35rem; background: var(--line); border-radius: .2rem; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--c); }
details { grid-column: 2 / -1; } summary { cursor: pointer; color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
@media (max-width: 42rem) { .rules > li { grid-template-columns: 4.5rem 1fr; } .count { grid-column: 2; text-align: left; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { body { max-width: none; padding: 0; } details > * { display: revert; } }
`;
