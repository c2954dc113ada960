import { describe, expect, it } from 'vitest'
import { plannedOf } from '../../../src/events/planned.ts'
import { ROOM_MS, makeRecording, makeTimeline } from '../../harness/builders.ts'

/** Each change as `+stream medium at s`, `-` where it ends; the stream as a whole unless asked for. */
function changes(timeline: ReturnType<typeof makeTimeline>, media = ['any']): string[] {
  return plannedOf(timeline, 'both')
    .changes.filter(({ medium }) => media.includes(medium))
    .map(({ streamId, medium, isOpen, atMs }) => {
      const what = medium === 'any' ? streamId : `${streamId} ${medium}`
      return `${isOpen ? '+' : '-'}${what} ${(atMs - ROOM_MS) / 1000}`
    })
}

describe('plannedOf', () => {
  it('tells when each stream joins and leaves, in the order of time', () => {
    const timeline = makeTimeline([
      makeRecording({ streamId: 'a_1' }),
      makeRecording({ streamId: 'b_1', atMs: 3000, lengthMs: 7000 }),
      makeRecording({ streamId: 'c_2', atMs: 1000, lengthMs: 2000 }),
    ])
    expect(changes(timeline)).toEqual(['+a_1 0', '+c_2 1', '-c_2 3', '+b_1 3', '-a_1 10', '-b_1 10'])
    expect(plannedOf(timeline, 'both')).toMatchObject({ startMs: ROOM_MS, endMs: ROOM_MS + 10_000 })
  })

  it('has one stay for clips that touch or overlap, another for one that comes back', () => {
    const timeline = makeTimeline([
      makeRecording({ name: '1.webm', lengthMs: 4000 }),
      makeRecording({ name: '2.webm', atMs: 3000, lengthMs: 3000 }),
      makeRecording({ name: '3.webm', atMs: 8000, lengthMs: 1000 }),
    ])
    expect(changes(timeline)).toEqual(['+a_1 0', '-a_1 6', '+a_1 8', '-a_1 9'])
  })

  it('tells picture and sound apart', () => {
    const timeline = makeTimeline([
      makeRecording({ streamId: 'a_1', video: null }),
      makeRecording({ streamId: 'b_2', audio: null, atMs: 1000, lengthMs: 2000 }),
    ])
    expect(changes(timeline, ['audio', 'video'])).toEqual([
      '+a_1 audio 0',
      '+b_2 video 1',
      '-b_2 video 3',
      '-a_1 audio 10',
    ])
  })

  it('ends with the output, and begins with it', () => {
    const job = { keyStream: { streamId: 'a_1', idleMs: 2000 } }
    const timeline = makeTimeline(
      [
        makeRecording({ streamId: 'a_1', lengthMs: 3000 }),
        makeRecording({ streamId: 'b_1', atMs: -1000 }),
        makeRecording({ streamId: 'c_1', atMs: 7000 }),
      ],
      { job },
    )
    expect(changes(timeline)).toEqual(['+b_1 0', '+a_1 0', '-a_1 3', '-b_1 5'])
  })
})
