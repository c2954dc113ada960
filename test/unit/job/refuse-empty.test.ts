import { describe, expect, it } from 'vitest'
import { refuseEmpty } from '../../../src/job/refuse-empty.ts'
import type { Job, Selection } from '../../../src/model/job.ts'
import { makeAudio, makeJob, makeRecording, makeTimeline } from '../../harness/builders.ts'

const room = [makeRecording({ streamId: 'a_1', audio: makeAudio({ lengthMs: 10_000 }) })]

function refusal(recordings: typeof room, changes: Partial<Job>) {
  const job = makeJob(changes)
  try {
    refuseEmpty({ job, recordings, timeline: makeTimeline(recordings, { job }) })
    return undefined
  } catch (error) {
    const { code, exitCode } = error as { code: string; exitCode: number }
    return { code, exitCode }
  }
}

const lists = (video: Selection, audio: Selection = { kind: 'all' }) => ({
  subscription: { video, audio, maxStreams: 32 },
})
const only = (...streamIds: string[]) => ({ kind: 'only', streamIds }) as const
const except = (...streamIds: string[]) => ({ kind: 'except', streamIds }) as const

describe('an empty picture or sound', () => {
  it('is refused where a list names nobody who is there', () => {
    expect(refusal(room, lists(only('nobody_1')))).toEqual({ code: 'nothingSeen', exitCode: 6 })
    expect(refusal(room, lists({ kind: 'all' }, only('nobody_1')))).toEqual({
      code: 'nothingHeard',
      exitCode: 6,
    })
  })

  it('is made where it is asked for: everybody is left out by name, or MediaChannel says so', () => {
    expect(refusal(room, lists(except('a_1')))).toBeUndefined()
    expect(refusal(room, lists({ kind: 'all' }, except('a_1')))).toBeUndefined()
    expect(refusal(room, { ...lists(only('nobody_1')), media: 'audio' })).toBeUndefined()
  })

  it('is made where no recording has one', () => {
    expect(refusal([makeRecording({ audio: null })], {})).toBeUndefined()
    expect(
      refusal([makeRecording({ video: null, audio: makeAudio({ lengthMs: 10_000 }) })], {}),
    ).toBeUndefined()
  })
})
