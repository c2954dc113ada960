/** Real ffmpegs that nobody waits for any more. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { onPath } from '../../src/ffmpeg/on-path.ts'
import { endOrphans } from '../../src/ffmpeg/orphans.ts'
import { ffmpegsOf } from '../../src/status/processes.ts'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'
import { until } from '../harness/run-worker.ts'

let folder: string
let child: ChildProcess | undefined
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'owt-orphans-')))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

/** The loader of an ffmpeg that is linked with libraries; undefined for one that has them in it. */
async function loader(): Promise<{ loader: string; ffmpeg: string } | undefined> {
  const ffmpeg = (await onPath('ffmpeg', process.env['PATH'] ?? '')) ?? ''
  try {
    const said = execFileSync('ldd', [ffmpeg], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const found = /^\s*(\/\S*\/ld-\S+) \(/m.exec(said)?.[1]
    return found === undefined ? undefined : { loader: found, ffmpeg }
  } catch {
    return undefined
  }
}
const loaded = await loader()

async function expectEnded(program: string): Promise<void> {
  const made = ['-re', '-f', 'lavfi', '-i', 'color=s=16x16:d=600', '-f', 'null', join(folder, 'out.null')]
  child = spawn(program, ['-hide_banner', '-nostdin', ...made], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  await until('it runs', () =>
    Promise.resolve(
      ffmpegsOf(process.pid).some(({ pid, output }) => pid === child?.pid && output === 'out.null'),
    ),
  )
  // What works elsewhere is somebody else's.
  expect(await endOrphans(join(folder, 'other'))).toBe(0)
  expect(await endOrphans(folder)).toBe(1)
  expect(await ended).toEqual([null, 'SIGKILL'])
}

it('an ffmpeg that works in a folder is ended', () => expectEnded(ffmpegPath()))

it.skipIf(!loaded)('also one that a script starts by a loader of its own', async () => {
  const script = join(folder, 'start')
  await writeFile(
    script,
    `#!/bin/sh\nexec ${loaded?.loader} --library-path ${folder} ${loaded?.ffmpeg} "$@"\n`,
  )
  await chmod(script, 0o755)
  await expectEnded(script)
})
