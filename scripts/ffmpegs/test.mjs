/**
 * Golden and end-to-end tests on other releases of ffmpeg: those whose paths are given, else this machine's own and
 * those of Debian 13 and of Debian testing, which are fetched into .ffmpegs/.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fetchFfmpeg } from './fetch.mjs'

const home = join(import.meta.dirname, '../..')
const given = process.argv.slice(2)
const own = process.env.FFMPEG_PATH ?? 'ffmpeg'
const fetched = () => ['trixie', 'forky'].map((suite) => fetchFfmpeg(suite, join(home, '.ffmpegs', suite)))
const total = { passed: 0, failed: 0, skipped: 0 }
for (const path of given.length > 0 ? given : [own, ...fetched()]) {
  process.stderr.write(`tests on ${path}\n`)
  const args = ['vitest', 'run', '-c', 'test/vitest.config.ts', '--project', 'golden', '--project', 'e2e']
  const env = { ...process.env, FFMPEG_PATH: path }
  const ended = spawnSync('npx', args, {
    cwd: home,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 2],
  })
  process.stdout.write(ended.stdout)
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\n?$/m.exec(ended.stdout)
  // One that did not come to its end has failed.
  const [passed = 0, failed = 1, skipped = 0] = (counts?.slice(1) ?? []).map((count) => Number(count ?? 0))
  total.passed += passed
  total.failed += Math.max(failed, ended.status === 0 ? 0 : 1)
  total.skipped += skipped
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed > 0 ? 1 : 0)
