/** Chooses the encoder of a job's video. A hardware encoder is used only if a trial encode succeeds. */
import { rm } from 'node:fs/promises'
import type { Conf } from '../config/conf.ts'
import { asJobError } from '../errors.ts'
import { decodes } from '../ffmpeg/decodes.ts'
import { runCommand } from '../ffmpeg/run.ts'
import type { Log } from '../events/channels.ts'
import { type Warning, say } from '../messages/index.ts'
import { type Encoder, HARDWARE, type Hardware } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'
import { trialCommand } from '../plan/encoder.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

export interface Chosen {
  readonly encoder: Encoder
  readonly warnings: readonly Warning[]
}

/** Encoding three seconds of video takes less than this on any usable hardware. */
const TRIAL_STALL_MS = 10_000

/** Tries the encoders that `video.encoder` names. Never throws: falls back to x264. */
export async function chooseEncoder(options: {
  job: Job
  video: Conf['video']
  ffmpeg: FencedFfmpeg
  at: Locations
  maxPixels: number
  log: Log
  signal: AbortSignal
}): Promise<Chosen> {
  const { job, video, log } = options
  if (video.encoder === 'x264' || job.media === 'audio') return { encoder: 'x264', warnings: [] }
  const isNamed = video.encoder !== 'auto'
  const warnings: Warning[] = []
  for (const hardware of video.encoder === 'auto' ? HARDWARE : [video.encoder]) {
    const detail = await whyNot(hardware, options)
    if (detail === undefined) {
      log.info({ encoder: hardware }, 'encoder chosen')
      return { encoder: hardware, warnings: [] }
    }
    log.info({ encoder: hardware, detail }, 'encoder does not work here')
    if (isNamed) warnings.push({ code: 'encoderUnusable', params: { encoder: hardware, detail } })
  }
  log.info({ encoder: 'x264' }, 'encoder chosen')
  return { encoder: 'x264', warnings }
}

/** @returns why an encoder cannot be used; undefined if it can */
async function whyNot(
  hardware: Hardware,
  options: Parameters<typeof chooseEncoder>[0],
): Promise<string | undefined> {
  const { job, video, ffmpeg, at, maxPixels, signal } = options
  const command = trialCommand({ job, hardware, settings: video })
  const path = pathOf(command.output, at)
  try {
    await runCommand(command, { ffmpeg, at, stallMs: TRIAL_STALL_MS, signal })
    const file = { path, probe: { demuxer: 'mov' }, codecs: ['h264'] } as const
    const made = { ...file, medium: 'video', maxPixels } as const
    const decodesHere = await decodes({ ...made, ffmpeg, stallMs: TRIAL_STALL_MS, signal })
    return decodesHere ? undefined : say({ code: 'undecodable', params: { medium: 'video' } })
  } catch (error) {
    return asJobError(error).message
  } finally {
    const made = [command.output, ...(command.graph ? [command.graph.path] : [])]
    await Promise.all(made.map((place) => rm(pathOf(place, at), { force: true })))
  }
}
