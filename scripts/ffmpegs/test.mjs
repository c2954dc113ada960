/**
 * Tests on other releases of ffmpeg: those whose paths are given, else this machine's own and those of Debian 13 and of
 * Debian testing, which are fetched into .ffmpegs/. All golden and end-to-end tests, or with --short a few that go
 * through the whole worker; then the bundled room on every supported release of Node.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchFfmpeg } from './fetch.mjs'
import { fetchNode } from './node.mjs'

const NODES = [20, 22, 24, 26]

/** A plan, the bundled room with its checks, a room with broken files, a preview, a report: their files and names. */
const SHORT = [
  ['e2e/cli', 'on a small room plan shows everything and encodes nothing'],
  ['e2e/cli', 'the demo job'],
  ['slow/rooms', 'the recorded room "demo"'],
  ['e2e/left-out', 'uses a WebM as far as it goes when its recorder was killed'],
  ['slow/recovery', 'a recording of which nothing can be decoded is skipped'],
  ['e2e/preview', 'a picture at a moment is that of the finished video at 2.65 s'],
  ['e2e/report', 'is made at the end of the job, with what was measured'],
]

const home = join(import.meta.dirname, '../..')
const isShort = process.argv.includes('--short')
const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const total = { passed: 0, failed: 0, skipped: 0 }

const fetched = () => ['trixie', 'forky'].map((suite) => fetchFfmpeg(suite, join(home, '.ffmpegs', suite)))
for (const path of given.length > 0 ? given : [process.env.FFMPEG_PATH ?? 'ffmpeg', ...fetched()]) {
  say(`tests on ${path}`)
  add(runTests({ ...process.env, FFMPEG_PATH: path }))
}
const hashes = new Set()
for (const release of NODES) {
  say(`the bundled room on Node ${release}`)
  add(runBundledRoom(fetchNode(release, join(home, '.ffmpegs', `node-${release}`))))
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed > 0 ? 1 : 0)

function runTests(env) {
  const files = [...new Set(SHORT.map(([file]) => `test/${file}.test.ts`))]
  const names = SHORT.map(([, name]) => name.replaceAll(/[.()]/g, '\\$&')).join('|')
  const what = isShort
    ? [...files, '-t', names]
    : ['golden', 'e2e', 'slow'].flatMap((name) => ['--project', name])
  const args = ['vitest', 'run', '-c', 'test/vitest.config.ts', ...what]
  const stdio = ['ignore', 'pipe', 2]
  const ended = spawnSync('npx', args, { cwd: home, env, encoding: 'utf8', maxBuffer: 2 ** 28, stdio })
  process.stdout.write(ended.stdout)
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\n?$/m.exec(ended.stdout)
  // One that did not come to its end has failed, and so has one that found too few of its tests.
  const [passed = 0, failed = 1, skipped = 0] = (counts?.slice(1) ?? []).map((count) => Number(count ?? 0))
  const isWhole = ended.status === 0 && passed >= SHORT.length
  // Those that the short form leaves out are not skipped.
  return { passed, failed: Math.max(failed, isWhole ? 0 : 1), skipped: isShort ? 0 : skipped }
}

/** The film has to be the same on all of them, to the byte. */
function runBundledRoom(node) {
  const folder = mkdtempSync(join(tmpdir(), 'owt-node-'))
  const places = ['--work-dir', join(folder, 'work'), '--log-dir', join(folder, 'logs')]
  const args = ['bin/owt-main', 'mixer/cfg.json', '--force', '--json', '--quiet', ...places]
  const ended = spawnSync(node, args, { cwd: home, encoding: 'utf8', stdio: ['ignore', 'pipe', 2] })
  rmSync(folder, { recursive: true, force: true })
  const output = ended.status === 0 ? JSON.parse(ended.stdout).output : undefined
  if (output) hashes.add(createHash('sha256').update(readFileSync(output.path)).digest('hex'))
  const isFine = output?.frames > 0 && hashes.size === 1
  if (!isFine) say(`not as it should be: exit code ${ended.status}, ${hashes.size} different films so far`)
  return { passed: isFine ? 1 : 0, failed: isFine ? 0 : 1, skipped: 0 }
}

function add(counts) {
  for (const key of Object.keys(total)) total[key] += counts[key]
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
