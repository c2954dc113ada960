/** What a job has to do without: named in the result, in the log and to the callbacks; under `--strict` it fails. */
import { warningOf } from '../callback/from-job.ts'
import type { Notifier } from '../callback/notifier.ts'
import { JobError } from '../errors.ts'
import { type Warning, say } from '../messages/index.ts'
import { groupBy } from '../model/collect.ts'
import type { Recording, Skipped } from '../model/room.ts'
import { type BrokenTrack, reasonOf } from './find-broken.ts'

export interface LeftOut {
  readonly warn: (warnings: readonly Warning[]) => void
  /** @throws JobError under `--strict` */
  readonly skip: (skipped: readonly Skipped[]) => void
  /**
   * Names what turned out not to decode: whole recordings as skipped, single tracks as warnings.
   * @param left the recordings that are used all the same
   * @throws JobError under `--strict`
   */
  readonly broken: (tracks: readonly BrokenTrack[], left: readonly Recording[]) => void
}

/** @param into is filled in */
export function noteLeftOut(options: {
  strict: boolean
  tell: Notifier['tell']
  into: { readonly skipped: Skipped[]; readonly warnings: Warning[] }
}): LeftOut {
  const { strict, tell, into } = options
  const warn: LeftOut['warn'] = (warnings) => {
    for (const warning of warnings) {
      into.warnings.push(warning)
      tell(warningOf(warning))
    }
  }
  const skip: LeftOut['skip'] = (skipped) => {
    for (const one of skipped) {
      into.skipped.push(one)
      warn([{ code: 'recordingSkipped', params: one, where: one.name }])
    }
    const [first] = into.skipped
    if (!strict || !first) return
    const params = { count: into.skipped.length, first: `${first.name}: ${first.reason}` }
    throw new JobError({ code: 'skippedStrict', params }, { fault: 'input' })
  }
  return {
    warn,
    skip,
    broken(tracks, left) {
      for (const [entry, ofEntry] of groupBy(tracks, ({ recording }) => recording.entry)) {
        const [first] = ofEntry
        if (!first) continue
        const { medium, said } = first
        const { streamId, name } = entry
        const reason = say(reasonOf(first))
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
