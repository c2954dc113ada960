import { describe, expect, it } from 'vitest'
import { walkContainer } from '../../../src/ffmpeg/container-walk.ts'

const UNKNOWN = [0x01, ...Array<number>(7).fill(0xff)]
const element = (
  id: readonly number[],
  body: readonly number[],
  size: readonly number[] = [0x80 | body.length],
) => Buffer.from([...id, ...size, ...body])
const HEADER = element([0x1a, 0x45, 0xdf, 0xa3], [1, 2, 3])
const segment = (size: readonly number[]) => Buffer.from([0x18, 0x53, 0x80, 0x67, ...size])
const CLUSTER = Buffer.from([0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 0xe7, 0x81, 0])
// Bytes that would be no element, and such as would be another.
const block = element([0xa3], [0, 0, 0, 9, 0x1a, 0x45, 0xdf, 0xa3, 7])
const tracks = element([0x16, 0x54, 0xae, 0x6b], [5, 5], [0x40, 2])
const webm = Buffer.concat([HEADER, segment(UNKNOWN), tracks, CLUSTER, block, block, CLUSTER, block])

const box = (type: string, body: number) => {
  const bytes = Buffer.alloc(8 + body, 0xaa)
  bytes.writeUInt32BE(8 + body)
  bytes.write(type, 4, 'latin1')
  return bytes
}
const large = (type: string, body: number) => {
  const bytes = Buffer.alloc(16 + body)
  bytes.writeUInt32BE(1)
  bytes.write(type, 4, 'latin1')
  bytes.writeBigUInt64BE(BigInt(16 + body), 8)
  return bytes
}
const mp4 = Buffer.concat([
  box('ftyp', 8),
  box('moov', 40),
  box('moof', 9),
  large('mdat', 30),
  box('moof', 3),
])

describe.each([
  { demuxer: 'matroska', whole: webm },
  { demuxer: 'mov', whole: mp4 },
] as const)('a $demuxer', ({ demuxer, whole }) => {
  it('is sound however its bytes come', () => {
    for (let size = 1; size <= whole.length; size++) {
      const isSound = walkContainer(demuxer)
      for (let at = 0; at < whole.length; at += size)
        expect(isSound(whole.subarray(at, at + size)), `${size} bytes, at ${at}`).toBe(true)
    }
  })

  it('does not go on with something else, nor with its own beginning, nor after that', () => {
    for (const other of [Buffer.from('just some text'), Buffer.alloc(40), webm]) {
      const isSound = walkContainer(demuxer)
      expect(isSound(whole)).toBe(true)
      expect(isSound(other)).toBe(false)
      expect(isSound(whole)).toBe(false)
    }
  })
})

it('a WebM that says how long it is ends there', () => {
  const body = Buffer.concat([tracks, CLUSTER, block])
  const isSound = walkContainer('matroska')
  expect(isSound(Buffer.concat([HEADER, segment([0x80 | body.length]), body]))).toBe(true)
  expect(isSound(block)).toBe(false)
})

it('what has no beginning is none', () => {
  expect(walkContainer('matroska')(Buffer.concat([CLUSTER, block]))).toBe(false)
})
