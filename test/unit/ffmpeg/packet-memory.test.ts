import { expect, it } from 'vitest'
import { collectGarbage } from '../../../src/cli/collect-garbage.ts'
import { PacketReader } from '../../../src/ffmpeg/packets.ts'

const HEADER = [
  ...['#tb 0: 1/1000', '#media_type 0: video', '#codec_id 0: vp8', '#dimensions 0: 640x480'],
  ...['#tb 1: 1/1000', '#media_type 1: audio', '#codec_id 1: opus', '#sample_rate 1: 48000'],
]
const PICTURES = {
  sizes: [],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
} as const

const SECONDS = 1200
const PACKETS = 75 * SECONDS

/** A camera at 25 frames/s with Opus: 75 packets/s, as `TIMES_AS_SUMS` writes their times. */
function* linesOf(seconds: number): Generator<string> {
  yield* HEADER
  for (let tick = 0; tick < seconds * 50; tick++) {
    yield `1, ${2 + 42 * tick}, ${2 + 42 * tick}, 20, 120, 0x12345678`
    if (tick % 2 === 0) yield `0, ${2 + 41 * tick}, ${2 + 41 * tick}, 40, 900, 0x87654321, F=0x0`
  }
}

/** Bytes that are still used: in JavaScript's heap, and in buffers outside of it. */
function used(): { heap: number; buffers: number } {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heap: heapUsed, buffers: arrayBuffers }
}

it('packets take no memory that Node does not give back, whatever was asked about their tracks', () => {
  const before = used()
  const reader = new PacketReader()
  for (const line of linesOf(SECONDS)) reader.line(line)
  const probe = [reader.isApart(), reader.timing('video'), reader.video(PICTURES), reader.audio()]
  const after = used()
  expect(reader.timing('audio')?.runs).toEqual([])
  expect(probe).toHaveLength(4)
  expect((after.heap - before.heap) / PACKETS).toBeLessThan(8)
  expect((after.buffers - before.buffers) / PACKETS).toBeLessThan(40)
})
