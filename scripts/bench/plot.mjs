/** The plot beside docs/performance.md: CPU over the physical limit, and memory. Pure. */
import { TITLES } from './contenders/index.mjs'
import { pairedRatios, spread } from './statistics.mjs'

const WIDTH = 860
const LEFT = 190
const RIGHT = 70
const BAR = 16
const GAP = 4
const GROUP_GAP = 22
const HEAD = 64
const COLOURS = {
  worker: '#1f6feb',
  plain: '#8c959f',
  bigbluebutton: '#bf8700',
  gstreamer: '#1a7f37',
  melt: '#a475f9',
}

/**
 * @param {readonly any[]} results
 * @returns {string} SVG
 */
export function plotText(results) {
  const rooms = results.filter(({ entries }) => entries.some(({ kind }) => kind === 'limit'))
  const bars = (valueOf) =>
    rooms.map(({ name, entries }) => ({
      name,
      bars: entries
        .filter(({ kind }) => kind !== 'limit')
        .map((entry) => ({ kind: entry.kind, value: valueOf(entry, entries) }))
        .filter(({ value }) => value !== null),
    }))
  const cpu = panel({
    title: 'CPU, as a multiple of the physical limit',
    groups: bars((entry, entries) => {
      const limit = entries.find(({ kind }) => kind === 'limit')
      const cpuOf = ({ turns }) => turns.map(({ cpuMs }) => cpuMs)
      return pairedRatios(cpuOf(entry), cpuOf(limit))
    }),
    digits: 2,
    mark: 1,
    top: 0,
  })
  const memory = panel({
    title: 'Memory of all processes at once, in MB',
    groups: bars((entry) => spread(entry.turns.map(({ peakBytes }) => peakBytes / 1e6))),
    digits: 0,
    top: cpu.height + 16,
  })
  const height = cpu.height + memory.height + 32
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...cpu.lines,
    ...memory.lines,
    '</svg>',
    '',
  ].join('\n')
}

function panel({ title, groups, digits, mark, top }) {
  const values = groups.flatMap((group) => group.bars.map(({ value }) => value.most))
  const most = Math.max(1, mark ?? 0, ...values)
  const x = (value) => LEFT + (value / most) * (WIDTH - LEFT - RIGHT)
  const lines = [`<text x="16" y="${top + 32}" font-size="15" font-weight="600">${title}</text>`]
  let y = top + HEAD
  for (const { name, bars } of groups) {
    lines.push(`<text x="16" y="${y + 12}" font-weight="600">${name}</text>`)
    for (const { kind, value } of bars) {
      const middle = y + BAR / 2
      lines.push(
        `<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${TITLES[kind]}</text>`,
        `<rect x="${LEFT}" y="${y}" width="${round(x(value.median) - LEFT)}" height="${BAR}" fill="${COLOURS[kind]}"/>`,
        // From the least to the most of all turns.
        `<path d="M${round(x(value.least))} ${middle}H${round(x(value.most))}" stroke="#1f2328"/>`,
        `<text x="${round(x(value.most) + 6)}" y="${y + 12}">${value.median.toFixed(digits)}</text>`,
      )
      y += BAR + GAP
    }
    y += GROUP_GAP
  }
  if (mark !== undefined) {
    const at = round(x(mark))
    lines.push(
      `<path d="M${at} ${top + HEAD - 8}V${y - GROUP_GAP}" stroke="#cf222e" stroke-dasharray="4 3"/>`,
      `<text x="${at}" y="${top + HEAD - 12}" text-anchor="middle" fill="#cf222e">limit</text>`,
    )
  }
  return { lines, height: y - top }
}

function round(value) {
  return Math.round(value * 10) / 10
}
