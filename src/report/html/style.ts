/** The page's style: light and dark, for phones and print. */

/** One colour for each stream, in a light and in a dark page: no two of a room of 16 look alike. */
export const COLOURS = {
  light: [
    ...['#3a6ea5', '#c0702f', '#4b8a5a', '#9a4f8c', '#8a7420', '#2a8a90', '#b14a55', '#6a62b0'],
    ...['#6d4a35', '#1d5c43', '#d3559a', '#7d9a1f', '#1f3f78', '#7b1f45', '#767d86', '#3f9fdc'],
  ],
  dark: [
    ...['#6fa3d8', '#e09a5c', '#77b988', '#c887bb', '#c3ab55', '#5cbcc2', '#e0828b', '#a39ce0'],
    ...['#a5785a', '#4a9a7c', '#f59fce', '#b4d85a', '#5577c8', '#b0587f', '#b4bac2', '#98dcff'],
  ],
} as const

const varsOf = (colours: readonly string[]): string => colours.map((one, i) => `--c${i}: ${one};`).join(' ')
const LIGHT = varsOf(COLOURS.light)
const DARK = varsOf(COLOURS.dark)
const CLASSES = COLOURS.light
  .map((_, i) => `.c${i} { fill: var(--c${i}); background: var(--c${i}); }`)
  .join(' ')

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --sheet: #ffffff; --ink: #1d2126; --soft: #5b636d; --line: #dfe1dd; --faint: #eeefeb;
  --accent: #2f5d8c; --good: #2c6b45; --bad: #a12f2f; --bad-ground: #fbefee; --plain: #5b636d;
  ${LIGHT}
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --sheet: #1c2024; --ink: #e6e8e6; --soft: #a2aab1; --line: #343a40; --faint: #252a2f;
    --accent: #7fb0de; --good: #7cc796; --bad: #f0908a; --bad-ground: #34211f; --plain: #a2aab1;
    ${DARK}
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere;
}
main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding: 2.25rem 0 .25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; font-weight: 650; margin: 0 0 .6rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.1rem 0 .4rem; font-variant-numeric: tabular-nums; }
p { margin: .25rem 0; }
small { font-size: .8125rem; color: var(--soft); font-weight: 400; }
.file { white-space: nowrap; } bdi.file { display: block; max-width: 100%; overflow-x: auto; scrollbar-width: none; } dd .file { display: block; overflow-x: auto; }
code, pre, .file { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace; font-size: .8125rem; }
ul { list-style: none; margin: 0; padding: 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem 1.25rem; margin: 1rem 0; }
footer { padding-top: .5rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .8125rem; }
.hint { color: var(--soft); font-size: .875rem; }
.sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.status { display: inline-block; vertical-align: .2em; font-size: .8125rem; font-weight: 600; line-height: 1.6; padding: 0 .6em; border-radius: 1em; border: 1px solid; margin-left: .35em; letter-spacing: 0; }
.status.done { color: var(--good); } .status.failed { color: var(--bad); } .status.unchanged { color: var(--plain); }
.error { border-left: 4px solid var(--bad); background: var(--bad-ground); padding: .6rem .9rem; border-radius: 4px; margin: .75rem 0; } .error p { white-space: pre-line; }

.figures { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: .75rem 1rem; margin: 1rem 0; }
.figures dt { color: var(--soft); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.list { display: grid; gap: .3rem; margin: 0; }
.list > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 1rem; }
.list dt { color: var(--soft); } .list dd { margin: 0; min-width: 0; font-variant-numeric: tabular-nums; }

