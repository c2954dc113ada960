import { expect, it } from 'vitest'
import type { Job, Settings } from '../../../src/model/job.ts'
import { settingsAtStart } from '../../../src/model/settings.ts'
import { neededAt } from '../../../src/preview/needed.ts'
import { ROOM_MS, makeJob, makeRecording } from '../../harness/builders.ts'

const entries = [
  makeRecording({ streamId: 'a_1' }).entry,
  makeRecording({ streamId: 'b_1', atMs: 10_000 }).entry,
  makeRecording({ streamId: 'c_1', atMs: 60_000 }).entry,
]
const needed = (atMs: number, changes: Partial<Job & Settings> = {}) =>
  [...neededAt({ job: makeJob(changes), entries, atMs: ROOM_MS + atMs })].map(({ streamId }) => streamId)
const { subscription } = settingsAtStart(makeJob())

it('needs those that have begun by then, give or take some seconds', () => {
  expect(needed(0)).toEqual(['a_1'])
  expect(needed(5000)).toEqual(['a_1', 'b_1'])
  expect(needed(80_000)).toEqual(['a_1', 'b_1', 'c_1'])
})

it('needs none of those that are heard only', () => {
  const video = { kind: 'except', streamIds: ['a_1'] } as const
  expect(needed(20_000, { subscription: { ...subscription, video } })).toEqual(['b_1'])
})

it('needs the one whose leaving ends the output', () => {
  expect(needed(0, { keyStream: { streamId: 'c_1', idleMs: 0 } })).toEqual(['a_1', 'c_1'])
})

it('needs those that are heard only, too, where they may keep others out', () => {
  const video = { kind: 'except', streamIds: ['a_1'] } as const
  expect(needed(20_000, { subscription: { ...subscription, video, maxStreams: 2 } })).toEqual(['a_1', 'b_1'])
})
