/** What a job omits: reported as it is found. With `--strict` the job fails. */
import { JobError } from '../errors.ts'
import { warnTo } from '../events/channels.ts'
import type { Emit } from '../events/job-event.ts'
import { type Warning, say } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import type { Recording, Skipped } from '../model/room.ts'
import { type BrokenTrack, reasonOf } from './find-broken.ts'

export interface Omissions {
  readonly warn: (warnings: readonly Warning[]) => void
  /** @throws JobError with `--strict` */
  readonly skip: (skipped: readonly Skipped[]) => void
  /**
   * Reports tracks that do not decode: whole recordings as skipped, single tracks as warnings.
   * @param left the recordings that remain in use
   * @throws JobError with `--strict`
   */
  readonly broken: (tracks: readonly BrokenTrack[], left: readonly Recording[]) => void
  /** Number of recordings skipped so far. */
  readonly skipped: () => number
}

export function noteOmissions({ strict, emit }: { strict: boolean; emit: Emit }): Omissions {
  let first: Skipped | undefined
  let count = 0
  const warn: Omissions['warn'] = (warnings) => {
    for (const warning of warnings) warnTo(emit, warning)
  }
  const skip: Omissions['skip'] = (skipped) => {
    for (const one of skipped) {
      first ??= one
      count += 1
      emit({ kind: 'omitted', recording: one })
      warn([{ code: 'recordingSkipped', params: one, where: one.name }])
    }
    if (!strict || !first) return
    const params = { count, first: `${first.name}: ${first.reason}` }
    throw new JobError({ code: 'skippedStrict', params }, { fault: 'input' })
  }
  return {
    warn,
    skip,
    skipped: () => count,
    broken(tracks, left) {
      for (const [entry, ofEntry] of groupBy(tracks, ({ recording }) => recording.entry)) {
        const [track] = ofEntry
        if (!track) continue
        const { medium, said } = track
        const { streamId, name } = entry
        const reason = say(reasonOf(track))
        if (!left.some((one) => one.entry === entry)) {
          skip([{ streamId, name, reason }])
          continue
        }
        const warning: Warning = said
          ? { code: 'trackRefused', params: { streamId, medium, reason } }
          : { code: 'trackLeftOut', params: { streamId, medium } }
        warn([{ ...warning, where: name }])
        if (!strict) continue
        const params = { count: 1, first: `${name}: ${reason}` }
        throw new JobError({ code: 'skippedStrict', params }, { fault: 'input' })
      }
    },
  }
}
