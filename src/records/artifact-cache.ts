/**
 * The steps of a job: commands whose output is kept until the job is done. A step is known by what its output is
 * made from, so a job that is started again, or planned again while it runs, makes only what is not there yet.
 */
import { createHash } from 'node:crypto'
import { access, readFile, rename, rm } from 'node:fs/promises'
import type { Command } from '../model/command.ts'
import { replaceText } from '../files/write-file.ts'

export interface Steps {
  /**
   * Carries a command out, unless its output lies there already and was made from the same. Who asks for a step
   * that is being carried out waits for that.
   * @param carryOut makes the output of the command it is given, which is the same but for where it writes, and
   *   says how much of it there is, in ms of output
   * @returns whether it had to be made
   */
  run(command: Command, carryOut: CarryOut): Promise<boolean>
  /** How much of an output there is in ms, if it is or was made since the steps were opened. */
  madeMs(output: string): number | undefined
  isUnderWay(output: string): boolean
  /** Calls `onMove` whenever a step goes on. @returns ends that */
  watch(onMove: () => void): () => void
  /** What an output was made from, in short; undefined before its step has run. */
  keyOf(output: string): string | undefined
}

type CarryOut = (command: Command, moved: (outMs: number) => void) => Promise<void>

/**
 * @param makers versions of everything that makes outputs: worker and ffmpeg
 * @param versionOf what tells one content of an input file from another
 */
export function openSteps(options: {
  makers: Readonly<Record<string, string>>
  versionOf: (path: string) => string | undefined
}): Steps {
  const { makers, versionOf } = options
  const keys = new Map<string, string>()
  const underWay = new Map<string, { readonly key: string; readonly done: Promise<boolean> }>()
  const madeMs = new Map<string, number>()
  const watchers = new Set<() => void>()
  const move = (output: string, outMs: number) => {
    madeMs.set(output, outMs)
    for (const onMove of watchers) onMove()
  }

  const keyFor = (command: Command): string => {
    const { inputs, graph, args, files, after = [] } = command
    const made = [
      makers,
      inputs.map((input) => [input.args, input.path, keys.get(input.path) ?? versionOf(input.path) ?? null]),
      after.map((output) => keys.get(output) ?? null),
      graph ?? null,
      args,
      files,
    ]
    return createHash('sha256').update(JSON.stringify(made)).digest('hex')
  }

  const make: Steps['run'] = async (command, carryOut) => {
    const { output } = command
    const key = keyFor(command)
    if (await isMade(output, key)) {
      keys.set(output, key)
      return false
    }
    const part = `${output}.part`
    // First the key goes, last it comes: whatever ends the process in between, no key stands by another's output.
    await rm(keyPath(output), { force: true })
    await rm(part, { force: true })
    move(output, 0)
    try {
      await carryOut({ ...command, output: part }, (outMs) => move(output, outMs))
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    await rename(part, output)
    await replaceText(keyPath(output), key)
    keys.set(output, key)
    move(output, command.durationMs)
    return true
  }

  return {
    async run(command, carryOut) {
      const { output } = command
      const key = keyFor(command)
      for (let other = underWay.get(output); other; other = underWay.get(output)) {
        if (other.key === key) return other.done
        // Another step writes to the same place: it has to get out of the way first.
        await other.done.catch(() => undefined)
      }
      const done = make(command, carryOut).finally(() => underWay.delete(output))
      underWay.set(output, { key, done })
      return done
    },
    madeMs: (output) => madeMs.get(output),
    isUnderWay: (output) => underWay.has(output),
    watch(onMove) {
      watchers.add(onMove)
      return () => void watchers.delete(onMove)
    },
    keyOf: (output) => keys.get(output),
  }
}

/** Stands beside each output that is whole. */
export function keyPath(output: string): string {
  return `${output}.key`
}

async function isMade(output: string, key: string): Promise<boolean> {
  const noted = await readFile(keyPath(output), 'utf8').catch(() => '')
  return (
    noted === key &&
    (await access(output).then(
      () => true,
      () => false,
    ))
  )
}
