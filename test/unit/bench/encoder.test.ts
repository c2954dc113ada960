import { describe, expect, it } from 'vitest'
import {
  encoderOf,
  kbitOf,
  settingsThatDiffer,
  writtenSettings,
  x264Settings,
} from '../../../scripts/bench/encoder.mjs'
import { outputOptions } from '../../../src/ffmpeg/arguments.ts'
import { ENCODER } from './rooms.ts'

const piece = (rate: string) => ({
  name: 'video',
  argv: [
    ...[
      'ffmpeg',
      '-threads',
      '1',
      '-i',
      'a.webm',
      '-y',
      '-nostats',
      '-copyts',
      '-filter_complex_script',
      'g',
    ],
    ...['-map', '[out]', '-frames:v', '20', '-fps_mode', 'passthrough', '-c:v', 'libx264', '-preset', 'fast'],
    ...['-threads', '2', '-b:v', rate, '-x264-params', 'ratetol=0.1', '-f', 'mp4', 'out.mp4'],
  ],
})
const sound = {
  name: 'audio',
  argv: ['ffmpeg', '-i', 'a.webm', '-map', '[out]', '-c:a', 'aac', '-b:a', '96k', '-f', 'mp4', 'out.m4a'],
}
const mux = { name: 'mux', argv: ['ffmpeg', '-i', 'out.mp4', '-c', 'copy', '-f', 'mp4', 'all.mp4'] }

describe('the encoder settings', () => {
  it('are those of the planned commands, without what says nothing about them', () => {
    expect(encoderOf([piece('2000k'), sound, mux])).toEqual({
      video: ['-c:v', 'libx264', '-preset', 'fast', '-b:v', '2000k', '-x264-params', 'ratetol=0.1'],
      audio: ['-c:a', 'aac', '-b:a', '96k'],
      differ: [],
    })
  })

  it('do not include what the worker tells each ffmpeg', () => {
    const command = {
      ...{ name: 'video', inputs: [], graph: { path: 'g', text: '' }, fps: 30, args: ['-c:v', 'libx264'] },
      ...{ output: 'out.mp4', files: [], durationMs: 0 },
    }
    for (const syntax of [
      { graphFile: '-filter_complex_script', ratePassesThrough: true },
      { graphFile: '-/filter_complex', ratePassesThrough: false },
    ] as const) {
      const argv = ['ffmpeg', '-i', 'a.webm', '-y', ...outputOptions(command, syntax), 'out.mp4']
      expect(encoderOf([{ name: 'video', argv }, sound]).video).toEqual(['-c:v', 'libx264'])
    }
  })

  it('name what pieces do not agree in', () => {
    expect(encoderOf([piece('2000k'), piece('1900k'), sound]).differ).toEqual(['-b:v'])
  })

  it('cannot be had from a plan without a picture', () => {
    expect(() => encoderOf([sound, mux])).toThrow('no command that encodes picture and sound')
  })

  it('are translated for programs that take the names of x264', () => {
    const video = [
      ...ENCODER.video,
      '-maxrate',
      '3M',
      '-x264-params',
      'ratetol=0.1:subme=3',
      '-color_range',
      'tv',
    ]
    expect(x264Settings({ ...ENCODER, video })).toEqual({
      preset: 'veryfast',
      tune: undefined,
      profile: 'high',
      kbps: 2000,
      params: 'keyint=60:vbv-maxrate=3000:ratetol=0.1:subme=3',
      keyframeFrames: 60,
      bufferKbit: 0,
    })
  })

  it('that have no translation are an error, not a difference', () => {
    const video = [...ENCODER.video, '-unheard', '1']
    expect(() => x264Settings({ ...ENCODER, video })).toThrow('-unheard')
  })

  it('are read back from a file, and compared but for the threads', () => {
    const text = 'x264 - core 164 r1 - H.264/MPEG-4 AVC codec - options: cabac=1 threads=2 bitrate=2000'
    const written = writtenSettings(Buffer.from(`....${text}\0....`, 'latin1'))
    expect(written).toBe('cabac=1 threads=2 bitrate=2000')
    expect(settingsThatDiffer(written, 'cabac=1 threads=1 bitrate=1000 ref=1')).toEqual([
      'bitrate: 2000, 1000',
      'ref: none, 1',
    ])
    expect(writtenSettings(Buffer.from('no encoder wrote this'))).toBeUndefined()
  })

  it.each([
    ['2000k', 2000],
    ['2M', 2000],
    ['2000000', 2000],
  ])('bit rate %s is %i kbit/s', (text, kbps) => {
    expect(kbitOf(text)).toBe(kbps)
  })
})
