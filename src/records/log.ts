/** One JSON log per job. Secrets are never written to it. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type LoggerOptions, type Logger as PinoLogger, pino } from 'pino'
import { folderMode } from '../files/file-mode.ts'
import { shownFacts, shownText } from './log-facts.ts'
import { harmlessLines } from '../text/harmless.ts'

/** Without `child`, since a child's bindings are not filtered before they are written. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'level'>

/**
 * Opens a job's log. Logs of earlier runs become `.1`, `.2` …; the oldest is removed.
 * @param options.keep number of earlier logs to keep
 * @param options.mode file mode of the log
 */
export function openLog(options: { path: string; level: string; keep: number; mode: number }): Logger {
  const { path, level, keep, mode } = options
  mkdirSync(dirname(path), { recursive: true, mode: folderMode(mode) })
  rotate(path, keep)
  return pino(loggerOptions(level), destination(path, mode))
}

function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: shownFacts },
    serializers: { err: (error: Error) => shownFacts(pino.stdSerializers.err(error)) },
    hooks: {
      streamWrite: harmlessLines,
      logMethod(args, method) {
        const [facts, message] = args as [unknown, unknown]
        // An error logged without a message uses its own.
        const said = message ?? (facts as { err?: Error } | undefined)?.err?.message
        const shown = [facts, said].map((one) => (typeof one === 'string' ? shownText(one) : one))
        method.apply(this, shown as Parameters<typeof method>)
      },
    },
  }
}

/** A log of the same form on stderr, for a process that serves many jobs. */
export function openStderrLog(level: string): Logger {
  return pino(
    loggerOptions(level),
    pino.destination({ dest: 2, sync: true }).on('error', () => undefined),
  )
}

/** A silent log, for commands that change nothing. */
export function noLog(): Logger {
  return pino({ level: 'silent' })
}

function destination(path: string, mode: number): ReturnType<typeof pino.destination> {
  // Synchronous, so that the lines that explain a crash are written before it.
  const to = pino.destination({ dest: path, sync: true, mode })
  // Regardless of the umask.
  chmodSync(path, mode)
  // A failed write does not end the job: a full disk is reported when the result is written.
  return to.on('error', () => undefined)
}

function rotate(path: string, keep: number): void {
  const stem = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    const age = name.startsWith(stem) ? Number(name.slice(stem.length)) : 0
    // All older logs, since `keep` may have been higher before.
    if (age >= Math.max(keep, 1)) rmSync(join(dirname(path), name), { force: true })
  }
  if (!existsSync(path)) return
  for (let age = keep - 1; age >= 1; age--) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`)
  }
  if (keep > 0) renameSync(path, `${path}.1`)
  else rmSync(path)
}
