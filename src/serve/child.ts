/** Runs one job in a process of its own, so that nothing it does affects another job or the service. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunEnd } from './after-run.ts'

/** Time for a job that was told to stop to end its children and send its callbacks. */
const GRACE_MS = 30_000

export interface Child {
  readonly ended: Promise<RunEnd>
  /** Tells the job to stop in order; it is killed if it does not. */
  readonly stop: () => void
  /** Ends the process so that the job goes on later: from its work, or where it is being followed. */
  readonly interrupt: () => void
}

/** How often it is looked whether a process has begun. */
const LOOK_EVERY_MS = 50

/**
 * Starts the worker. It writes to no pipe of the service, so it does not depend on the service being there.
 * @param options.program the start of the command line, including the worker
 * @param options.stderrPath file for its messages
 * @param options.follows for a process that follows a job on another machine: whether it has begun, and can take the
 *   job off the queue. To end it alone does nothing to the job.
 */
export function startChild(options: {
  program: readonly string[]
  args: readonly string[]
  env: NodeJS.ProcessEnv
  cwd: string
  stderrPath: string
  follows?: (() => Promise<boolean>) | undefined
}): Child {
  const { program, args, env, cwd, stderrPath, follows } = options
  const [file = '', ...rest] = [...program, ...args]
  let child: ChildProcess
  let killer: NodeJS.Timeout | undefined
  const stderr = openSync(stderrPath, 'w', 0o600)
  try {
    child = spawn(file, rest, { stdio: ['ignore', 'ignore', stderr], env, cwd })
  } catch {
    const ended = Promise.resolve({ exitCode: 1, signal: 'not started' })
    return { ended, stop: () => undefined, interrupt: () => undefined }
  } finally {
    closeSync(stderr)
  }
  const untilBegun = async (): Promise<void> => {
    if (!follows) return
    while (child.exitCode === null && child.signalCode === null && !(await follows().catch(() => true)))
      await pause(LOOK_EVERY_MS)
  }
  return {
    ended: new Promise((done) => {
      const end = (how: RunEnd) => {
        clearTimeout(killer)
        done(how)
      }
      child.on('error', () => {
        if (child.pid === undefined) end({ exitCode: 1, signal: 'not started' })
      })
      child.on('exit', (code, by) =>
        end(by ? { exitCode: 128 + constants.signals[by], signal: by } : { exitCode: code ?? 1 }),
      )
    }),
    stop() {
      killer ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
      void untilBegun().then(() => child.kill('SIGTERM'))
    },
    interrupt() {
      if (follows) child.kill('SIGKILL')
      else this.stop()
    },
  }
}

/** The environment of a job's process: without the keys of AppIds, and without credentials that are not meant for it. */
export function jobEnvironment(
  env: NodeJS.ProcessEnv,
  of: { settings: Readonly<Record<string, string>>; machineCredentials: boolean },
): NodeJS.ProcessEnv {
  const isKept = (name: string): boolean =>
    !name.startsWith('OWT_SERVE_') && (of.machineCredentials || !name.startsWith('AWS_'))
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)))
  const none = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_CONFIG_FILE: '/dev/null',
  }
  return { ...kept, ...(of.machineCredentials ? {} : none), ...of.settings }
}
