/**
 * Mixes every scenario and both recorded rooms, and writes how far the finished files are off into
 * docs/accuracy.md. With TEST_LONG=1 the long scenarios are in it too.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'

const home = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'owt-main-accuracy-'))
const verdicts = join(folder, 'verdicts.jsonl')
const page = join(home, 'docs/accuracy.md')

try {
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '-c', 'test/vitest.config.ts'],
      ...['--project', 'e2e', 'test/e2e/scenarios/', 'test/e2e/rooms.test.ts'],
    ],
    { cwd: home, stdio: 'inherit', env: { ...process.env, TEST_ACCURACY: verdicts } },
  )
  if (status !== 0) throw new Error('a scenario failed: docs/accuracy.md is left as it was')
  const rows = readFileSync(verdicts, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  mkdirSync(join(home, 'docs'), { recursive: true })
  const options = { ...(await resolveConfig(page)), parser: 'markdown' }
  writeFileSync(page, await format(pageText(rows), options))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pageText(rows) {
  const groups = groupBy(rows)
  const tables = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, list]) =>
      [`## ${group[0].toUpperCase()}${group.slice(1)}`, '', ...table(list), ''].join('\n'),
    )
  return [
    '# Accuracy',
    '',
    'Made by `npm run accuracy` (`node scripts/accuracy.mjs`).',
    '',
    'Every scenario is a room that was mixed by the real binary. Its recordings carry a counter in every frame, a',
    'flash and a burst of sound at every whole second; the finished file is decoded and held against what is due by',
    "the recordings' own timestamps.",
    '',
    '- **picture**: frames of the output between the frame that is shown and the one that is due, over every tile of',
    '  every frame; what rounding to the frame grid explains is no error.',
    '- **sound**: ms between a burst as it is heard and as it is due.',
    '- **lips**: ms between flash and burst, less what the recording itself has.',
    '- **frames**: as counted by decoding, and as due. **end**: ms by which the sound ends after the picture.',
    '',
    'Worst is the error that is furthest from 0, late being positive; 95 of 100 are no further from 0 than p95.',
    '',
    ...tables,
  ].join('\n')
}

function table(list) {
  return [
    '| scenario | tiles | picture worst | p95 | bursts | sound worst | p95 | lips | lips worst | p95 | frames | due | end |',
    '| --- |' + ' ---: |'.repeat(12),
    ...list.map(({ scenario, video, sound, lips, frames, endsMs }) => {
      const spread = ({ count, worst, p95 }) => (count === 0 ? ['0', '', ''] : [count, worst, p95])
      const cells = [...spread(video), ...spread(sound), ...spread(lips), frames.counted, frames.due]
      return `| ${[scenario.replaceAll('|', '\\|'), ...cells, endsMs.toFixed(1)].join(' | ')} |`
    }),
  ]
}

/** `Map.groupBy` needs Node 21. */
function groupBy(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  return groups
}
