/** Real children that behave as ffmpeg does at its worst. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UNGUARDED } from '../../../src/ffmpeg/guards.ts'
import { runFfmpeg } from '../../../src/ffmpeg/process.ts'
import { until } from '../../harness/run-worker.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-process-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a shell script as ffmpeg. */
async function run(script: string, signal?: AbortSignal) {
  const path = join(folder, 'ffmpeg')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return runFfmpeg({
    ffmpeg: { path, guards: UNGUARDED },
    fence: { memoryMb: 100, cpuSeconds: 100, fileMb: 100, openFiles: 100 },
    inputs: [{ path: 'in.webm', args: [] }],
    outputs: [{ args: ['-f', 'null'], to: '-' }],
    onStderrLine: () => undefined,
    signal,
  })
}

/** Starts a program that says its process id, does something first and then sleeps. */
async function start(first: string) {
  const pidFile = join(folder, 'pid')
  const controller = new AbortController()
  const ended = run(
    `${first}\necho $$ > '${pidFile}.part'; mv '${pidFile}.part' '${pidFile}'\nexec sleep 600`,
    controller.signal,
  )
  let pid = 0
  await until('it runs', async () => {
    pid = Number(await readFile(pidFile, 'utf8'))
    return pid > 0
  })
  return { pid, ended, stop: () => controller.abort() }
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('a child that ignores SIGTERM is killed when its time is over', async () => {
  const { pid, ended, stop } = await start(`trap '' TERM`)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  stop()
  vi.advanceTimersByTime(2999)
  expect(isThere(pid)).toBe(true)
  vi.advanceTimersByTime(1)
  vi.useRealTimers()
  expect(await ended).toEqual({ ok: false, reason: 'stopped' })
  expect(isThere(pid)).toBe(false)
})

it('a child that is told to stop and does so is gone at once', async () => {
  const { pid, ended, stop } = await start('')
  stop()
  expect(await ended).toEqual({ ok: false, reason: 'stopped' })
  expect(isThere(pid)).toBe(false)
})

it('a child does not hear that the terminal is closed', async () => {
  const { pid, ended, stop } = await start('')
  process.kill(pid, 'SIGHUP')
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  expect(BigInt(`0x${ignored}`) & 1n).toBe(1n)
  stop()
  await ended
})

it.each(['ILL', 'ABRT', 'BUS', 'FPE', 'SEGV'])(
  'SIG%s is a crash, and as the exit code of a sandbox',
  async (name) => {
    const crash = `kill -${name} $$`
    expect(await run(crash)).toMatchObject({ ok: false, isCrash: true })
    // A shell reports the signal of its child as bwrap does.
    expect(await run(`sh -c '${crash}'; exit $?`)).toMatchObject({ ok: false, isCrash: true })
  },
)

it.each(['kill -KILL $$', 'exit 137', 'exit 1', 'exit 255', 'exit 234'])('%s is no crash', async (script) => {
  expect(await run(script)).toMatchObject({ ok: false, isCrash: false })
})
