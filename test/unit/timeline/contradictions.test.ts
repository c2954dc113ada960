import { expect, it } from 'vitest'
import { say } from '../../../src/messages/index.ts'
import { build, makeRecording } from '../../harness/builders.ts'

/** What building a timeline says of some recordings. */
const said = (...recordings: ReturnType<typeof makeRecording>[]) =>
  build(recordings).warnings.map((one) => say(one))

/** @param endsMs after its StartTime, by the index */
function endsAt(recording: ReturnType<typeof makeRecording>, endsMs: number) {
  return { ...recording, entry: { ...recording.entry, endMs: recording.entry.startMs + endsMs } }
}

it.each([3600_000, 21_000])(
  'a length that StartTime and EndTime contradict is warned of: %i ms',
  (endsMs) => {
    expect(said(endsAt(makeRecording({ lengthMs: 10_000 }), endsMs))).toEqual([
      `a_1.webm: it lasts 10 s, but its StartTime and EndTime are ${endsMs / 1000} s apart; all of it is used from StartTime on; check both times`,
    ])
  },
)

it('a recording that is much longer than from StartTime to EndTime is warned of', () => {
  expect(said(endsAt(makeRecording({ lengthMs: 40_000 }), 4000))[0]).toMatch(/lasts 40 s, .* 4 s apart/)
})

it('an EndTime that is some seconds off is not', () => {
  for (const endsMs of [1000, 20_000]) {
    expect(said(endsAt(makeRecording({ lengthMs: 10_000 }), endsMs))).toEqual([])
  }
})

it('a recording that goes on long after the next of its stream has begun is warned of', () => {
  const first = makeRecording({ name: 'one.webm', lengthMs: 60_000 })
  expect(said(makeRecording({ name: 'two.webm', atMs: 1500 }), first)).toEqual([
    'a_1: "one.webm" continues for 59 s after the StartTime of "two.webm", which is shown and heard in its place from there on; check both times',
  ])
  expect(said(first, makeRecording({ name: 'two.webm', atMs: 52_000 }))).toEqual([])
  expect(said(first, makeRecording({ streamId: 'b_1', atMs: 1500 }))).toEqual([])
})
