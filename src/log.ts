/** One JSON log per job. Secrets never reach it. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Logger, pino } from 'pino'
import { harmlessLines } from './text/harmless.ts'

export { type Logger } from 'pino'

/** Names of fields whose values are nobody's business, wherever they stand. */
const SECRETS = [
  'token',
  'Token',
  'secretKey',
  'SecretKey',
  'publicKey',
  'PublicKey',
  'accessKey',
  'secretAccessKey',
  'accessKeyId',
  'credentials',
  'Key',
]

/**
 * Opens a job's log; the logs of its earlier runs become `.1`, `.2` …, the oldest goes.
 * @param keep how many earlier runs' logs stay
 */
export function openLog(options: { path: string; level: string; keep: number }): Logger {
  const { path, level, keep } = options
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  rotate(path, keep)
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: harmlessLines },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    destination(path),
  )
}

/** A log that nobody reads, for commands that look and change nothing. */
export function noLog(): Logger {
  return pino({ level: 'silent' })
}

function destination(path: string): ReturnType<typeof pino.destination> {
  // Written at once: a log that ends before the crash it should explain is worth nothing.
  const to = pino.destination({ dest: path, sync: true, mode: 0o600 })
  // A disk that is full ends no job by its log: the result, which has to be written too, says so.
  return to.on('error', () => undefined)
}

function rotate(path: string, keep: number): void {
  const stem = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    const age = name.startsWith(stem) ? Number(name.slice(stem.length)) : 0
    // All of them, for `keep` may have been higher before.
    if (age >= Math.max(keep, 1)) rmSync(join(dirname(path), name), { force: true })
  }
  if (!existsSync(path)) return
  for (let age = keep - 1; age >= 1; age--) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`)
  }
  if (keep > 0) renameSync(path, `${path}.1`)
  else rmSync(path)
}
