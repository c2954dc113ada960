/**
 * Outputs of a job's commands, kept until the job is done. An output is keyed by everything it is made from, so a job
 * that is restarted, or replanned while it runs, makes only what is missing. Keys are the same on every machine: they
 * contain no paths and no names of recordings.
 */
import { createHash } from 'node:crypto'
import { access, readFile, rename, rm } from 'node:fs/promises'
import type { Command } from '../model/command.ts'
import type { Place, WorkPlace } from '../model/place.ts'
import { replaceText } from '../files/write-file.ts'

export interface ArtifactCache {
  /**
   * Runs a command unless its output already exists and has the same key. A caller that asks for a command already
   * running waits for it.
   * @param carryOut makes the output with the given key by the given command, which differs only in where it writes, and
   *   reports progress in ms of output
   * @returns whether the output had to be made
   */
  run(command: Command, carryOut: CarryOut): Promise<boolean>
  /** The key that a command's output has or will have. What it reads of other commands has to be there. */
  keyFor(command: Command): string
  /** Progress of an output in ms, if it is being or was made since the cache was opened. */
  madeMs(output: WorkPlace): number | undefined
  isUnderWay(output: WorkPlace): boolean
  /** Calls `onMove` whenever an output progresses. @returns a function that unsubscribes */
  watch(onMove: () => void): () => void
  /** The key of an output; undefined before its command has run. */
  keyOf(output: WorkPlace): string | undefined
}

type CarryOut = (command: Command, moved: (outMs: number) => void, key: string) => Promise<void>

/**
 * @param makers versions of everything that makes outputs: worker, ffmpeg and font
 * @param pathOf maps an output to a path on this machine
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

  const madeOf = (command: Command): readonly unknown[] => {
    const { inputs, graph, args, files, after = [], composers = [] } = command
    return [
      inputs.map(({ args, path, version }) => [args, version ?? [path, keys.get(path) ?? null]]),
      after.map((output) => keys.get(output) ?? null),
      graph ?? null,
      args,
      files,
      ...composers.map(madeOf),
    ]
  }
  const keyFor = (command: Command): string => {
    const made = [makers, ...madeOf(command)]
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
    // The key is removed first and written last, so a process killed in between never leaves a key with the wrong
    // output.
    await rm(keyPath(path), { force: true })
    await rm(part, { force: true })
    move(output, 0)
    try {
      await carryOut({ ...command, output: `${output}.part` }, (outMs) => move(output, outMs), key)
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
        // A different command writes to the same output and has to finish first.
        await other.done.catch(() => undefined)
      }
      const done = make(command, carryOut).finally(() => underWay.delete(output))
      underWay.set(output, { key, done })
      return done
    },
    keyFor,
    madeMs: (output) => madeMs.get(output),
    isUnderWay: (output) => underWay.has(output),
    watch(onMove) {
      watchers.add(onMove)
      return () => void watchers.delete(onMove)
    },
    keyOf: (output) => keys.get(output),
  }
}

/** The key file of a complete output. @param output its path */
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
