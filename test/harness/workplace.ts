/** The real worker, started as its users start it, in a folder of its own; and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach } from 'vitest'
import { COMMANDS, type CommandName } from '../../src/cli/commands.ts'
import { optionsOf } from '../../src/cli/options.ts'
import type { Result } from '../../src/report/result.ts'
import { JOB_ID } from './cfg.ts'
import { standIn } from './stand-in.ts'

export const HOME = join(import.meta.dirname, '../..')
const BINARY = join(HOME, 'bin/owt-main')
/** How long a state may take to come about; reached only by a test that fails. */
const PATIENCE_MS = 120_000

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess & { readonly pid: number }
  readonly ended: Promise<Ended>
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** In a process group of its own, as from a terminal. */
  readonly ownGroup?: boolean
  /** The start of a command line that runs the rest of it: `nice`, a shell with a limit. */
  readonly under?: readonly string[]
}

export interface LogLine {
  readonly level: string
  readonly time: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** A folder for one test, with a bucket, logs and work of its own. */
export interface Workplace {
  readonly folder: string
  readonly bucket: string
  readonly logDir: string
  readonly workDir: string
  /** Runs the worker to its end, with this place's `--log-dir` and `--work-dir` where the command has them. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>
  start(args: readonly string[], options?: RunOptions): Running
  /** Writes a file below the folder; anything but text and bytes becomes JSON. */
  write(path: string, content: unknown): Promise<string>
  result(jobId?: string): Promise<Result>
  log(jobId?: string): Promise<LogLine[]>
  /** Every file of the bucket, with what changes when somebody writes it. */
  bucketFiles(): Promise<Record<string, string>>
  /** What is left in the folder for work. */
  workLeft(): Promise<string[]>
  /** Command lines of living processes that stand in this place or name it. */
  processes(): Promise<string[]>
  readonly remove: () => Promise<void>
}

/**
 * A workplace of its own for each test of a file or block, removed after it. What is returned stands for that of the
 * current test.
 * @param setUp what is put into each, such as `furnish`
 * @param prefix what the names of the folders begin with
 */
export function usePlace(setUp?: (place: Workplace) => Promise<void>, prefix?: string): Workplace {
  let current: Workplace | undefined
  beforeEach(async () => {
    const place = await makeWorkplace(prefix)
    current = place
    await setUp?.(place)
    return () => place.remove()
  })
  return standIn(() => current!)
}

/** What workers found out about ffmpeg and the machine, by the name of its file, so that others need not ask again. */
const answers = new Map<string, Buffer>()

/** @param prefix what the name of the folder begins with */
export async function makeWorkplace(prefix = 'owt-place-'): Promise<Workplace> {
  // Where the temporary folder is a link, processes show the path behind it.
  const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)))
  const [bucket, logDir, workDir] = [join(folder, 'bucket'), join(folder, 'log'), join(folder, 'work')]
  await mkdir(bucket)
  const memory = join(workDir, '.ffmpeg')
  const started = new Set<ChildProcess>()
  const start: Workplace['start'] = (args, options = {}) => {
    // A folder that a test has made is as that test wants it.
    if (answers.size > 0 && args[0] !== 'validate' && !existsSync(workDir)) {
      mkdirSync(memory, { recursive: true, mode: 0o700 })
      for (const [name, answer] of answers) writeFileSync(join(memory, name), answer)
    }
    const places = { 'log-dir': logDir, 'work-dir': workDir }
    const line = [...(options.under ?? []), process.execPath, BINARY, ...args, ...taken(args[0], places)]
    const child = spawn(line[0] ?? '', line.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd ?? folder,
      env: { ...plainEnv(), ...outsideOf(options.env), ...options.env },
      detached: options.ownGroup ?? false,
    })
    started.add(child)
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
    const ended = once(child, 'close').then(([code]) => {
      started.delete(child)
      return { code: code as number | null, stdout: stdout(), stderr: stderr() }
    })
    if (child.pid === undefined) throw new Error('the worker could not be started')
    return { child: child as Running['child'], ended }
  }
  return {
    folder,
    bucket,
    logDir,
    workDir,
    start,
    run: (args, options) => start(args, options).ended,
    async write(path, content) {
      const full = join(folder, path)
      await mkdir(dirname(full), { recursive: true })
      const isPlain = typeof content === 'string' || content instanceof Uint8Array
      await writeFile(full, isPlain ? content : JSON.stringify(content, null, 2))
      return full
    },
    result: async (jobId = JOB_ID) =>
      JSON.parse(await readFile(join(logDir, `${jobId}.result.json`), 'utf8')) as Result,
    async log(jobId = JOB_ID) {
      const text = await readFile(join(logDir, `${jobId}.log`), 'utf8')
      const lines = text.trimEnd().split('\n')
      return lines.map((line) => JSON.parse(line) as LogLine)
    },
    bucketFiles: () => filesBelow(bucket),
    // Locks and rejected files have folders of their own.
    workLeft: async () => (await readdir(workDir).catch(() => [])).filter((name) => !name.startsWith('.')),
    processes: () => processesAbout(folder),
    async remove() {
      for (const child of started) child.kill('SIGKILL')
      for (const name of await readdir(memory).catch(() => []))
        if (!answers.has(name)) answers.set(name, await readFile(join(memory, name)))
      // An ffmpeg whose worker was killed may still write there.
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** Of the options those that the command has. */
function taken(command = '', options: Readonly<Record<string, string>>): string[] {
  const name = Object.hasOwn(COMMANDS, command) ? (command as CommandName) : 'run'
  const known = optionsOf(name).map(([option]): string => option)
  return Object.entries(options).flatMap(([option, value]) =>
    known.includes(option) ? [`--${option}`, value] : [],
  )
}

/** A script in ffmpeg's place notes and waits for things in folders that it would not see in a sandbox. */
function outsideOf(env: RunOptions['env']): NodeJS.ProcessEnv {
  return env?.['FFMPEG_PATH'] === undefined ? {} : { OWT_FFMPEG_SANDBOX: 'off' }
}

/** The environment without anything that settles how the worker behaves or whom it is for S3. */
function plainEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OWT_|AWS_|NODE_OPTIONS$|VITEST)/.test(name))
  return {
    ...Object.fromEntries(kept),
    // A test that is about the poster asks for it.
    OWT_OUTPUT_POSTER: 'false',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort()
  const facts = names.map(async (name) => {
    const { size, mtimeMs, ino } = await stat(join(folder, name))
    return [name, `${size} bytes, inode ${ino}, ${mtimeMs}`]
  })
  return Object.fromEntries(await Promise.all(facts)) as Record<string, string>
}

async function processesAbout(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = ids.map(async (id) => {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    const cwd = await readlink(`/proc/${id}/cwd`).catch(() => '')
    return { line: line.replaceAll('\0', ' ').trim(), cwd }
  })
  return (await Promise.all(all))
    .filter(({ line, cwd }) => line.includes(folder) || cwd.startsWith(folder))
    .map(({ line }) => line)
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`)
    await pause(20)
  }
}

/** Waits until the log of a job in progress has a line that says this. */
export function logged(place: Workplace, isIt: (line: LogLine) => boolean): Promise<void> {
  return until('the log says so', async () => (await place.log()).some(isIt))
}
