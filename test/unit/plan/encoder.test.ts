import { describe, expect, it } from 'vitest'
import { type Encoder, HARDWARE, SPEEDS } from '../../../src/model/encoding.ts'
import type { Job } from '../../../src/model/job.ts'
import { encoderArgs, trialCommand } from '../../../src/plan/encoder.ts'
import type { EncodeSettings } from '../../../src/plan/settings.ts'
import { makeCanvas, makeJob, makeSettings } from '../../harness/builders.ts'

type Profile = Job['video']['profile']

/** The options in which speed, profile and encoder have a say. */
function args(profile: Profile, settings: Partial<EncodeSettings> = {}): string {
  const job = makeJob({ video: { bitrateKbps: 800, profile } })
  const all = encoderArgs({ job, settings: makeSettings(settings), threads: 2, matrix: 'bt709' })
  return all.slice(0, all.indexOf('-b:v')).join(' ')
}

describe('x264', () => {
  it('at each speed, in each profile', () => {
    const profiles = ['high', 'main', 'baseline'] as const
    const made = SPEEDS.map((speed) => [speed, ...profiles.map((profile) => args(profile, { speed }))])
    expect(made).toMatchInlineSnapshot(`
      [
        [
          "fast",
          "-c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:subme=1:partitions=none:no-fast-pskip=1:bframes=3:b-adapt=0:weightb=0:direct=temporal",
          "-c:v libx264 -preset veryfast -profile:v main -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:subme=1:partitions=none:no-fast-pskip=1:bframes=3:b-adapt=0:weightb=0:direct=temporal",
          "-c:v libx264 -preset veryfast -profile:v baseline -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:subme=1:partitions=none:no-fast-pskip=1",
        ],
        [
          "balanced",
          "-c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:partitions=p8x8,i8x8,i4x4:bframes=3:b-adapt=0:weightb=0:direct=temporal",
          "-c:v libx264 -preset veryfast -profile:v main -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:partitions=p8x8,i8x8,i4x4:bframes=3:b-adapt=0:weightb=0:direct=temporal",
          "-c:v libx264 -preset veryfast -profile:v baseline -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:me=dia:no-dct-decimate=1:scenecut=0:rc-lookahead=12:psy=0:aq-strength=0.5:deblock=-1,-1:partitions=p8x8,i8x8,i4x4",
        ],
        [
          "quality",
          "-c:v libx264 -preset medium -profile:v high -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:rc-lookahead=20:aq-strength=0.7:deblock=-1,-1:bframes=5",
          "-c:v libx264 -preset medium -profile:v main -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:rc-lookahead=20:aq-strength=0.7:deblock=-1,-1:bframes=5",
          "-c:v libx264 -preset medium -profile:v baseline -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4:rc-lookahead=20:aq-strength=0.7:deblock=-1,-1",
        ],
      ]
    `)
  })

  it('is asked for no B-frames in the baseline profile, which has none', () => {
    for (const speed of SPEEDS)
      expect(args('baseline', { speed })).not.toMatch(/bframes|direct|8x8dct|weightp/)
  })

  it('has bits to spare up to the second keyframe, and no further than two seconds', () => {
    const zones = (fps: number, keyframeSeconds: number) => {
      const job = makeJob({ canvas: makeCanvas({ fps }) })
      const all = encoderArgs({
        job,
        settings: makeSettings({ keyframeSeconds }),
        threads: 1,
        matrix: 'bt709',
      })
      return /zones=([^:]+)/.exec(all.join(' '))?.[1]
    }
    expect(zones(30, 2)).toBe('0,14,b=2.5/15,29,b=1.9/30,59,b=1.4')
    expect(zones(15, 10)).toBe('0,7,b=2.5/8,14,b=1.9/15,29,b=1.4')
    expect(zones(30, 0.5)).toBe('0,14,b=2.5')
    expect(zones(1, 0.1)).toBe('0,0,b=2.5')
  })

  it('with a preset is that preset and nothing else, whatever the speed', () => {
    for (const speed of SPEEDS) {
      expect(args('high', { speed, preset: 'slow' })).toBe(
        '-c:v libx264 -preset slow -profile:v high -pix_fmt yuv420p -threads 2 -x264-params ratetol=0.1:zones=0,4,b=2.5/5,9,b=1.9/10,19,b=1.4',
      )
    }
  })
})

