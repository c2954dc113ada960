/** Real sandboxes: what a program in ffmpeg's place can see and do in one. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UNGUARDED } from '../../src/ffmpeg/guards.ts'
import { onPath } from '../../src/ffmpeg/on-path.ts'
import { type FfmpegRun, runFfmpeg } from '../../src/ffmpeg/process.ts'
import type { Sandbox } from '../../src/ffmpeg/sandbox.ts'
import { sandboxFor } from '../../src/ffmpeg/try-sandbox.ts'
import { ffmpegsOf } from '../../src/status/processes.ts'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'
import { until } from '../harness/run-worker.ts'
import { sandboxOf, whyNoSandbox } from '../harness/sandbox.ts'

const why = await whyNoSandbox()
const title = 'a program in ffmpeg’s place'

const fence = { memoryMb: 1000, cpuSeconds: 100, fileMb: 100, openFiles: 100 }

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'owt-sandbox-')))
  await mkdir(join(folder, 'work'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** A script that answers as ffmpeg does when it is asked for its version. */
async function shim(script: string): Promise<string> {
  const path = join(folder, 'ffmpeg')
  const real = ffmpegPath()
  await writeFile(path, `#!/bin/sh\ncase "$*" in -version) exec ${real} "$@";; esac\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

async function run(path: string, sandbox: Sandbox | undefined, more: Partial<FfmpegRun> = {}) {
  const said: string[] = []
  const end = await runFfmpeg({
    ffmpeg: { path, guards: { ...UNGUARDED, sandbox } },
    fence,
    inputs: [{ args: ['-f', 'matroska'], path: join(folder, 'work/in.webm') }],
    outputs: [{ args: ['-f', 'mp4'], to: join(folder, 'work/out.mp4') }],
    onStderrLine: (line) => void (line && said.push(line)),
    ...more,
  })
  return { end, said }
}

/** CPU time of children that have ended and been waited for, and of theirs, in hundredths of a second. */
async function cpuOfEnded(): Promise<number> {
  const [, facts = ''] = /^\d+ \([^]*\) (.*)$/.exec((await readFile('/proc/self/stat', 'utf8')).trim()) ?? []
  const [user, system] = facts.split(' ').slice(13, 15).map(Number)
  return (user ?? 0) + (system ?? 0)
}

/** Of all processes. */
async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
}

describe.skipIf(why)(why === undefined ? title : `${title} (skipped: ${why})`, () => {
  let server: Server
  let connections: number
  beforeEach(async () => {
    connections = 0
    server = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return () => void server.close()
  })

  it('leaves nothing behind that is stopped while its sandbox is being made', async () => {
    const path = await shim('exec sleep 600')
    const sandbox = await sandboxOf(path)
    for (let tries = 0; tries < 60; tries++) {
      const stopping = new AbortController()
      const onStart = () => setTimeout(() => stopping.abort(), tries / 4)
      const { end } = await run(path, sandbox, { signal: stopping.signal, onStart })
      expect(end).toEqual({ ok: false, reason: 'stopped' })
    }
    await until(
      'all of them are gone',
      async () => !(await commandLines()).some((line) => line.includes(folder)),
    )
  })

  it('sees its inputs, writes to its folder, and nothing else of the machine', async () => {
    const { port } = server.address() as { port: number }
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-this-machine')
    const at = (name: string) => join(folder, name)
    await writeFile(at('work/in.webm'), 'recorded')
    await writeFile(at('conf.json'), 'secret-of-this-machine')
    const attempts = {
      'read the input': `cat ${at('work/in.webm')}`,
      'write to its folder': `echo x > ${at('work/out.mp4')}`,
      'write to the input': `echo x >> ${at('work/in.webm')}`,
      'read what users there are': 'cat /etc/passwd',
      'list the home folder': `ls ${homedir()}`,
      'read settings': `cat ${at('conf.json')}`,
      'list processes': 'ls /proc/self',
      'write beside its folder': `echo x > ${at('beside')}`,
      'write to the temporary folder': `echo x > ${tmpdir()}/owt-sandbox-escaped && rm ${tmpdir()}/owt-sandbox-escaped`,
      'write to shared memory': 'echo x > /dev/shm/owt-sandbox-escaped && rm /dev/shm/owt-sandbox-escaped',
      'find the secret': 'env | grep secret-of-this-machine',
    }
    const asked = Object.entries(attempts).map(
      ([name, command]) => `( ${command} ) > /dev/null 2>&1 && echo 'can ${name}' >&2`,
    )
    const connect = `${ffmpegPath()} -i tcp://127.0.0.1:${port} > /dev/null 2>&1`
    const path = await shim([...asked, connect, 'exit 0'].join('\n'))

    const boxed = await run(path, await sandboxOf(path))
    expect(boxed).toEqual({ end: { ok: true }, said: ['can read the input', 'can write to its folder'] })
    expect(connections).toBe(0)
    expect(await readFile(at('work/in.webm'), 'utf8')).toBe('recorded')
    expect((await readdir(folder)).toSorted()).toEqual(['conf.json', 'ffmpeg', 'work'])

    // The same without: so it is the sandbox that keeps it from all of that.
    const free = await run(path, undefined)
    expect(free.said).toEqual(
      Object.keys(attempts)
        .filter((name) => name !== 'find the secret')
        .map((name) => `can ${name}`),
    )
    expect(connections).toBe(1)
  })

  it('leaves no link that the worker would follow', async () => {
    await writeFile(join(folder, 'conf.json'), 'secret-of-this-machine')
    const into = join(folder, 'work')
    const link = `ln -sf ${folder}/conf.json ${into}`
    const path = await shim(`mkdir ${into}/hls\n${link}/out.mp4\n${link}/hls/0.m4s\nmkfifo ${into}/pipe`)
    const { end } = await run(path, await sandboxOf(path))
    expect(end).toMatchObject({ ok: false, reason: expect.stringMatching(/links or devices/) as string })
    expect((await readdir(join(folder, 'work'), { recursive: true })).toSorted()).toEqual(['hls'])
  })

  it('ends as it would without, and its time counts for the worker', async () => {
    const prlimit = await onPath('prlimit', process.env['PATH'] ?? '')
    const before = await cpuOfEnded()
    const endless = await run(ffmpegPath(), undefined, {
      ffmpeg: { path: ffmpegPath(), guards: { prlimit, sandbox: await sandboxOf(ffmpegPath()) } },
      fence: { ...fence, cpuSeconds: 1 },
      inputs: [{ args: ['-f', 'lavfi'], path: 'testsrc=s=1280x720:d=1000' }],
      outputs: [{ args: ['-f', 'null'], to: '-' }],
    })
    expect(endless.end).toMatchObject({ ok: false, reached: 'cpu' })
    expect((await cpuOfEnded()) - before).toBeGreaterThan(50)
    const path = await shim('exit 7')
    const { end } = await run(path, await sandboxOf(path))
    expect(end).toMatchObject({ ok: false, reason: expect.stringMatching(/exited with code 7\b/) as string })
  })

  it('does not start where its sandbox cannot be made, and no recording is blamed', async () => {
    const sandbox = await sandboxOf(ffmpegPath())
    const broken = { ...sandbox, view: [...sandbox.view, '--ro-bind', '/no/such/folder', '/x'] }
    await expect(run(ffmpegPath(), broken)).rejects.toMatchObject({ code: 'sandboxFailed', fault: 'config' })
    const path = await shim("echo '[error] x' >&2; echo 'bwrap: said by a recording' >&2; exit 1")
    expect((await run(path, await sandboxOf(path))).end).toMatchObject({ ok: false })
  })

  it('is found among the processes of the worker, with its memory, and ends with its sandbox', async () => {
    const controller = new AbortController()
    const running = run(ffmpegPath(), await sandboxOf(ffmpegPath()), {
      inputs: [{ args: ['-re', '-f', 'lavfi'], path: 'color=s=1280x720:d=600' }],
      outputs: [{ args: ['-hide_banner', '-f', 'null'], to: join(folder, 'work/out.null') }],
      signal: controller.signal,
    })
    const shown = () => ffmpegsOf(process.pid).filter(({ output }) => output === 'out.null')
    await until('it has taken its memory', () =>
      Promise.resolve(shown().some(({ bytes = 0 }) => bytes > 20 * 2 ** 20)),
    )
    const [{ pid } = { pid: 0 }, ...others] = shown()
    expect(others).toEqual([])
    controller.abort()
    expect((await running).end).toEqual({ ok: false, reason: 'stopped' })
    await until('it is gone', () => Promise.resolve(!existsSync(`/proc/${pid}`)))
  })
})

