import { describe, expect, it } from 'vitest'
import { escapeValue } from '../../../src/graph/escape.ts'
import type { Command } from '../../../src/model/command.ts'
import { needsOfCommands, needsOfJob, needsOfRecording } from '../../../src/plan/needs.ts'
import { makeJob } from '../../harness/builders.ts'

const command = (more: Partial<Command>): Command => ({
  name: 'video 1/1',
  inputs: [],
  args: [],
  output: '{work}/v.mp4',
  files: [],
  durationMs: 0,
  ...more,
})
const named = (...commands: Command[]) => needsOfCommands(commands).map(({ kind, name }) => `${kind} ${name}`)

describe('what a job needs whatever its recordings', () => {
  const of = (...args: Parameters<typeof needsOfJob>) => needsOfJob(...args).map(({ name }) => name)
  const text = { x: 0, y: 0, alpha: 1, kind: 'text', text: 'hi' } as const

  it('is the encoders of what it makes', () => {
    expect(of(makeJob({ media: 'both' }), 'x264')).toEqual(expect.arrayContaining(['libx264', 'aac']))
    expect(of(makeJob({ media: 'audio' }), 'x264')).not.toContain('libx264')
    expect(of(makeJob({ media: 'video' }), 'x264')).not.toContain('aac')
    // Graphics hardware may do as well.
    expect(of(makeJob({ media: 'both' }), 'auto')).not.toContain('libx264')
  })

  it('is drawtext only where there is text on a picture', () => {
    expect(of(makeJob({ watermarks: [text] }), 'x264')).toContain('drawtext')
    expect(of(makeJob({ watermarks: [] }), 'x264')).not.toContain('drawtext')
    expect(of(makeJob({ watermarks: [text], media: 'audio' }), 'x264')).not.toContain('drawtext')
  })
})

describe('what commands need', () => {
  it('is what their options name', () => {
    const args = [
      '-map',
      '0:V:0',
      '-vf',
      'scale=2:2,tile=2x2',
      '-c:v',
      'mjpeg',
      '-c:a',
      'copy',
      '-f',
      'image2pipe',
    ]
    const inputs = [{ args: ['-f', 'mov'], path: '{work}/f' } as const]
    expect(named(command({ inputs, args }), command({ inputs }))).toEqual([
      'demuxer mov',
      'muxer image2pipe',
      'encoder mjpeg',
      'filter scale',
      'filter tile',
    ])
  })

  it('is every filter of a graph, and nothing of its values', () => {
    const value = escapeValue("a,b;c]d[e'f:g\\h")
    const text = `color=color=0x000000:size=16x16,trim=end_frame=1[v0];\n[0:V:0]setpts=${value},hflip[v1];\n[v0][v1]xstack=layout=0_0|8_0[out]\n`
    expect(named(command({ graph: { path: '{work}/v.graph', text } }))).toEqual([
      'filter color',
      'filter trim',
      'filter setpts',
      'filter hflip',
      'filter xstack',
    ])
  })
})

describe('what a recording needs', () => {
  it('is the decoders of what is used of it', () => {
    const codecs = { video: 'vp8', audio: 'opus' }
    expect(needsOfRecording(codecs, { video: false, audio: true })).toEqual([
      { kind: 'decoder', name: 'opus' },
    ])
    expect(needsOfRecording({ video: 'vp8' }, { video: true, audio: true })).toEqual([
      { kind: 'decoder', name: 'vp8' },
    ])
  })

  it('is nothing where no ffmpeg could be expected to decode it', () => {
    expect(needsOfRecording({ video: 'unknown' }, { video: true, audio: true })).toEqual([])
  })
})
