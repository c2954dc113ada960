import { describe, expect, it } from 'vitest'
import { lacking, readList } from '../../../src/ffmpeg/features.ts'

const UNKNOWN = {
  encoder: undefined,
  decoder: undefined,
  filter: undefined,
  demuxer: undefined,
  muxer: undefined,
}

describe('a list that ffmpeg prints', () => {
  it('of filters has two or three flags for each', () => {
    const legend =
      'Filters:\n  T.. = Timeline support\n  .S. = Slice threading\n  | = Source or sink filter\n'
    expect(
      readList('filter', `${legend} TSC hflip             V->V       Flip.\n ..C color  |->V  A colour.\n`),
    ).toEqual(['hflip', 'color'])
    expect(
      readList('filter', `${legend} .S xstack            N->V       Stack.\n .. anullsrc  |->A  Silence.\n`),
    ).toEqual(['xstack', 'anullsrc'])
  })

  it('of demuxers and muxers may have a column for devices, and several names for one', () => {
    const legend = 'File formats:\n D. = Demuxing supported\n .E = Muxing supported\n --\n'
    const old = ' D  aac             raw ADTS AAC\n D  matroska,webm   Matroska / WebM\n'
    const recent =
      ' D   aac             raw ADTS AAC\n D d lavfi           Virtual\n D   matroska,webm   Matroska\n'
    expect(readList('demuxer', legend + old)).toEqual(['aac', 'matroska', 'webm'])
    expect(readList('demuxer', legend + recent)).toEqual(['aac', 'lavfi', 'matroska', 'webm'])
    expect(readList('muxer', `${legend}  E mp4             MP4\n`)).toEqual(['mp4'])
    expect(readList('muxer', `${legend}  E  mp4             MP4\n  Ed alsa  ALSA\n`)).toEqual(['mp4', 'alsa'])
  })

  it('of encoders names them, of decoders what they decode', () => {
    const legend =
      'Encoders:\n V..... = Video\n A..... = Audio\n .F.... = Frame-level multithreading\n ------\n'
    expect(
      readList('encoder', `${legend} V....D libx264              x264 (codec h264)\n A..... aac  AAC\n`),
    ).toEqual(['libx264', 'aac'])
    expect(
      readList('decoder', `${legend} VFS..D vp8   On2 VP8\n A....D libopus   Opus (codec opus)\n`),
    ).toEqual(['vp8', 'libopus', 'opus'])
  })

  it('has no AV1 where only graphics hardware decodes it', () => {
    expect(readList('decoder', ' V....D av1    AV1\n VFS..D vp8   On2 VP8\n')).toEqual(['vp8'])
    expect(readList('decoder', ' V....D av1    AV1\n V..... libdav1d  dav1d (codec av1)\n')).toEqual([
      'libdav1d',
      'av1',
    ])
  })

  it('that cannot be read says nothing', () => {
    expect(readList('encoder', '')).toBeUndefined()
    expect(lacking(UNKNOWN, [{ kind: 'encoder', name: 'libx264' }])).toEqual([])
  })
})

it('what is lacking is named once', () => {
  const aac = { kind: 'encoder', name: 'aac' } as const
  const x264 = { kind: 'encoder', name: 'libx264' } as const
  const drawtext = { kind: 'filter', name: 'drawtext' } as const
  const has = { ...UNKNOWN, encoder: ['aac'], filter: [] }
  expect(lacking(has, [aac, x264, x264, drawtext])).toEqual([x264, drawtext])
})
