/** Makes what a preview is put together from: stand-ins for recordings, and a picture of each moment. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import { runCommand } from '../ffmpeg/run.ts'
import type { Command } from '../model/command.ts'
import type { OpenJob } from '../job/open-job.ts'
import type { Planned } from '../job/plan-job.ts'
import type { StandIn } from './mock.ts'
import { standInCommand } from './mock.ts'
import type { Moment } from './moments.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

/** A command, run to its end; its output is there then. */
export type Carry = (command: Command) => Promise<string>

/** @param stallMs of no progress after which a command is ended */
export function carrier(options: { ffmpeg: FencedFfmpeg; stallMs: number; signal: AbortSignal }): Carry {
  return async (command) => {
    await runCommand(command, options)
    return command.output
  }
}

/** Makes the stand-ins that are seen at the moments; the others are never looked at. */
export async function makeStandIns(options: {
  standIns: readonly StandIn[]
  planned: Planned
  moments: readonly Moment[]
  fontFile: string
  atOnce: number
  carry: Carry
}): Promise<void> {
  const { standIns, planned, moments, fontFile, atOnce, carry } = options
  const shots = planned.timeline.shots.filter(({ startFrame, endFrame }) =>
    moments.some(({ frame }) => startFrame <= frame && frame < endFrame),
  )
  const paths = new Set(shots.flatMap(({ tiles }) => tiles.map(({ clip }) => clip.recording.path)))
  const limit = pLimit(atOnce)
  const wanted = standIns.filter(({ path }) => paths.has(path))
  await Promise.all(wanted.map((one) => limit(() => carry(standInCommand(one, fontFile)))))
}

/**
 * Makes the picture of each moment.
 * @param folder each picture gets one of its own in it
 * @returns their paths, in order
 */
export async function makeStills(options: {
  open: OpenJob
  planned: Planned
  moments: readonly Moment[]
  folder: string
  atOnce: number
  carry: Carry
}): Promise<readonly string[]> {
  const { open, planned, moments, folder, atOnce, carry } = options
  const limit = pLimit(atOnce)
  const one = async (moment: Moment): Promise<string> => {
    const own = join(folder, `frame-${moment.frame}`)
    await mkdir(own, { recursive: true })
    const make = async (sturdy: boolean) =>
      carry(await open.still(planned, moment.frame, { folder: own, sturdy }))
    return make(false).catch((error: unknown) => {
      // A tile that gives no picture at all: as in the job, another try with a backdrop for each.
      if (error instanceof JobError) return make(true)
      throw error
    })
  }
  return Promise.all(moments.map((moment) => limit(() => one(moment))))
}
