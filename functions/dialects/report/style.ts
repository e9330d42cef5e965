/** Colours of a report, by what they are for; each pair has the contrast that WCAG 2.2 AA asks for. */
const LIGHT = `
  --paper: #f5f7f9; --card: #ffffff; --ink: #17222b; --subtle: #51616d; --line: #d5dde3; --grid: #e6ebef;
  --accent: #0b5c78; --good: #1b5e3a; --bad: #a3261b; --warn: #7a4a00; --hatch: #9aa7b1;
  --k1: #0b4a61; --k2: #2f86a8; --k3: #86c2d8; --k4: #b98a2f; --k5: #e3c88a;`;
const DARK = `
  --paper: #10161b; --card: #19222a; --ink: #e6edf2; --subtle: #a3b3bf; --line: #2d3a45; --grid: #24303a;
  --accent: #7cc7e0; --good: #8fd6ae; --bad: #ffab9f; --warn: #f0c07a; --hatch: #5f7180;
  --k1: #7cc7e0; --k2: #4697b6; --k3: #2a6279; --k4: #d9a94e; --k5: #80662f;`;

/** The whole style of a report. Programs that read mail leave much of it out, and then show headings and tables. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: #f5f7f9; background: var(--paper); color: #17222b; color: var(--ink); font: 16px/1.5 system-ui, 'Open Sans', 'Segoe UI', Roboto, Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 2.5rem; }
h1, h2, h3, p { text-wrap: balance; }
.kicker { margin: 0; color: var(--accent); font-weight: 700; font-size: .875rem; letter-spacing: .02em; }
h1 { margin: .1rem 0 .15rem; font-size: 2rem; line-height: 1.15; }
.who { margin: 0; color: var(--subtle); }
.lead { margin: 1rem 0 0; font-size: 1.15rem; max-width: 44rem; text-wrap: pretty; }
h2 { margin: 0 0 .15rem; font-size: 1.15rem; line-height: 1.3; }
.says { margin: 0 0 .75rem; color: var(--subtle); font-size: .925rem; text-wrap: pretty; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 1rem 0 0; }
.bare { background: none; border: 0; padding: 0; margin-top: 1.25rem; }
.quality { border-left: 5px solid var(--good); }
.quality.gaps { border-left-color: var(--warn); }
.quality p { margin: 0; max-width: 48rem; text-wrap: pretty; }
.quality ul { margin: .5rem 0 0; padding-left: 1.1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.75rem, 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; }
.cards li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .75rem .85rem; min-width: 0; }
.cards h3 { margin: 0; font-size: .875rem; font-weight: 600; color: var(--subtle); }
.value { margin: .1rem 0 0; font-size: 1.75rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.value.unknown { font-size: 1.1rem; font-weight: 400; }
.moved { margin: .15rem 0 0; font-size: .8125rem; line-height: 1.35; text-wrap: pretty; }
.moved strong { font-weight: 600; }
.better strong { color: var(--good); }
.worse strong { color: var(--bad); }
.before { margin: .1rem 0 0; font-size: .8125rem; color: var(--subtle); text-wrap: pretty; }
.also { margin: .6rem 0 0; color: var(--subtle); font-size: .875rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 12px system-ui, 'Open Sans', 'Segoe UI', Roboto, Arial, sans-serif; fill: var(--subtle); }
svg .peak { fill: var(--ink); font-weight: 600; }
.rule { stroke: var(--grid); }
.base { stroke: var(--hatch); }
.k1 { fill: var(--k1); background: var(--k1); } .k2 { fill: var(--k2); background: var(--k2); } .k3 { fill: var(--k3); background: var(--k3); }
.k4 { fill: var(--k4); background: var(--k4); } .k5 { fill: var(--k5); background: var(--k5); }
.bar { fill: var(--k2); } .dot { fill: var(--k2); } .ring { fill: none; stroke: var(--grid); }
.curve { fill: none; stroke: var(--k2); stroke-width: 2; stroke-linejoin: round; } .under { fill: var(--k2); opacity: .15; }
.hatch path { stroke: var(--hatch); stroke-width: 1.5; }
.icon { display: inline-block; width: .8em; height: .8em; margin-right: .35em; fill: currentColor; }
h2 .icon { width: 1em; height: 1em; vertical-align: -.1em; }
.quality h2 .icon { fill: var(--good); } .quality.gaps h2 .icon { fill: var(--warn); }
.narrow { display: none; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0 0 .5rem; padding: 0; list-style: none; font-size: .875rem; }
.key i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.key svg { display: inline-block; width: .8em; height: .8em; margin-right: .4em; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 0 1rem; }
details { margin-top: .75rem; font-size: .875rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.wide-table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
td.text, th.text { text-align: left; }
thead th { color: var(--subtle); font-weight: 600; }
tbody th { font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
td.id { overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; color: var(--subtle); font-size: .8125rem; }
footer h2 { font-size: .95rem; color: var(--ink); }
footer dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .75rem; margin: .35rem 0 1rem; }
footer dt { font-weight: 600; } footer dd { margin: 0; }
code { font: .9em ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .wide { display: none; } .narrow { display: block; }
  h1 { font-size: 1.6rem; } main { padding: 1rem .75rem 2rem; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; }
  .two { grid-template-columns: minmax(0, 1fr); }
  footer dl { grid-template-columns: minmax(0, 1fr); } footer dd { margin: 0 0 .35rem; }
}
@media print {
  :root { color-scheme: light; ${LIGHT} }
  body { background: #ffffff; font-size: 11pt; } main { max-width: none; padding: 0; }
  section, .cards li, figure { break-inside: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details:not([open]) { display: none; }
}
`;
