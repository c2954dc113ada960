import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mp4Tracks } from '../../../src/ffmpeg/mp4-tracks.ts'
import { claimingMp4 } from '../../harness/claiming-mp4.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-mp4-tracks-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function tracksOf(bytes: Buffer) {
  const path = join(folder, 'one.mp4')
  await writeFile(path, bytes)
  return mp4Tracks(path)
}

const PLAIN = {
  kind: 'soun',
  mirroredTurn: undefined,
  edits: 0,
  changesSpeed: false,
  samples: 10,
  references: undefined,
}

function box(name: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, body])
}

describe('the tracks of an MP4', () => {
  it('one that is plain', async () => {
    expect(await tracksOf(claimingMp4({ samples: 10 }))).toEqual([PLAIN])
  })

  it('tables behind the samples are found', async () => {
    const file = claimingMp4({ samples: 10, bytes: 200_000 })
    const at = file.indexOf('mdat', 0, 'latin1') - 4
    expect(await tracksOf(Buffer.concat([file.subarray(at), file.subarray(0, at)]))).toEqual([PLAIN])
  })

  it('edits are counted by the size of their list, whatever it claims', async () => {
    const edits = Array.from({ length: 3000 }, () => [10, 0] as const)
    const file = claimingMp4({ samples: 10, edits })
    expect(await tracksOf(file)).toEqual([{ ...PLAIN, edits: 3000 }])
    file.writeUInt32BE(1, file.indexOf('elst', 0, 'latin1') + 8)
    expect(await tracksOf(file)).toEqual([{ ...PLAIN, edits: 3000 }])
  })

  it('edits at another speed, but for what is empty', async () => {
    const speeds = async (start: number, speed: number) => {
      const file = claimingMp4({ samples: 10, edits: [[10, start]] })
      file.writeInt32BE(speed, file.indexOf('elst', 0, 'latin1') + 4 + 8 + 8)
      return (await tracksOf(file))[0]?.changesSpeed
    }
    expect(await speeds(0, 0x10000)).toBe(false)
    expect(await speeds(0, 0x20000)).toBe(true)
    expect(await speeds(0, 0)).toBe(true)
    expect(await speeds(-1, 0)).toBe(false)
  })

  it.each([
    ['upright', [1, 0, 0, 1], undefined],
    ['turned by a quarter', [0, 1, -1, 0], undefined],
    ['turned by a half', [-1, 0, 0, -1], undefined],
    ['mirrored left to right', [-1, 0, 0, 1], 0],
    ['mirrored top to bottom', [1, 0, 0, -1], 180],
    ['mirrored and turned', [0, 1, 1, 0], 90],
  ])('%s', async (_, [a = 0, b = 0, c = 0, d = 0], mirroredTurn) => {
    const file = claimingMp4({ samples: 10 })
    const at = file.indexOf('tkhd', 0, 'latin1') + 4 + 40
    for (const [i, value] of [a, b, 0, c, d].entries()) file.writeInt32BE(value * 0x10000, at + 4 * i)
    expect(await tracksOf(file)).toEqual([{ ...PLAIN, mirroredTurn }])
  })

  it('mirrored, in a header with 64-bit times', async () => {
    const header = Buffer.alloc(96)
    header[0] = 1
    for (const [i, value] of [-1, 0, 0, 0, 1].entries()) header.writeInt32BE(value * 0x10000, 52 + 4 * i)
    const tracks = await tracksOf(box('moov', box('trak', box('tkhd', header))))
    expect(tracks).toMatchObject([{ mirroredTurn: 0 }])
  })

  it('those of the first header alone, as in ffmpeg', async () => {
    const second = box('moov', box('trak'))
    expect(await tracksOf(Buffer.concat([claimingMp4({ samples: 10 }), second]))).toEqual([PLAIN])
  })

  it('what is cut off, nested without end, or no MP4, ends', async () => {
    const file = claimingMp4({ samples: 10 })
    for (let length = 0; length < file.length; length += 97) await tracksOf(file.subarray(0, length))
    let deep = box('stbl')
    for (let i = 0; i < 200; i++) deep = box('trak', deep)
    expect((await tracksOf(box('moov', deep))).length).toBeLessThan(20)
    const many = Buffer.concat(Array.from({ length: 50_000 }, () => box('free')))
    expect(await tracksOf(Buffer.concat([many, file]))).toEqual([])
    expect(await tracksOf(Buffer.alloc(1000, 0xff))).toEqual([])
  })
})