describe('a sandbox', () => {
  /** A folder for PATH, in which bubblewrap is a script. */
  async function bwrapThat(script: string): Promise<string> {
    const bin = join(folder, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'bwrap'), `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`)
    await chmod(join(bin, 'bwrap'), 0o755)
    return bin
  }
  const runs = async () => (await readFile(join(folder, 'runs'), 'utf8')).split('\n').length - 1

  it('that the system does not allow is done without, unless it is asked for', async () => {
    const PATH = await bwrapThat("echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    const asked = { path: '/usr/bin/ffmpeg', env: { PATH }, workFolder: undefined }
    const why = 'bwrap: No permissions to create new namespace'
    expect(await sandboxFor({ ...asked, mode: 'auto' })).toEqual({ sandbox: undefined, why })
    await expect(sandboxFor({ ...asked, mode: 'on' })).rejects.toMatchObject({
      code: 'sandboxUnusable',
      message: expect.stringContaining(`(${why})`) as string,
    })
    expect(await sandboxFor({ ...asked, mode: 'off' })).toMatchObject({ sandbox: undefined })
  })

  it.skipIf(why)('that works is tried once', async () => {
    const bwrap = await onPath('bwrap', process.env['PATH'] ?? '')
    const PATH = await bwrapThat(`exec ${bwrap} "$@"`)
    const path = join(folder, 'linked')
    await symlink('/usr/bin/ffmpeg', path)
    const asked = { mode: 'auto', path, env: { PATH }, workFolder: folder } as const
    const first = await sandboxFor(asked)
    expect(first.sandbox).toMatchObject({ bwrap: join(PATH, 'bwrap') })
    expect(await sandboxFor(asked)).toEqual(first)
    expect(await runs()).toBe(1)
  })
})
