import { describe, expect, it } from 'vitest'
import { clock, segmentName } from '../../../src/report/clock.ts'
import { ASCII, UNICODE, timelineText } from '../../../src/report/timeline-text.ts'
import { textWidth } from '../../../src/text/width.ts'
import { makeAudio, makeRecording, makeTimeline, makeVideo } from '../../harness/builders.ts'

/** Alice twice in a row, Bob with a gap and with sound alone, a screen share with a name that is too long. */
const ROOM = makeTimeline([
  makeRecording({ streamId: 'alice_1', name: '1', lengthMs: 20_000 }),
  makeRecording({ streamId: 'alice_1', name: '2', atMs: 20_000, lengthMs: 40_000 }),
  makeRecording({
    streamId: 'bob_1',
    name: '3',
    atMs: 5000,
    video: makeVideo({ lengthMs: 5000 }),
    audio: makeAudio({ lengthMs: 25_000 }),
  }),
  makeRecording({ streamId: 'bob_1', name: '4', atMs: 40_000, lengthMs: 10_000, audio: null }),
  makeRecording({
    streamId: 'a-name-that-takes-all-there-is_2',
    atMs: 30_000,
    lengthMs: 15_000,
    audio: null,
  }),
])

const draw = (columns: number, ink = ASCII, timeline = ROOM) =>
  timelineText({ timeline, columns, ink, segmentsLabel: 'segments' })

describe('the timeline', () => {
  it('is drawn with a row a stream, a time axis and the segments below', () => {
    expect(draw(100).join('\n')).toMatchInlineSnapshot(`
      "                            00:00       00:10       00:20       00:30       00:40       00:50
                                  +-----------+-----------+-----------+-----------+-----------+-----------
        alice_1                   [#######################===============================================]
        bob_1                           [#########~~~~~~~~~~~~~~~~~~~~............===========]
        a-name-that-takes-all...                                      [################]
        segments                  A-----B--------C--------------------D-----------E----F-----G------------"
    `)
  })

  it('in the characters of a better terminal', () => {
    expect(draw(80, UNICODE).join('\n')).toMatchInlineSnapshot(`
      "                            00:00        00:15        00:30        00:45
                                  ┬────────────┬────────────┬────────────┬────────────
        alice_1                   ▐████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▌
        bob_1                         ▐███████━━━━━━━━━━━━━━········▓▓▓▓▓▓▓▓▓▌
        a-name-that-takes-all...                            ▐███████████▌
        segments                  A───B──────C──────────────D───────E────F───G────────"
    `)
  })

  it.each([40, 60, 100, 237])('keeps within %d columns', (columns) => {
    for (const line of draw(columns)) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(columns, 60))
  })

  it('shows what is shorter than a cell, and keeps names of any script in line', () => {
    const timeline = makeTimeline([
      makeRecording({ streamId: '学生_1', lengthMs: 600_000, audio: null }),
      makeRecording({
        streamId: 'b_1',
        atMs: 300_000,
        lengthMs: 600,
        video: makeVideo({ lengthMs: 600 }),
        audio: null,
      }),
    ])
    const [, , student, short] = draw(60, ASCII, timeline)
    expect(student).toMatch(/^ {2}学生_1 {4}\[#+\]$/)
    expect(short).toMatch(/^ {2}b_1 +#$/)
  })

  it('has no segments without a picture', () => {
    const timeline = makeTimeline([makeRecording({ video: null })], { job: { media: 'audio' } })
    expect(draw(60, ASCII, timeline)).toHaveLength(3)
    expect(draw(60, ASCII, timeline)[2]).toMatch(/^ {2}a_1 {2}\[~+\]$/)
  })

  it.each([
    [2000, '00:00.0'],
    [20 * 60_000, '00:00'],
    [30 * 3_600_000, '00:00'],
  ])('has a scale for a length of %d ms', (lengthMs, first) => {
    const timeline = makeTimeline([makeRecording({ lengthMs, video: null })], { job: { media: 'audio' } })
    const labels = (draw(100, ASCII, timeline)[0] ?? '').trim().split(/\s+/)
    expect(labels[0]).toBe(first)
    expect(labels.length).toBeGreaterThan(3)
    expect(labels.length).toBeLessThan(14)
  })
})

describe('names', () => {
  it('of moments', () => {
    expect([0, 62_500, 3_723_004.4].map(clock)).toEqual(['00:00.000', '01:02.500', '1:02:03.004'])
  })
  it('of segments', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(segmentName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  })
})
