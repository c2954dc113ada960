/** A worker that is installed by one user and run by another, who may not write into its deployment. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HOME, JOB_ID, cfgOf, furnish, usePlace } from '../harness/run-worker.ts'

const NOBODY = 65_534
const AS_NOBODY = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']

/** Whether this user may become another, who may read the worker but not write there. */
const canBeNobody = (() => {
  try {
    const test = `test -r '${HOME}/dist/bundle/main.js' && test ! -w '${HOME}'`
    execFileSync('setpriv', [...AS_NOBODY, 'sh', '-c', test], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

const place = usePlace(furnish)

async function giveAway(folder: string): Promise<void> {
  for (const name of ['', ...(await readdir(folder, { recursive: true }))])
    await chown(join(folder, name), NOBODY, NOBODY)
}

/** Runs the worker as another user, without an option that names a folder. */
async function runAsNobody(args: readonly string[], env: Readonly<Record<string, string>>) {
  const worker = [process.execPath, join(HOME, 'bin/owt-main'), ...args]
  const child = spawn('setpriv', [...AS_NOBODY, ...worker], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: { PATH: process.env['PATH'], FFMPEG_PATH: process.env['FFMPEG_PATH'], LC_ALL: 'C.UTF-8', ...env },
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

describe.skipIf(!canBeNobody)('a user who may not write into the deployment', () => {
  it('has logs, work and settings in the XDG folders', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    await place.write('config/owt-main/local.json', { output: { poster: false } })
    await giveAway(place.folder)
    const folders = {
      XDG_STATE_HOME: join(place.folder, 'state'),
      XDG_CACHE_HOME: join(place.folder, 'cache'),
      XDG_CONFIG_HOME: join(place.folder, 'config'),
    }
    expect(await runAsNobody(['--keep-work', cfg], folders)).toMatchObject({ code: 0 })
    const log = await readFile(join(place.folder, `state/owt-main/logs/${JOB_ID}.log`), 'utf8')
    expect(log).toContain('job ended')
    expect(log).not.toContain('poster')
    expect((await stat(join(place.folder, 'cache/owt-main', 'work', JOB_ID))).uid).toBe(NOBODY)
  })

  it('is told which options name other folders where those cannot be written either', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    await giveAway(place.folder)
    for (const [variable, option] of [
      ['XDG_STATE_HOME', '--log-dir'],
      ['XDG_CACHE_HOME', '--work-dir'],
    ] as const) {
      const { code, stderr } = await runAsNobody([cfg], { HOME: place.folder, [variable]: join(HOME, 'no') })
      expect(code).toBe(1)
      expect(stderr).toContain(option)
    }
  })
})
