import { expect, it } from 'vitest'
import { isAsAsked } from '../../../src/ffmpeg/seeks.ts'
import { makeRecording, makeVideo } from '../../harness/builders.ts'

/** 100 ms a frame, a keyframe each second. */
const recording = makeRecording({
  video: makeVideo({ keyframesMs: [0, 1000, 2000, 3000, 4000] }),
})
const framesFrom = (fromMs: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => fromMs + i * 100)
const isRight = (brought: Float64Array | undefined) => isAsAsked({ recording, keyMs: 3000 }, brought)

it('a seek may lead to its keyframe or to the one before', () => {
  expect(isRight(framesFrom(3000, 30))).toBe(true)
  expect(isRight(framesFrom(3000.3, 30))).toBe(true)
  expect(isRight(framesFrom(2000, 27))).toBe(true)
})

it('a seek that leads anywhere else is wrong', () => {
  expect(isRight(undefined)).toBe(false)
  expect(isRight(Float64Array.of())).toBe(false)
  expect(isRight(framesFrom(4000, 30))).toBe(false)
  expect(isRight(framesFrom(0, 60))).toBe(false)
  expect(isRight(framesFrom(2900, 30))).toBe(false)
})

it('a seek behind which packets are missing is wrong, however well it begins', () => {
  expect(isRight(framesFrom(2000, 5))).toBe(false)
  expect(isRight(Float64Array.of(...framesFrom(2000, 5), ...framesFrom(4000, 20)))).toBe(false)
  expect(isRight(Float64Array.of(...framesFrom(3000, 5), ...framesFrom(4000, 25)))).toBe(false)
})
