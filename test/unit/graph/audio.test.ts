import { describe, expect, it, vi } from 'vitest'
import { filter } from '../../../src/graph/node.ts'
import { printGraph } from '../../../src/graph/print.ts'
import { soundGraph } from '../../../src/graph/audio.ts'
import { type LevelChange, UNCHANGED } from '../../../src/model/loudness.ts'
import { makeAudio, makeClip, makeClock, makeRecording } from '../../harness/builders.ts'

// How a clip keeps time is a subject of its own; here it is one word, with the sample at which it begins.
vi.mock('../../../src/graph/pace.ts', () => ({
  keepPace: ({ first }: { first: number }) => [filter('pace', { first })],
}))

/** A clip heard in a stretch of output time. */
function heard(id: number, startMs: number, endMs: number, channels = 2) {
  const audio = makeAudio({ lengthMs: endMs - startMs, channels })
  return makeClip({ id, offsetMs: startMs, recording: makeRecording({ streamId: `user${id}_1`, audio }) })
}

function graph(clips: readonly ReturnType<typeof heard>[], lengthMs: number, channels: 1 | 2 = 2): string {
  return printGraph({
    out: soundGraph({ clips, samples: lengthMs * 48, channels, inputOf: (clip) => clips.indexOf(clip) }),
  })
}

describe('the level of the mix', () => {
  const changed = (change: LevelChange) =>
    printGraph({
      out: soundGraph({ clips: [heard(0, 0, 1000)], samples: 48_000, channels: 2, inputOf: () => 0, change }),
    }).trim()
  const plain = graph([heard(0, 0, 1000)], 1000).trim()

  it('is left alone where nothing is to change', () => {
    expect(changed(UNCHANGED)).toBe(plain)
  })

  it('is changed by one gain for all, with peaks between samples limited where they are too high', () => {
    expect(changed({ gainDb: 3.5, isLimited: false })).toContain(
      '[a1]volume=volume=3.5dB:precision=float,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[out]',
    )
    expect(changed({ gainDb: 0, isLimited: true })).toContain(
      'aresample=sample_rate=192000,alimiter=limit=0.8:level=0:attack=5:release=80:latency=1,aresample=sample_rate=48000',
    )
  })
})

