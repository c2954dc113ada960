import { describe, expect, it } from 'vitest'
import { referencesOf } from '../../../src/ffmpeg/parameter-sets.ts'

/** As x264 and x265 write them: `avcC` with 1, 4 and 16 reference pictures, `hvcC` with 2 and 4 that are kept. */
const AVCC = {
  1: '0142c00bffe100166742c00bda0507ec0440000003004000000503c50aa801000468ce0fc8',
  4: '0142c00cffe100186742c00cd94141fb011000000300100000030140f142a58001000568c920fc80',
  16: '0142c016ffe100186742c016a6110507ec0440000003004000000503c58b846001000568c8420fc8',
}
const HVCC = {
  2: '0104080000009e08000000003cf000fcfff8f800000f04200001001740010c01ffff0408000003009e0800000300003cba0240',
  4: '0104080000009e08000000003cf000fcfff8f800000f04200001001740010c01ffff0408000003009e0800000300003c968090',
}

describe('how many pictures a decoder keeps', () => {
  it.each(Object.entries(AVCC))('%s, in H.264', (references, hex) => {
    expect(referencesOf('h264', Buffer.from(hex, 'hex'))).toBe(Number(references))
  })

  it.each(Object.entries(HVCC))('%s, in HEVC', (references, hex) => {
    expect(referencesOf('hevc', Buffer.from(hex, 'hex'))).toBe(Number(references))
  })

  it('not known where it is cut off or makes no sense, and no more than decoders take', () => {
    for (const [codec, hex] of [
      ['h264', AVCC[4]],
      ['hevc', HVCC[4]],
    ] as const) {
      const config = Buffer.from(hex, 'hex')
      const known = Array.from({ length: config.length }, (_, end) =>
        referencesOf(codec, config.subarray(0, end)),
      )
      expect([known[0], known[12]]).toEqual([undefined, undefined])
      for (const fill of [0, 0xff, 0x55, 0x01, 0x24]) {
        const broken = Buffer.concat([config.subarray(0, 8), Buffer.alloc(100_000, fill)])
        expect(referencesOf(codec, broken) ?? 0).toBeLessThanOrEqual(16)
      }
    }
  })
})
