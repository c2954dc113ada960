/** cfg.json and the index with values nobody expects, in other units, and as broken text. Pure. */
import { indexOf } from './job.mjs'
import { ANY } from './names.mjs'
import { below, pick, repeatedly } from './random.mjs'

export function request(job, random) {
  job.codes = ANY
  job.isAsked = false
  const what = random()
  const index = indexOf(job)
  if (what < 0.5) repeatedly(3, random, () => edit(job.cfg, random))
  if (what > 0.35) editIndex(index, random)
  const cfgText = JSON.stringify(job.cfg, null, 2)
  const indexText = JSON.stringify(index, null, 2)
  job.cfgText = what > 0.92 ? breakText(cfgText, random) : cfgText
  job.indexText = what > 0.84 && what < 0.92 ? breakText(indexText, random) : indexText
}

function oddValues(startMs) {
  return [
    ...[null, '', 0, -1, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 4294967296, 1.5, true, [], {}, [[]]],
    ...[nested(60), nested(500), '../../etc/passwd', 'http://127.0.0.1:1/x', '\u0000', '\ud800', '\u{1F600}'],
    ...['a'.repeat(5000), '1/0', '99999999999/1', startMs, startMs / 1000, String(startMs)],
    ...[String(startMs / 1000), `${startMs}.25`, '1e400', 'NaN', '0x10', '__proto__', '\u001b[2J', 'x\ny'],
    ...[Array(3000).fill({}), Array(60_000).fill(1), 'b'.repeat(2_000_000)],
  ]
}

function nested(depth) {
  let value = 1
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { Files: value }
  return value
}

/** Changes one value somewhere in a JSON value, or takes it away. */
function edit(value, random, startMs = 1_795_320_226_000) {
  const paths = []
  const walk = (node, path) => {
    if (path.length > 0) paths.push(path)
    if (node !== null && typeof node === 'object' && path.length < 12)
      for (const key of Object.keys(node).slice(0, 50)) walk(node[key], [...path, key])
  }
  walk(value, [])
  const path = pick(paths, random)
  if (!path) return
  const parent = path.slice(0, -1).reduce((node, key) => node[key], value)
  const key = path.at(-1)
  if (random() < 0.2) delete parent[key]
  else parent[key] = structuredClone(pick(oddValues(startMs), random))
}

/** Breaks the index as recorders do: its times in other units, shifted, as text; its entries many or mixed up. */
function editIndex(value, random) {
  const kind = random()
  const files = value.Files
  const startMs = value.StartTime
  const write = pick([(ms) => ms, String, (ms) => ms / 1000, (ms) => String(ms / 1000)], random)
  if (kind < 0.35) {
    value.StartTime = write(startMs)
    for (const file of files) {
      const shiftMs = random() < 0.3 ? Math.floor((random() - 0.5) * 600_000) : 0
      file.StartTime = write(file.StartTime + shiftMs)
      if (random() < 0.3) file.EndTime = write(startMs + below(60_000, random))
    }
  } else if (kind < 0.5) {
    const names = files.map(({ Name }) => Name)
    for (const file of files) file.Name = pick(names, random)
  } else if (kind < 0.6) {
    const [first] = files
    for (let i = 0; i < 300; i++) files.push({ ...first, StreamId: `u${i % 7}_1`, Name: `none-${i}.webm` })
  } else if (kind < 0.7) {
    files.reverse()
    for (const file of files) file.StreamId = pick(['alice_1', 'alice_2', '_1', 'a_b_c_1', 'x_9'], random)
  } else {
    repeatedly(3, random, () => edit(value, random))
  }
}

function breakText(text, random) {
  const kind = random()
  const at = below(text.length, random)
  if (kind < 0.3) return text.slice(0, at)
  if (kind < 0.65) return text.slice(0, at) + '{[",:]}\u0001/*'[below(10, random)] + text.slice(at + 1)
  if (kind < 0.7) return `\ufeff${text}`
  if (kind < 0.75) return '['.repeat(50_000)
  if (kind < 0.8) return `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`
  if (kind < 0.85) return text.replace(/\d+/, '1e999')
  if (kind < 0.9) return text.replace(/"(\w+)":/, '"$1": 1, "$1":')
  if (kind < 0.95) return `{"Files":[${'{},'.repeat(1_000_000)}{}]}`
  return Buffer.from(text, 'utf16le').toString('latin1')
}
