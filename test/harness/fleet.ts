/** The machines of a fleet: real workers that take tasks from a queue, each in a folder of its own. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ffmpegPath } from './run-ffmpeg.ts'
import { type Running, type Workplace, makeWorkplace, until } from './run-worker.ts'

export interface Machine extends Running {
  readonly place: Workplace
  /** What it has logged so far. */
  readonly said: () => string
}

/**
 * Starts machines that take tasks, one for each environment, and removes them with their folders after `work`.
 * @param unders for each the start of a command line that runs the rest of it where it belongs
 */
export async function withMachines(
  envs: readonly Readonly<Record<string, string>>[],
  work: (machines: readonly Machine[]) => Promise<void>,
  unders: readonly (readonly string[])[] = [],
): Promise<void> {
  const machines: Machine[] = []
  try {
    for (const [i, env] of envs.entries()) machines.push(await startMachine(env, unders[i]))
    for (const one of machines) await takesTasks(one)
    await work(machines)
  } finally {
    for (const { child, ended, place } of machines) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT')
        child.kill('SIGKILL')
        await ended
      }
      await place.remove()
    }
  }
}

export async function startMachine(
  env: Readonly<Record<string, string>>,
  under: readonly string[] = [],
): Promise<Machine> {
  const place = await makeWorkplace('owt-machine-')
  const running = place.start(['work'], { env, under })
  let text = ''
  running.child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { ...running, place, said: () => text }
}

/** Waits until a machine takes tasks. */
export const takesTasks = ({ said }: Machine): Promise<void> =>
  until('a machine takes tasks', () => Promise.resolve(said().includes('takes tasks')))

/** How many ffmpegs of a machine have done their task. */
export const tasksDone = ({ said }: Machine): number => said().split('"ffmpeg done"').length - 1

/** The machine that has begun a command. */
export const machineWith = (machines: readonly Machine[], command: string): Machine | undefined =>
  machines.find(({ said }) => said().includes(`/${command}.`))

/**
 * A shell script in ffmpeg's place that takes long for one command, once.
 * @param place whose folder notes that it has begun
 * @param then what it does afterwards: fails, or makes its output
 */
export function holdOnce(place: Workplace, command: string, seconds: number, then: 'fail' | 'make' = 'fail') {
  const note = `held-${command}`
  const sleep = then === 'fail' ? 'exec sleep' : 'sleep'
  return {
    script: `case "$*" in *${command}.*) if mkdir "${join(place.folder, note)}" 2>/dev/null; then ${sleep} ${seconds}; fi;; esac
exec ${ffmpegPath()} "$@"`,
    hasBegun: async () => (await readdir(place.folder)).includes(note),
  }
}
