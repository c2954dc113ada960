/** Runs one job of a batch in its own process, so that a crash does not affect the others. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Budget } from '../plan/budget.ts'
import type { Ended } from './summary.ts'

/** Time for a job that was told to stop to end its children and send its callbacks. */
const GRACE_MS = 30_000
const STDERR_KEPT = 64 * 1024

/**
 * Runs the worker on a cfg.json to its end. Always resolves.
 * @param options.args options for the worker
 * @param options.program start of the command line, including the worker
 * @param options.share the resources it may use
 * @param options.stoppedBy the signal to pass on when `signal` aborts
 */
export function runChild(options: {
  cfgPath: string
  args: readonly string[]
  program: readonly string[]
  share: Budget
  signal: AbortSignal
  stoppedBy: () => NodeJS.Signals
}): Promise<Ended> {
  const { cfgPath, args, program, share, signal, stoppedBy } = options
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const stdout: Buffer[] = []
    let stderr = ''
    let killer: NodeJS.Timeout | undefined
    let child: ChildProcess | undefined
    const stop = () => {
      child?.kill(stoppedBy())
      killer = setTimeout(() => child?.kill('SIGKILL'), GRACE_MS)
    }
    const end = (how: Pick<Ended, 'exitCode' | 'signal' | 'notStarted'>) => {
      clearTimeout(killer)
      signal.removeEventListener('abort', stop)
      const seconds = Math.round(performance.now() - startedAt) / 1000
      resolve({ ...how, seconds, stdout: Buffer.concat(stdout).toString('utf8'), stderr })
    }
    const failed = (error: NodeJS.ErrnoException) => {
      if (child?.pid === undefined) end({ exitCode: 1, notStarted: error.code ?? error.message })
    }
    try {
      child = spawnWorker(program, ['run', '--json', '--quiet', ...args, '--', cfgPath], share)
    } catch (error) {
      failed(error as NodeJS.ErrnoException)
      return
    }
    // Undefined if the process is out of file descriptors.
    child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT)
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    child.on('error', failed)
    child.on('close', (code, by) =>
      end(by ? { exitCode: 128 + constants.signals[by], signal: by } : { exitCode: code ?? 1 }),
    )
  })
}

function spawnWorker(program: readonly string[], args: readonly string[], share: Budget): ChildProcess {
  const [first = '', ...rest] = [...program, ...args]
  return spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      OWT_LIMITS_CORES: String(share.cores),
      OWT_LIMITS_MEMORY_MB: String(share.memoryMb),
    },
  })
}
