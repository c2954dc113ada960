/** Renders the sound of a plan that asks for a loudness: the mix, its measurement, then the mix at the right level. */
import type { Log } from '../events/channels.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import { UNCHANGED, changeTo } from '../model/loudness.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { LoudnessPlan } from '../plan/render.ts'
import type { LoudnessUsed } from '../report/facts.ts'
import { measureMix } from './measure-audio.ts'

export interface Levelled {
  /** Absent if the mix could not be measured. */
  readonly used?: LoudnessUsed
  readonly warnings: readonly Warning[]
}

/** @param run runs a command through the artifact cache */
export async function levelSound(options: {
  loudness: LoudnessPlan
  tools: {
    readonly at: Locations
    readonly ffmpeg: FencedFfmpeg
    readonly stallMs: number
    readonly log: Log
    readonly signal: AbortSignal
  }
  run: (command: Command) => Promise<void>
}): Promise<Levelled> {
  const { loudness, tools, run } = options
  const { targetLufs, mix, at } = loudness
  await run(mix)
  const { ffmpeg, stallMs, signal, log } = tools
  const look = { ffmpeg, stallMs, signal, folder: tools.at.work }
  const path = pathOf(mix.output, tools.at)
  const level = await measureMix(look, { path, lengthMs: mix.durationMs })
  signal.throwIfAborted()
  const change = level ? changeTo(targetLufs, level) : UNCHANGED
  log.info({ targetLufs, measured: level?.integratedLufs, ...change }, 'loudness of the mix')
  await run(at(change))
  if (!level) return { warnings: [{ code: 'loudnessNotMeasured', params: {} }] }
  return { used: { targetLufs, measuredLufs: level.integratedLufs, ...change }, warnings: [] }
}
