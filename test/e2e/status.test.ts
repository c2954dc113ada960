/** Watching a job: from another terminal, by a signal, on a terminal of any width. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, readdir, stat, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { JobState } from '../../src/status/state.ts'
import type { JobRecord } from '../../src/status/read.ts'
import { textWidth } from '../../src/text/width.ts'
import { hasProgram } from '../harness/programs.ts'
import {
  HOME,
  JOB_ID,
  type Running,
  cfgOf,
  furnish,
  inStorage,
  indexOf,
  until,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace(furnish)
let cfg: string
let held: Record<string, string>
const statePath = () => join(place.logDir, `${JOB_ID}.state.json`)

beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
  held = await heldFfmpeg()
})

/** An ffmpeg that makes a fifth of the picture and no more, until a file named "go" lies there. */
async function heldFfmpeg(): Promise<Record<string, string>> {
  const real = process.env['FFMPEG_PATH'] || 'ffmpeg'
  const path = await place.write(
    'ffmpeg',
    `#!/bin/sh
case "$*" in *video-1.mp4*) while [ ! -e '${place.folder}/go' ]; do
  printf 'frame=5\\nout_time_us=500000\\nprogress=continue\\n' >&2; sleep 0.1
done;; esac
exec ${real} "$@"
`,
  )
  await chmod(path, 0o755)
  return { FFMPEG_PATH: path, OWT_FFMPEG_SANDBOX: 'off' }
}

const readState = async () => JSON.parse(await readFile(statePath(), 'utf8')) as JobState
const letGo = () => place.write('go', '')

/** A job that is held while it encodes, and what it has said by now. */
async function startHeld(args: readonly string[] = []): Promise<Running & { said: () => string }> {
  const running = place.start([...args, cfg], { env: held, ownGroup: true })
  let text = ''
  running.child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await until('the state says that it encodes', async () => (await readState()).share === 0.2)
  return { ...running, said: () => text }
}

describe('status', () => {
  it('of a job that runs, then of one that is done', async () => {
    const { child, ended } = await startHeld()
    const state = await readState()
    expect(state).toEqual({
      version: 1,
      jobId: JOB_ID,
      cfgPath: cfg,
      host: expect.any(String) as string,
      pid: child.pid,
      processStart: expect.stringMatching(/^\d+$/) as string,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      phase: 'encode',
      seconds: expect.any(Number) as number,
      share: 0.2,
      speed: expect.toSatisfy((value) => value === null || typeof value === 'object') as null,
      secondsLeft: expect.toSatisfy((value) => value === null || typeof value === 'number') as null,
      doing: { code: 'doingRender', params: expect.objectContaining({ chunks: [1], of: 1 }) as object },
    })

    const shown = await place.run(['status', JOB_ID])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toMatch(
      new RegExp(`^${JOB_ID}: running for .*\\n  encoding: 20 %.*chunk 1 of 1.*\\n`),
    )
    expect(shown.stdout).toMatch(new RegExp(`^  worker ${child.pid}, [\\d.]+ MB$`, 'm'))
    expect(shown.stdout).toMatch(/^  ffmpeg \d+, video-1\.mp4\.part, .*B$/m)
    expect(shown.stdout).toContain(`  log ${place.logDir}/${JOB_ID}.log\n`)
    const record = JSON.parse((await place.run(['status', '--json', JOB_ID])).stdout) as JobRecord
    expect(record).toMatchObject({ jobId: JOB_ID, status: 'running', state: { phase: 'encode', share: 0.2 } })
    expect((await place.run(['status', '--lang', 'zh'])).stdout).toContain('运行中')

    await letGo()
    expect(await ended).toMatchObject({ code: 0 })
    await expect(stat(statePath())).rejects.toThrow('ENOENT')
    expect((await readdir(place.logDir)).filter((name) => name.includes('.part'))).toEqual([])
    const after = await place.run(['status', JOB_ID])
    expect(after.code).toBe(0)
    expect(after.stdout).toMatch(
      new RegExp(`^${JOB_ID}: done [-\\d]+ [:\\d]+ Asia/Shanghai\\n  took .*exit code 0\\n`),
    )
  })

  it('of a job that was killed, until it has run again', async () => {
    const { child, ended } = await startHeld()
    process.kill(-child.pid, 'SIGKILL')
    await ended
    expect((await place.run(['status', JOB_ID])).stdout).toMatch(
      new RegExp(`^${JOB_ID}: died .*\\n  encoding: 20 %.*\\n  its process ended without a result;`),
    )
    const all = JSON.parse((await place.run(['status', '--json'])).stdout) as {
      version: 1
      jobs: JobRecord[]
    }
    expect(all).toMatchObject({ version: 1, jobs: [{ jobId: JOB_ID, status: 'died' }] })
    expect(await place.run(['-q', cfg])).toMatchObject({ code: 0 })
    expect((await place.run(['status', JOB_ID])).stdout).toContain(`${JOB_ID}: done`)
  })

  it('a table: who runs first, then the latest, none wider than the terminal', async () => {
    const failed = await place.write('failed.json', cfgOf({ Internal: { JobId: 'failed' } }))
    expect(await place.run([failed])).toMatchObject({ code: 3 })
    const { ended } = await startHeld()
    const rows = (await place.run(['status'])).stdout.trimEnd().split('\n')
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['job', 'state'],
      [JOB_ID, 'running'],
      ['failed', 'failed'],
    ])
    expect(rows[2]).toContain('  3  no index of job failed was found')
    await letGo()
    await ended
  })

  it('knows nothing of a job that never was, and nothing outside the folder', async () => {
    for (const jobId of ['never', '../bucket/x', '..']) {
      expect(await place.run(['status', jobId])).toMatchObject({
        code: 3,
        stdout: '',
        stderr: `error: there is no record of a job ${jobId} in ${place.logDir}; owt-main status lists the jobs, --log-dir names another folder\n`,
      })
    }
    expect(await place.run(['status'])).toEqual({
      code: 0,
      stdout: 'no job runs or has run here\n',
      stderr: '',
    })
  })

  it('files of others are passed over', async () => {
    await place.write('log/a.result.json', '{}')
    await place.write('log/b.result.json', 'no JSON')
    await place.write('log/c.state.json', '[]')
    await place.write('log/d.state.json', { version: 2, pid: 1 })
    expect((await place.run(['status'])).stdout).toBe('no job runs or has run here\n')
  })
})

