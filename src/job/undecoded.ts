/**
 * Recordings of which parts could not be decoded. ffmpeg goes on: the last picture stays, or the sound is silent. What it
 * said is kept beside the output, so that a resumed run warns of it too.
 */
import { readFile, rm } from 'node:fs/promises'
import { replaceText } from '../files/write-file.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { RenderPlan } from '../plan/render.ts'
import type { ArtifactCache } from '../records/artifact-cache.ts'

interface Outputs {
  readonly at: Locations
  readonly steps: ArtifactCache
}

interface Note {
  /** Of the output. */
  readonly key: string
  /** Of the recordings. */
  readonly versions: readonly string[]
}

const notePath = (output: string) => `${output}.undecoded`

/** @param output path of the finished output */
export async function noteUndecoded(output: string, note: Note): Promise<void> {
  if (note.versions.length === 0) await rm(notePath(output), { force: true })
  else await replaceText(notePath(output), JSON.stringify(note))
}

/** A warning for each track of which parts are missing in the outputs of a plan. */
export async function warnUndecoded(
  { video, audio }: RenderPlan,
  recordings: readonly Recording[],
  outputs: Outputs,
): Promise<readonly Warning[]> {
  const ofTrack = async (commands: readonly Command[], medium: 'video' | 'audio'): Promise<Warning[]> => {
    const versions = new Set((await Promise.all(commands.map((one) => readVersions(one, outputs)))).flat())
    return recordings
      .filter(({ version }) => versions.has(version))
      .map(({ entry: { streamId, name } }) => ({
        code: 'undecodedInPart',
        params: { streamId, medium },
        where: name,
      }))
  }
  return [...(await ofTrack(video, 'video')), ...(await ofTrack(audio ? [audio] : [], 'audio'))]
}

async function readVersions({ output }: Command, { at, steps }: Outputs): Promise<readonly string[]> {
  const text = await readFile(notePath(pathOf(output, at)), 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const note = JSON.parse(text) as Note
  return note.key === steps.keyOf(output) ? note.versions : []
}
