/**
 * The steps of a job: commands whose output is kept until the job is done. A step is known by what its output is
 * made from, so a job that is started again, or planned again while it runs, makes only what is not there yet. What
 * it is known by is the same on every machine: no path is in it, nor the name of a recording.
 */
import { createHash } from 'node:crypto'
import { access, readFile, rename, rm } from 'node:fs/promises'
import type { Command } from '../model/command.ts'
import type { Place, WorkPlace } from '../model/place.ts'
import { replaceText } from '../files/write-file.ts'

export interface ArtifactCache {
  /**
   * Carries a command out, unless its output lies there already and was made from the same. Who asks for a step
   * that is being carried out waits for that.
   * @param carryOut makes the output of the command it is given, which is the same but for where it writes, and
   *   says how much of it there is, in ms of output
   * @returns whether it had to be made
   */
  run(command: Command, carryOut: CarryOut): Promise<boolean>
  /** How much of an output there is in ms, if it is or was made since the steps were opened. */
  madeMs(output: WorkPlace): number | undefined
  isUnderWay(output: WorkPlace): boolean
  /** Calls `onMove` whenever a step goes on. @returns ends that */
  watch(onMove: () => void): () => void
  /** What an output was made from, in short; undefined before its step has run. */
  keyOf(output: WorkPlace): string | undefined
}

type CarryOut = (command: Command, moved: (outMs: number) => void) => Promise<void>

/**
 * @param makers versions of everything that makes outputs: worker, ffmpeg and font
 * @param pathOf where an output lies on this machine
 */
export function openArtifactCache(options: {
  makers: Readonly<Record<string, string>>
  pathOf: (output: WorkPlace) => string
}): ArtifactCache {
  const { makers, pathOf } = options
  const keys = new Map<Place, string>()
  const underWay = new Map<WorkPlace, { readonly key: string; readonly done: Promise<boolean> }>()
  const madeMs = new Map<WorkPlace, number>()
  const watchers = new Set<() => void>()
  const move = (output: WorkPlace, outMs: number) => {
    madeMs.set(output, outMs)
    for (const onMove of watchers) onMove()
  }

  const keyFor = (command: Command): string => {
    const { inputs, graph, args, files, after = [] } = command
    const made = [
      makers,
      inputs.map(({ args, path, version }) => [args, version ?? [path, keys.get(path) ?? null]]),
      after.map((output) => keys.get(output) ?? null),
      graph ?? null,
      args,
      files,
    ]
    return createHash('sha256').update(JSON.stringify(made)).digest('hex')
  }

  const make: ArtifactCache['run'] = async (command, carryOut) => {
    const { output } = command
    const key = keyFor(command)
    const path = pathOf(output)
    if (await isMade(path, key)) {
      keys.set(output, key)
      return false
    }
    const part = `${path}.part`
    // First the key goes, last it comes: whatever ends the process in between, no key stands by another's output.
    await rm(keyPath(path), { force: true })
    await rm(part, { force: true })
    move(output, 0)
    try {
      await carryOut({ ...command, output: `${output}.part` }, (outMs) => move(output, outMs))
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    await rename(part, path)
    await replaceText(keyPath(path), key)
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

/** Stands beside each output that is whole. @param output its path */
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
