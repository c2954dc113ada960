import { describe, expect, it } from 'vitest'
import { refuseEmpty } from '../../../src/job/refuse-empty.ts'
import type { Job, Selection, Settings } from '../../../src/model/job.ts'
import { makeAudio, makeJob, makeRecording, makeSettingsOf, makeTimeline } from '../../harness/builders.ts'

const room = [makeRecording({ streamId: 'a_1', audio: makeAudio({ lengthMs: 10_000 }) })]

function refusal(recordings: typeof room, changes: Partial<Job & Settings>) {
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

  it('is made where timed updates leave everybody out by name all the time, and only then', () => {
    const muted = {
      streamId: 'a_1',
      video: undefined,
      audio: undefined,
      isVideoMuted: true,
      isAudioMuted: true,
    }
    expect(refusal(room, { streams: [muted] })).toBeUndefined()
    expect(refusal(room, { streams: [{ ...muted, isVideoMuted: false, video: false }] })).toBeUndefined()
    const [left, nobody] = [lists(except('a_1')), lists(only('nobody_1'))].map(makeSettingsOf)
    const change = (frame: number) =>
      ({
        stretches: [
          { fromFrame: 0, soundFromMs: 0, settings: left },
          { fromFrame: frame, soundFromMs: frame * 100, settings: nobody },
        ],
      }) as Partial<Job>
    expect(refusal(room, change(50))).toEqual({ code: 'nothingSeen', exitCode: 6 })
    expect(refusal(room, change(100))).toBeUndefined()
  })

  it('is made where no recording has one', () => {
    expect(refusal([makeRecording({ audio: null })], {})).toBeUndefined()
    expect(
      refusal([makeRecording({ video: null, audio: makeAudio({ lengthMs: 10_000 }) })], {}),
    ).toBeUndefined()
  })
})
