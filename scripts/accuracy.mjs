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
      ...['--project', 'slow', 'test/slow/scenarios/', 'test/slow/rooms.test.ts'],
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
    'Every scenario is a room that was mixed by the real binary. Its recordings have a counter in every frame, and a',
    'flash and a burst of sound at every whole second; the finished file is decoded and compared with what the',
    "recordings' own timestamps require.",
    '',
    '- **picture**: frames of the output between the frame that is shown and the one that is due, over every tile of',
    '  every frame; a difference due to rounding to the frame grid is not an error.',
    '- **sound**: ms between the time of a burst and the time at which it is due.',
    '- **lips**: ms between flash and burst, minus the difference in the recording itself.',
    '- **frames**: counted by decoding, and due. **end**: ms by which the audio ends after the video.',
    '',
    'Worst is the error furthest from 0, positive if late; 95 of 100 errors are no further from 0 than p95.',
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