.timeline { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr); gap: .75rem; margin-top: .75rem; }
.names { padding-top: 26px; }
.name { height: 48px; padding-top: 1px; overflow: hidden; }
.name bdi { display: block; font-weight: 550; font-size: .9375rem; line-height: 18px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.name small { font-size: .75rem; line-height: 13px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.scroll { overflow-x: auto; overflow-y: hidden; }
.scroll > svg { display: block; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.lines text { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.lines .tick { stroke: var(--line); stroke-width: 1; }
.lines .change { stroke: var(--ink); stroke-opacity: .55; stroke-width: 1; stroke-dasharray: 3 3; }
.lines .update { stroke: var(--accent); stroke-width: 3; } .legend .update { fill: var(--accent) !important; }
.lines .letter { font-weight: 600; fill: var(--ink); }
.lines .scale { text-anchor: middle; } .lines .first { text-anchor: start; } .lines .last { text-anchor: end; }
.there { fill: var(--line); } .gap { fill: url(#hatch); } .hatch { stroke: var(--line); stroke-width: 3; }
.left-out { fill: var(--bad-ground); stroke: var(--bad); stroke-dasharray: 4 3; } .lines .left-out-text { fill: var(--bad); }
${CLASSES}
.track { fill-opacity: .28; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0 .25rem; color: var(--soft); font-size: .8125rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.legend rect:not(.gap) { fill: var(--soft); }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; break-inside: avoid; }
.card img { display: block; width: 100%; height: auto; background: var(--faint); border-bottom: 1px solid var(--line); }
.card-body { padding: .7rem .9rem .9rem; }
.card h3 { margin: 0 0 .5rem; } h3 small { white-space: nowrap; }
.card h3 b { display: inline-block; min-width: 1.5em; padding: 0 .3em; margin-right: .25em; text-align: center; border: 1px solid var(--line); border-radius: 4px; font-size: .875rem; }
.who { display: grid; grid-template-columns: 6.5rem 1fr; gap: .8rem; align-items: start; }
.who ul { display: grid; gap: .25rem; } .who li { display: flex; gap: .45rem; line-height: 1.35; font-size: .9375rem; } .who li small { display: block; }
.changed { margin: 0 0 .6rem; padding: 0; list-style: none; font-size: .875rem; color: var(--soft); }
.map { display: block; width: 100%; height: auto; background: var(--faint); border: 1px solid var(--line); border-radius: 3px; }
.map rect { stroke: var(--sheet); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.dot { flex: none; display: inline-block; width: .65em; height: .65em; border-radius: 50%; margin: .38em .1em 0 0; }
td .dot { margin-right: .5em; }

.beside { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; gap: 1rem; align-items: start; } .beside > :only-child { grid-column: 1 / -1; }
.beside video { display: block; width: 100%; height: auto; max-height: 75vh; background: #000; border-radius: 6px; } .beside audio { width: 100%; }
.chapters ol { list-style: none; margin: 0; padding: 0; } .chapters { max-height: 24rem; overflow-y: auto; } .chapters li > * { display: grid; grid-template-columns: 4.2rem minmax(0, 1fr); gap: .5rem; padding: .3rem .5rem; border-radius: 5px; }
.chapters b { font-weight: 550; font-variant-numeric: tabular-nums; } .chapters [aria-current] { background: var(--faint); box-shadow: inset 3px 0 var(--accent); }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; } .chapters a { color: inherit; text-decoration: none; } .chapters a:hover { background: var(--faint); } .chapters a b { color: var(--accent); }
a:focus-visible, video:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; } .card h3 a { color: inherit; }
.lost, .keys-hint, .playhead { display: none; } .seeks .keys-hint { display: block; } .seeks .playhead { display: inline; } .gone .lost { display: block; } .gone video, .gone audio, .gone .keys-hint { display: none; }
.playhead { stroke: var(--bad); stroke-width: 2; pointer-events: none; } .seeks [data-axis], .seeks img[data-at], .seeks td[data-at] { cursor: pointer; }
.labelled { display: grid; grid-template-columns: 4.25rem minmax(0, 1fr); gap: .5rem; } .axis { display: block; overflow: visible; }

figure { margin: 1rem 0 0; } figcaption { color: var(--soft); font-size: .8125rem; margin-top: .15rem; }
.chart { display: block; } .chart path { vector-effect: non-scaling-stroke; }
.wave { fill: var(--accent); fill-opacity: .4; } .wave.mean { fill-opacity: 1; }
.chart .momentary, .chart .short-term { fill: none; stroke-linejoin: round; }
.chart .momentary { stroke: var(--soft); stroke-width: 1; opacity: .65; } .chart .short-term { stroke: var(--accent); stroke-width: 2; }
.chart .integrated { stroke: var(--c1); stroke-width: 1.5; stroke-dasharray: 6 4; }
.keys { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.key::before { content: ""; display: inline-block; width: 1.3em; border-top: 2px solid; vertical-align: .28em; margin-right: .4em; }
.key.short-term::before { border-color: var(--accent); } .key.momentary::before { border-top-width: 1px; } .key.integrated::before { border-color: var(--c1); border-top-style: dashed; }

table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .8125rem; }
th, td { padding: .38rem .7rem .38rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; } tbody tr:last-child > * { border-bottom: 0; }
.figure { text-align: right; font-variant-numeric: tabular-nums; }
td.figure { white-space: nowrap; } th { overflow-wrap: normal; }
.many { max-height: 24rem; overflow-y: auto; margin-top: 1rem; }
.phases th { width: 9.5rem; color: var(--ink); font-size: .9rem; } .phases .figure { width: 5.5rem; } .phases .share { width: 3.5rem; color: var(--soft); }
.phases th, .phases td { border: 0; padding: .25rem .8rem .25rem 0; vertical-align: middle; } .phases svg { display: block; }
.rail { fill: var(--faint); } .phase { fill: var(--accent); } .total .phase { fill: var(--soft); } .total th, .total .figure { font-weight: 600; }
.warnings li { padding: .45rem 0; border-bottom: 1px solid var(--line); } .warnings li:last-child { border-bottom: 0; }
details { margin-top: .8rem; } summary { cursor: pointer; color: var(--accent); font-size: .9rem; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
pre { white-space: pre-wrap; background: var(--faint); padding: .8rem; border-radius: 6px; margin: .5rem 0 0; line-height: 1.45; }

@media screen and (max-width: 56rem) {
  .stack, .stack tbody, .stack tr, .stack td { display: block; width: auto; } .stack thead { display: none; }
  .stack tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } .stack tr:last-child { border-bottom: 0; padding-bottom: 0; }
  .stack td { border: 0; padding: .1rem 0; display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: .75rem; text-align: left; white-space: normal; }
  .stack td::before { content: attr(data-head); color: var(--soft); font-size: .8125rem; }
  .stack td > span { min-width: 0; } .stack td:first-child { font-weight: 600; } .stack td:has(span:empty) { display: none; }
}
@media screen and (max-width: 40rem) {
  main, footer { padding: 0 .75rem; } header { padding-top: 1.25rem; } h1 { font-size: 1.3rem; }
  section { padding: .9rem .9rem 1rem; border-radius: 8px; }
  .timeline { grid-template-columns: 5.25rem minmax(0, 1fr); gap: .5rem; } .name bdi { font-size: .8125rem; }
  .beside { grid-template-columns: minmax(0, 1fr); } .chapters { max-height: 14rem; } .labelled { grid-template-columns: 3.75rem minmax(0, 1fr); gap: .35rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .list > div { grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; }
  .who { grid-template-columns: 5rem 1fr; gap: .7rem; }
  .phases th { width: 6.5rem; } .phases .share { display: none; } .phases .figure { width: 4.5rem; }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --sheet: #fff; --ink: #111; --soft: #4d545c; --line: #cfd2cf; --faint: #f1f1ee; --accent: #2f5d8c; --good: #2c6b45; --bad: #a12f2f; --bad-ground: #fbefee; --plain: #4d545c;
    ${LIGHT}
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10.5pt; } main, footer { max-width: none; padding: 0; } header { padding-top: 0; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .8rem 0 0; margin: .8rem 0; }
  .beside { display: block; } .beside video, .beside audio, .seeks .keys-hint, .seeks .playhead { display: none; } .chapters { max-height: none; columns: 2; } .chapters li { break-inside: avoid; }
  .file, bdi.file, dd .file { white-space: normal; overflow-wrap: anywhere; overflow: visible; }
  h2, h3, figcaption { break-after: avoid; } figure, tr, .name, .warnings li, .figures > div { break-inside: avoid; }
  .cards { grid-template-columns: repeat(3, 1fr); } .scroll, .many { overflow: visible; max-height: none; } .scroll > svg { min-width: 0; }
  table { font-size: 8.5pt; } th, td code { font-size: 7.5pt; } td .file { font-size: 6.5pt; } .stack td:first-child { min-width: 6.5em; } .who { grid-template-columns: 4rem 1fr; gap: .5rem; } .card-body { padding: .5rem .6rem .6rem; }
  details::details-content { content-visibility: visible; block-size: auto; } details > pre { font-size: 8pt; }
}
`
