/** The whole style of the page; its hash is in the page's policy, so nothing else may style it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f4f6f8, #10161b);
  --card: light-dark(#ffffff, #19222a);
  --code: light-dark(#edf1f4, #0b1015);
  --ink: light-dark(#17222b, #e6edf2);
  --subtle: light-dark(#51616d, #a3b3bf);
  --line: light-dark(#d5dde3, #2d3a45);
  --accent: light-dark(#0b5c78, #7cc7e0);
  --get: light-dark(#1b5e3a, #8fd6ae);
  --change: light-dark(#7a4a00, #f0c07a);
  --delete: light-dark(#a3261b, #ffab9f);
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, "Open Sans", sans-serif; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; padding: .5rem 1rem; background: var(--card); z-index: 1; }
code, pre { font: .875em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
:not(pre) > code { background: var(--code); padding: .1em .3em; border-radius: 4px; }
pre code { font: inherit; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; margin-block: .5rem; overflow: auto; max-height: 24rem; white-space: pre; overflow-wrap: normal; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; }
h2 { margin: 3rem 0 .25rem; font-size: 1.4rem; }
h4 { margin: 1.25rem 0 .25rem; font-size: .95rem; color: var(--subtle); }
.page { display: grid; grid-template-columns: minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { padding: 1rem; border-bottom: 1px solid var(--line); background: var(--card); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav > ul > li > a { font-weight: 600; }
nav a { display: inline-block; padding: .15rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav ul ul { display: none; }
main { padding: 1.5rem 1rem 4rem; min-width: 0; }
main:focus { outline: none; }
.lead { max-width: 46rem; }
article, .schema { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
article > :first-child, .schema > :first-child { margin-top: 0; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
.route { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem; margin: 0 0 .75rem; }
.route code { background: none; padding: 0; font-size: 1rem; }
.method { font: 700 .75rem/1 ui-monospace, "DejaVu Sans Mono", monospace; border: 1.5px solid currentColor; border-radius: 4px; padding: .3em .5em; color: var(--change); }
.method.get { color: var(--get); }
.method.delete { color: var(--delete); }
.note { color: var(--subtle); font-size: .9rem; margin-block: .25rem; }
p { margin-block: .5rem; max-width: 46rem; }
dl { margin-block: .25rem; }
dt { margin-top: .6rem; }
dt code { font-weight: 600; }
dd { margin: .1rem 0 0 0; padding-left: 1rem; border-left: 2px solid var(--line); }
dd p { margin: .1rem 0; }
.type { color: var(--subtle); font-size: .85rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; }
summary { cursor: pointer; padding: .5rem .75rem; }
details > :not(summary) { margin-left: .75rem; margin-right: .75rem; }
details > :last-child { margin-bottom: .75rem; }
.status { font-weight: 700; font-variant-numeric: tabular-nums; }
@media (min-width: 60rem) {
  .page { grid-template-columns: 19rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; border-bottom: 0; border-right: 1px solid var(--line); }
  nav > ul { display: block; }
  nav > ul > li { margin-bottom: .75rem; }
  nav ul ul { display: block; padding-left: .75rem; font-size: .9rem; }
  main { padding: 2rem 2.5rem 6rem; }
  article, .schema { padding: 1.25rem 1.5rem; }
}
@media print {
  nav { display: none; }
  pre { max-height: none; white-space: pre-wrap; }
}
`;
