import { describe, expect, it } from 'vitest'
import { CAUSES, causeOf, causesOf, overLimit } from '../../../scripts/bench/causes.mjs'

const line = (...args: string[]) => args.map((arg) => `${arg}\0`).join('')

describe('where CPU time goes', () => {
  it('is told by what a process does', () => {
    expect(causeOf(line('/usr/bin/node', '/app/dist/main.js', 'cfg.json'))).toBe('Node')
    expect(causeOf(line('ffmpeg', '-i', 'a.webm', '-f', 'framecrc', 'pipe:3'))).toBe('probe')
    expect(causeOf(line('ffmpeg', '-i', 'a.webm', '-c:v', 'libx264', 'w/video-1.mp4.part'))).toBe('picture')
    expect(causeOf(line('ffmpeg', '-i', 'a.webm', '-f', 'rawvideo', 'w/video-1-1.pipe'))).toBe('picture')
    expect(causeOf(line('ffmpeg', '-i', 'a.webm', '-c:a', 'aac', 'w/audio.m4a.part'))).toBe('sound')
    expect(causeOf(line('ffmpeg', '-c', 'copy', '-movflags', '+faststart', 'w/finished.mp4.part'))).toBe(
      'mux',
    )
    expect(causeOf(line('ffmpeg', '-i', 'w/finished.mp4', '-f', 'framecrc', 'pipe:3'))).toBe('check')
    expect(causeOf(line('setpriv', '--pdeathsig', 'KILL', 'true'))).toBe('rest')
    expect(causeOf('')).toBe('rest')
  })

  it('adds up to the whole: what was not seen is the rest', () => {
    const seen = [
      { cause: 'Node', ms: 900 },
      { cause: 'picture', ms: 4000 },
      { cause: 'picture', ms: 1000 },
      { cause: 'rest', ms: 10 },
    ]
    const causes = causesOf(seen, 6000)
    expect(causes).toEqual({ Node: 900, probe: 0, picture: 5000, sound: 0, mux: 0, check: 0, rest: 100 })
    expect(CAUSES.reduce((sum, name) => sum + (causes[name] ?? 0), 0)).toBe(6000)
  })

  it('is over the limit by all but decoding, scaling, encoding and the sound', () => {
    const causes = { Node: 900, probe: 300, picture: 5000, sound: 400, mux: 50, check: 200, rest: 100 }
    const limit = { 'decode and scale': 1000, encode: 3500, read: 100, sound: 350 }
    expect(overLimit(causes, limit)).toEqual({ ...causes, picture: 600, sound: 50 })
  })
})