describe('hardware', () => {
  it('at each speed, and in the baseline profile', () => {
    const made = HARDWARE.map((encoder) => [
      ...SPEEDS.map((speed) => args('high', { encoder, speed })),
      args('baseline', { encoder }),
    ])
    expect(made).toMatchInlineSnapshot(`
      [
        [
          "-c:v h264_nvenc -preset p2 -tune hq -rc vbr -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_nvenc -preset p4 -tune hq -rc vbr -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_nvenc -preset p6 -tune hq -rc vbr -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_nvenc -preset p4 -tune hq -rc vbr -profile:v baseline -pix_fmt yuv420p -bf 0",
        ],
        [
          "-c:v h264_qsv -preset veryfast -profile:v high -pix_fmt nv12 -bf 2",
          "-c:v h264_qsv -preset medium -profile:v high -pix_fmt nv12 -bf 2",
          "-c:v h264_qsv -preset slower -profile:v high -pix_fmt nv12 -bf 2",
          "-c:v h264_qsv -preset medium -profile:v baseline -pix_fmt nv12 -bf 0",
        ],
        [
          "-init_hw_device vaapi=gpu -filter_hw_device gpu -c:v h264_vaapi -rc_mode VBR -compression_level 7 -profile:v high -bf 2",
          "-init_hw_device vaapi=gpu -filter_hw_device gpu -c:v h264_vaapi -rc_mode VBR -compression_level 4 -profile:v high -bf 2",
          "-init_hw_device vaapi=gpu -filter_hw_device gpu -c:v h264_vaapi -rc_mode VBR -compression_level 1 -profile:v high -bf 2",
          "-init_hw_device vaapi=gpu -filter_hw_device gpu -c:v h264_vaapi -rc_mode VBR -compression_level 4 -profile:v constrained_baseline -bf 0",
        ],
        [
          "-c:v h264_videotoolbox -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_videotoolbox -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_videotoolbox -profile:v high -pix_fmt yuv420p -bf 2",
          "-c:v h264_videotoolbox -profile:v baseline -pix_fmt yuv420p -bf 0",
        ],
      ]
    `)
  })

  it('is asked for the same bit rate, keyframes and colours as x264', () => {
    const rest = (encoder: Encoder) => {
      const settings = makeSettings({ encoder, peakRatio: 2 })
      const all = encoderArgs({ job: makeJob(), settings, threads: 2, matrix: 'bt601' })
      return all.slice(all.indexOf('-b:v'))
    }
    expect(rest('x264').slice(0, 8)).toEqual([
      '-b:v',
      '800k',
      '-maxrate',
      '1600k',
      '-bufsize',
      '3200k',
      '-g',
      '20',
    ])
    for (const encoder of HARDWARE) expect(rest(encoder)).toEqual(rest('x264'))
  })

  it("is tried with the job's own size, rate and profile", () => {
    const job = makeJob({ canvas: makeCanvas({ width: 1280, height: 720, fps: 25 }) })
    expect(trialCommand({ job, hardware: 'vaapi', settings: makeSettings() })).toMatchInlineSnapshot(`
      {
        "args": [
          "-map",
          "[out]",
          "-frames:v",
          "90",
          "-init_hw_device",
          "vaapi=gpu",
          "-filter_hw_device",
          "gpu",
          "-c:v",
          "h264_vaapi",
          "-rc_mode",
          "VBR",
          "-compression_level",
          "4",
          "-profile:v",
          "high",
          "-bf",
          "2",
          "-b:v",
          "800k",
          "-g",
          "50",
          "-color_range",
          "tv",
          "-colorspace",
          "bt709",
          "-color_primaries",
          "bt709",
          "-color_trc",
          "bt709",
          "-f",
          "mp4",
        ],
        "durationMs": 3600,
        "files": [],
        "frames": 90,
        "graph": {
          "path": "{work}/trial-vaapi.graph",
          "text": "testsrc2=size=1280x720:rate=25,format=pix_fmts=yuv420p[v1];
      [v1]format=pix_fmts=nv12,hwupload[out]
      ",
        },
        "inputs": [],
        "name": "trial of vaapi",
        "output": "{work}/trial-vaapi.mp4",
      }
    `)
  })
})
