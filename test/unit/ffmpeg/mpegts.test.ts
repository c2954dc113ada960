import { describe, expect, it } from 'vitest'
import { type Clock, place } from '../../../src/ffmpeg/join-slices.ts'
import { TURN_TICKS, isTransportStream, moveTimes, rangeOf, ticksOf } from '../../../src/ffmpeg/mpegts.ts'

/** A packet that begins a picture at a time in ticks of 90 kHz. */
function packet(pts: number, streamId = 0xe0): Buffer {
  const bytes = Buffer.alloc(188, 0xff)
  bytes.set([0x47, 0x41, 0x00, 0x10, 0, 0, 1, streamId, 0, 0, 0x80, 0x80, 5], 0)
  bytes[13] = 0x21 | (Math.floor(pts / 2 ** 30) << 1)
  bytes.writeUInt16BE((Math.floor(pts / 2 ** 15) % 2 ** 15) * 2 + 1, 14)
  bytes.writeUInt16BE((pts % 2 ** 15) * 2 + 1, 16)
  return bytes
}

const stream = (...times: readonly number[]): Buffer => Buffer.concat(times.map((pts) => packet(pts)))

describe('the times of a transport stream', () => {
  it('are found, from the first to the last, whatever their order', () => {
    expect(rangeOf(stream(9000, 3000, 6000, 12_000))).toEqual({
      from: 3000,
      to: 12_000,
      hasVideo: true,
      hasAudio: false,
    })
    expect(rangeOf(Buffer.concat([packet(1, 0xc0), packet(2, 0xbd), packet(3, 0xc1)]))?.hasVideo).toBe(false)
    expect(rangeOf(Buffer.from('nothing'))).toBeUndefined()
  })

  it('are moved, and wrap around at 33 bits', () => {
    const bytes = stream(TURN_TICKS - 90, 0)
    expect(rangeOf(bytes)).toMatchObject({ from: TURN_TICKS - 90, to: 0 })
    moveTimes(bytes, 180)
    expect(rangeOf(bytes)).toMatchObject({ from: 90, to: 180 })
    moveTimes(bytes, -180)
    expect(bytes).toEqual(stream(TURN_TICKS - 90, 0))
  })

  it('are those of nothing else', () => {
    expect(isTransportStream(stream(0, 0, 0))).toBe(true)
    expect(isTransportStream(Buffer.from('G'.padEnd(600, 'x')))).toBe(false)
  })
})

describe('where a slice is placed', () => {
  const slice = (startMs?: number) => ({ path: 'a.ts', ...(startMs !== undefined && { startMs }) })
  const first: Clock = place({ from: 500, to: 500 + ticksOf(2000) }, slice(1000), undefined)
  /** Begin in ms after the first slice's. */
  const begin = (from: number, startMs?: number, before = first) =>
    Math.round(
      (place({ from, to: from + 90 }, slice(startMs), before).moveTicks + from - 500 - first.moveTicks) / 90,
    )
  const follows = 500 + ticksOf(2040)

  it('goes on with its own clock if that agrees with its name', () => {
    expect(begin(follows, 3300)).toBe(2040)
  })

  it('is at the time in its name if its clock began anew, or left something out', () => {
    expect(begin(500, 3300)).toBe(2300)
    expect(begin(follows, 9000)).toBe(8000)
  })

  it('follows its own clock without a name, and the one before if that began anew', () => {
    expect(begin(follows)).toBe(2040)
    expect(begin(500 + ticksOf(5000))).toBe(5000)
    expect(begin(500)).toBe(2000)
  })
})
