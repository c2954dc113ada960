import { describe, expect, it } from 'vitest'
import type { IndexEntry } from '../../../src/model/room.ts'
import { mockRecordings, standInCommand, standInsOf } from '../../../src/preview/mock.ts'
import { ROOM_MS, makeRecording, makeTimeline } from '../../harness/builders.ts'

const entry = (streamId: string, atMs: number, endMs?: number): IndexEntry => ({
  ...makeRecording({ streamId, atMs, name: `${streamId}-${atMs}.webm` }).entry,
  ...(endMs !== undefined && { endMs: ROOM_MS + endMs }),
})

describe('stand-ins', () => {
  it('have one colour and one picture for each stream, whatever the order of the index', () => {
    const entries = [entry('b_1', 5000), entry('a_1', 0), entry('b_1', 20_000), entry('c_1', 7000)]
    const standIns = standInsOf(entries, '/jobs/job-1')
    expect(standIns.map(({ streamId }) => streamId)).toEqual(['a_1', 'b_1', 'c_1'])
    expect(standInsOf(entries.toReversed(), '/jobs/job-1')).toEqual(standIns)
    expect(new Set(standIns.map(({ path }) => path)).size).toBe(3)
  })

  it('have colours that can be told apart', () => {
    const entries = Array.from({ length: 16 }, (_, i) => entry(`p${i}_1`, i))
    const colours = standInsOf(entries, '/jobs/job-1').map(({ colour }) => colour)
    colours.forEach((a, i) => {
      for (const b of colours.slice(i + 1)) {
        expect(Math.hypot(a.r - b.r, a.g - b.g, a.b - b.b)).toBeGreaterThan(20)
      }
      for (const channel of [a.r, a.g, a.b]) {
        expect(channel).toBeGreaterThanOrEqual(0)
        expect(channel).toBeLessThanOrEqual(255)
      }
    })
  })

  it('last from start to end as the index has it, else to the next of the stream, else to the end', () => {
    const entries = [
      entry('a_1', 0, 4000),
      entry('b_1', 1000),
      entry('b_1', 6000),
      entry('c_1', 2000, 30_000),
    ]
    const recordings = mockRecordings(entries, standInsOf(entries, '/jobs/job-1'))
    const { streams, frames } = makeTimeline(recordings)
    const ranges = streams.map(({ streamId, clips }) => [
      streamId,
      ...clips.map(({ video }) => [video?.range.startMs, video?.range.endMs]),
    ])
    expect(ranges).toEqual([
      ['a_1', [0, 4000]],
      ['b_1', [1000, 6000], [6000, 30_000]],
      ['c_1', [2000, 30_000]],
    ])
    expect(frames).toBe(300)
  })

  it('last for some seconds where nothing says how long', () => {
    const entries = [entry('a_1', 0), entry('b_1', 5000, 1000)]
    expect(makeTimeline(mockRecordings(entries, standInsOf(entries, '/jobs/job-1'))).frames).toBe(150)
  })

  it('have their name in a file, so that no name is taken for something else', () => {
    const name = "it's[a]:;%{pts}\n_1"
    const [standIn] = standInsOf([entry(name, 0)], '/jobs/job-1')
    const { files, graph } = standInCommand(standIn!)
    expect(files).toEqual([{ path: '{work}/stand-in-1.mkv.txt', text: "it's[a]:;%{pts} _1" }])
    expect(graph?.text).not.toContain('pts}')
  })
})