describe('the sound', () => {
  it('of nobody is silence of the output’s length', () => {
    expect(graph([], 2000)).toMatchInlineSnapshot(`
      "anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=96000[out]
      "
    `)
  })

  it('of one clip that lasts as long as the output', () => {
    expect(graph([heard(0, 0, 10_000)], 10_000)).toMatchInlineSnapshot(`
      "[0:a:0]pace=first=0,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=480000,atrim=end_sample=480000[a1];
      [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
      "
    `)
  })

  it('before output time 0 and behind its end is not heard', () => {
    expect(graph([heard(0, -3000, 5000), heard(1, 9000, 12_000), heard(2, 11_000, 12_000)], 10_000))
      .toMatchInlineSnapshot(`
        "[0:a:0]pace=first=0,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=240000,atrim=end_sample=240000[a2];
        anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=192000[a4];
        [1:a:0]pace=first=432000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a5];
        [a2][a4][a5]concat=n=3:v=0:a=1[a1];
        [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
        "
      `)
  })

  it('of clips that follow one another shares a lane, its gaps filled with silence', () => {
    expect(graph([heard(0, 500, 2000), heard(1, 2000, 3000), heard(2, 4000, 5000)], 6000))
      .toMatchInlineSnapshot(`
        "anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=24000[a2];
        [0:a:0]pace=first=24000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=72000,atrim=end_sample=72000[a3];
        [1:a:0]pace=first=96000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a5];
        anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=48000[a7];
        [2:a:0]pace=first=192000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a8];
        anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=48000[a10];
        [a2][a3][a5][a7][a8][a10]concat=n=6:v=0:a=1[a1];
        [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
        "
      `)
  })

  it('of people who talk at once is added up, as loud as it was', () => {
    expect(graph([heard(0, 0, 4000), heard(1, 1000, 5000), heard(2, 4000, 5000)], 5000))
      .toMatchInlineSnapshot(`
        "[0:a:0]pace=first=0,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=192000,atrim=end_sample=192000[a3];
        [2:a:0]pace=first=192000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a5];
        [a3][a5]concat=n=2:v=0:a=1[a2];
        anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=48000[a8];
        [1:a:0]pace=first=48000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=192000,atrim=end_sample=192000[a9];
        [a8][a9]concat=n=2:v=0:a=1[a7];
        [a2][a7]amix=inputs=2:normalize=0:duration=longest[a1];
        [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB,apad=whole_len=240000,atrim=end_sample=240000[out]
        "
      `)
  })

  it('in mono, from stereo, mono and more channels', () => {
    expect(graph([heard(0, 0, 1000), heard(1, 1000, 2000, 1), heard(2, 2000, 3000, 6)], 3000, 1))
      .toMatchInlineSnapshot(`
        "[0:a:0]pace=first=0,pan=args=mono|c0=0.5*c0+0.5*c1,aformat=sample_fmts=fltp:channel_layouts=mono,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a2];
        [1:a:0]pace=first=48000,aformat=sample_fmts=fltp:channel_layouts=mono,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a4];
        [2:a:0]pace=first=96000,aformat=sample_fmts=fltp:channel_layouts=mono,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a6];
        [a2][a4][a6]concat=n=3:v=0:a=1[a1];
        [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
        "
      `)
  })

  it('of a mono clip in a stereo output is as loud on both sides', () => {
    expect(graph([heard(0, 0, 1000, 1)], 1000)).toMatchInlineSnapshot(`
      "[0:a:0]pace=first=0,aformat=sample_fmts=fltp:channel_layouts=mono,asetpts=expr=N/SR/TB,apad=whole_len=48000,atrim=end_sample=48000[a2];
      [a2]pan=args=stereo|c0=c0|c1=c0[a1];
      [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
      "
    `)
  })

  it('of mono clips is mixed once for both sides, and doubled last', () => {
    const pans = (text: string) => text.split('pan=args=stereo').length - 1
    const mono = Array.from({ length: 8 }, (_, i) => heard(i, 0, 5000, 1))
    const text = graph(mono, 5000)
    expect(pans(text)).toBe(1)
    expect(text.indexOf('pan=')).toBeGreaterThan(text.indexOf('amix=inputs=8'))
    // Beside a stereo clip each is doubled before the mix: added up in another order, sums differ in their last bit.
    expect(pans(graph([...mono, heard(8, 0, 5000)], 5000))).toBe(8)
    expect(pans(graph(mono, 5000, 1))).toBe(0)
  })

  it('of a clip with a long hole is two pieces, silence between them', () => {
    const audio = makeAudio({
      lengthMs: 60_000,
      clock: makeClock({ longHoles: [{ fromMs: 10_000, toMs: 50_000 }] }),
    })
    const clip = makeClip({ offsetMs: 1000, recording: makeRecording({ audio }) })
    expect(graph([clip], 61_000)).toMatchInlineSnapshot(`
      "anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=48000[a2];
      [0:a:0]atrim=end=31,pace=first=48000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=480000,atrim=end_sample=480000[a3];
      anullsrc=sample_rate=48000:channel_layout=stereo,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=end_sample=1920000[a5];
      [0:a:0]atrim=start=31,pace=first=2448000,aformat=sample_fmts=fltp:channel_layouts=stereo,asetpts=expr=N/SR/TB,apad=whole_len=480000,atrim=end_sample=480000[a6];
      [a2][a3][a5][a6]concat=n=4:v=0:a=1[a1];
      [a1]alimiter=limit=0.891:level=0:attack=5:release=80:latency=1,asetpts=expr=N/SR/TB[out]
      "
    `)
  })

  it('needs as many lanes as people are heard at once', () => {
    const clips = Array.from({ length: 30 }, (_, i) => heard(i, i * 1000, i * 1000 + 2500))
    expect(/amix=inputs=(\d+)/.exec(graph(clips, 40_000))?.[1]).toBe('3')
  })
})
