/** Renders the parts of a preview: stand-ins for recordings, and a picture of each moment. */
import { mkdir } from 'node:fs/promises'
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import { runCommand } from '../ffmpeg/run.ts'
import type { Command } from '../model/command.ts'
import { WORK, type WorkPlace } from '../model/place.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { OpenJob } from '../job/open-room.ts'
import type { Planned } from '../job/plan-job.ts'
import type { StandIn } from './mock.ts'
import { standInCommand } from './mock.ts'
import type { Moment } from './moments.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

/** Runs a command to completion. */
export type RunCommand = (command: Command) => Promise<void>

/** @param options.stallMs time without progress after which a command is terminated */
export function commandRunner(options: {
  ffmpeg: FencedFfmpeg
  at: Locations
  stallMs: number
  signal: AbortSignal
}): RunCommand {
  return (command) => runCommand(command, options)
}

/** Renders the stand-ins that are visible at the moments. */
export async function makeStandIns(options: {
  standIns: readonly StandIn[]
  planned: Planned
  moments: readonly Moment[]
  atOnce: number
  run: RunCommand
}): Promise<void> {
  const { standIns, planned, moments, atOnce, run } = options
  const shots = planned.timeline.shots.filter(({ startFrame, endFrame }) =>
    moments.some(({ frame }) => startFrame <= frame && frame < endFrame),
  )
  const paths = new Set(shots.flatMap(({ tiles }) => tiles.map(({ clip }) => clip.recording.path)))
  const limit = pLimit(atOnce)
  const wanted = standIns.filter(({ path }) => paths.has(path))
  await Promise.all(wanted.map((one) => limit(() => run(standInCommand(one)))))
}

/**
 * Renders the picture of each moment, each in its own folder of the work folder.
 * @returns where the pictures are, in order
 */
export async function makeStills(options: {
  open: OpenJob
  planned: Planned
  moments: readonly Moment[]
  at: Locations
  atOnce: number
  run: RunCommand
}): Promise<readonly WorkPlace[]> {
  const { open, planned, moments, at, atOnce, run } = options
  const limit = pLimit(atOnce)
  const one = async (moment: Moment): Promise<WorkPlace> => {
    const own: WorkPlace = `${WORK}/frame-${moment.frame}`
    await mkdir(pathOf(own, at), { recursive: true })
    const make = async (tolerant: boolean) => {
      const command = await open.still(planned, moment.frame, { stem: `${own}/still`, tolerant })
      await run(command)
      return command.output
    }
    return make(false).catch((error: unknown) => {
      // A tile yields no picture. As in the job, retry with a backdrop for each tile.
      if (error instanceof JobError) return make(true)
      throw error
    })
  }
  return Promise.all(moments.map((moment) => limit(() => one(moment))))
}
