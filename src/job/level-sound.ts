/** Renders the sound of a plan that asks for a loudness: the mix, its measurement, then the mix at the right level. */
import type { Log } from '../events/channels.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'
import type { Warning } from '../messages/index.ts'
import type { Command } from '../model/command.ts'
import { UNCHANGED, changeTo, raisedBy } from '../model/loudness.ts'
import { type Locations, pathOf } from '../plan/locate.ts'
import type { LoudnessPlan } from '../plan/render.ts'
import type { LoudnessUsed } from '../report/facts.ts'
import { measureMix } from './measure-audio.ts'

/** Each brings a limited mix closer to its loudness. */
const MOST_TRIES = 3

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
  let change = level ? changeTo(targetLufs, level) : UNCHANGED
  log.info({ targetLufs, measured: level?.integratedLufs, ...change }, 'loudness of the mix')
  await run(at(change))
  // Limited peaks are missing from the loudness.
  for (let tries = 0; change.isLimited && tries < MOST_TRIES; tries++) {
    const made = await measureMix(look, {
      path: pathOf(at(change).output, tools.at),
      lengthMs: mix.durationMs,
    })
    signal.throwIfAborted()
    const louder = made && raisedBy(change, targetLufs, made)
    if (!louder) break
    change = louder
    log.info({ targetLufs, measured: made.integratedLufs, ...change }, 'loudness of the limited mix')
    await run(at(change))
  }
  if (!level) return { warnings: [{ code: 'loudnessNotMeasured', params: {} }] }
  return { used: { targetLufs, measuredLufs: level.integratedLufs, ...change }, warnings: [] }
}