describe('SIGUSR1', () => {
  it('does nothing to a command that has no state to tell of', async () => {
    // It waits for the index while it is asked.
    const server = createServer((_, response) => {
      child.kill('SIGUSR1')
      response.end(JSON.stringify(indexOf()))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const StorageConfig = {
      ...{ Vendor: 's3', Endpoint: `http://127.0.0.1:${port}`, Region: 'us-east-1', Bucket: 'rooms' },
      ...{ PublicKey: 'key', SecretKey: 'secret' },
    }
    const { child, ended } = place.start([
      'validate',
      await place.write('asked.json', cfgOf({ Data: { RecordingConfig: { StorageConfig } } })),
    ])
    const { code, stderr } = await ended
    server.close()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('is answered at once, quiet or not, and does not disturb the job', async () => {
    const { child, ended, said } = await startHeld(['--quiet'])
    expect(said()).toBe('')
    child.kill('SIGUSR1')
    await until('it is answered', () => Promise.resolve(/video-1[^]*\n$/.test(said())))
    expect(said()).toMatch(
      new RegExp(
        `^${JOB_ID}: running for .* s\\n  encoding: 20 %.*\\n  worker ${child.pid}, [\\d.]+ MB\\n(  ffmpeg .*\\n)+$`,
      ),
    )
    await letGo()
    expect(await ended).toMatchObject({ code: 0 })
  })
})

describe('a state that cannot be kept', () => {
  it('fails no job', async () => {
    // A folder stands where its file should.
    await place.write(`log/${JOB_ID}.state.json/in-the-way`, '')
    await place.write(`log/${JOB_ID}.state.json.part/in-the-way`, '')
    expect(await place.run(['-q', cfg])).toMatchObject({ code: 0, stderr: '' })
  })
})

const hasScript = hasProgram('script')

describe.skipIf(!hasScript)('on a terminal that is closed', () => {
  /** A job started by a shell on a terminal of its own. */
  async function startOnTerminal(line: (worker: string) => string) {
    const drawn = join(place.folder, 'drawn')
    const worker = `'${process.execPath}' '${HOME}/bin/owt-main' --log-dir '${place.logDir}' --work-dir '${place.workDir}' '${cfg}'`
    const shell = await place.write('shell', line(worker))
    const terminal = spawn('script', ['-qefc', `exec bash -m '${shell}'`, drawn], {
      stdio: 'ignore',
      env: { ...process.env, ...held, LC_ALL: 'C.UTF-8' },
    })
    await until('it encodes', async () => (await readState()).share === 0.2)
    return {
      pid: (await readState()).pid,
      drawn: () => readFile(drawn, 'utf8'),
      close: () => terminal.kill('SIGKILL'),
    }
  }
  const isOver = (pid: number) =>
    until('it is over', () =>
      stat(`/proc/${pid}`).then(
        () => false,
        () => true,
      ),
    )

  it('a job in the background goes on, and draws no bar', async () => {
    const { pid, drawn, close } = await startOnTerminal((worker) => `${worker} &\nsleep 600\n`)
    await until('something is said', async () => (await drawn()).includes('encoding: started'))
    close()
    // As the shell does with its jobs: worker and ffmpegs.
    process.kill(-pid, 'SIGHUP')
    await letGo()
    await isOver(pid)
    expect(await place.result()).toMatchObject({ status: 'ok' })
    expect(await drawn()).not.toContain('\x1b[2K')
  })

  it('a job in the foreground ends in order', async () => {
    const { pid, close } = await startOnTerminal((worker) => `${worker}\n`)
    close()
    await isOver(pid)
    expect(await place.result()).toMatchObject({
      status: 'failed',
      exitCode: 129,
      error: { code: 'stopped' },
    })
    await until('nothing of it runs', async () => (await place.processes()).length === 0)
  })
})

describe.skipIf(!hasScript)('on terminals of several widths', () => {
  /** A job of its own on a terminal as wide as that. */
  async function startOn(columns: number) {
    const drawn = join(place.folder, `drawn-${columns}`)
    const job = await place.write(
      `${columns}.json`,
      cfgOf(inStorage({ FileNamePrefix: `out/${columns}.mp4` })),
    )
    const folders = `--log-dir '${place.logDir}-${columns}' --work-dir '${place.workDir}-${columns}'`
    const worker = `'${process.execPath}' bin/owt-main ${folders} '${job}'`
    const terminal = spawn('script', ['-qefc', `stty cols ${columns}; exec ${worker}`, drawn], {
      stdio: 'ignore',
      cwd: HOME,
      env: { ...process.env, ...held, LC_ALL: 'C.UTF-8' },
    })
    return { columns, closed: once(terminal, 'close'), text: () => readFile(drawn, 'utf8') }
  }

  it('status --watch draws again, within the terminal, until the job is over', async () => {
    const { ended } = await startHeld()
    // Its path is wider than the terminal.
    const logDir = join(place.folder, 'a-folder-for-logs-with-a-name-'.repeat(4))
    await symlink(place.logDir, logDir)
    const text = (name: string) => readFile(join(place.folder, name), 'utf8')
    const watch = (name: string, jobId: string) => {
      const line = `'${process.execPath}' bin/owt-main status --watch --log-dir '${logDir}' ${jobId}`
      const drawn = join(place.folder, name)
      const env = { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8' }
      const command = `stty cols 80 rows 24; exec ${line}`
      return spawn('script', ['-qefc', command, drawn], { stdio: 'ignore', cwd: HOME, env })
    }
    const screens = async (name: string) => (await text(name)).split('\x1b[H\x1b[2J').slice(1)
    const all = watch('all', '')
    const one = once(watch('one', JOB_ID), 'close')
    for (const name of ['all', 'one'])
      await until(`${name} is drawn again`, async () => (await screens(name)).length > 3)
    await letGo()
    expect(await ended).toMatchObject({ code: 0 })
    expect(await one).toEqual([0, null])
    await until('the table shows that it is done', async () =>
      /done/.test((await screens('all')).at(-1) ?? ''),
    )
    all.kill('SIGTERM')
    const running = [...(await screens('all')), ...(await screens('one')).slice(0, -1)]
    expect(running[0]).toMatch(/encoding[^]*20 %/)
    const widths = running.flatMap((screen) => screen.split(/\r?\n/).map(textWidth))
    expect(Math.max(...widths)).toBeLessThanOrEqual(80)
    expect((await screens('one')).at(-1)).toContain(join(logDir, `${JOB_ID}.log`))
  })

  it('no line of progress is wider', async () => {
    const jobs = await Promise.all([20, 48, 100].map(startOn))
    for (const { text } of jobs) {
      const timesDrawn = async () => (await text()).split('encoding').length - 1
      await until('it is drawn again and again', async () => (await timesDrawn()) > 4)
    }
    await letGo()
    for (const { columns, closed, text } of jobs) {
      expect(await closed).toEqual([0, null])
      const lines = (await text())
        .split(/\r\x1b\[2K|\r?\n/)
        .filter((line) => /^(fetching|probing|encoding|checking|uploading)/.test(line))
      expect(lines.length).toBeGreaterThan(8)
      expect(lines.map(textWidth).filter((width) => width >= columns)).toEqual([])
      // What has ended leaves its line.
      expect(lines.filter((line) => /: done/.test(line)).length).toBe(5)
    }
  })
})
