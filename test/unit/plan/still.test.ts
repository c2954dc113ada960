import { describe, expect, it } from 'vitest'
import type { Timeline } from '../../../src/model/timeline.ts'
import { stillCommand } from '../../../src/plan/still.ts'
import { videoCommand } from '../../../src/plan/video.ts'
import {
  makeJob,
  makeWatermarkFiles,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeVideo,
} from '../../harness/builders.ts'

const job = makeJob({ watermarks: [{ kind: 'time', x: 0, y: 0, alpha: 1 }] })
const keyframesMs = Array.from({ length: 30 }, (_, i) => i * 2000)
const video = (lengthMs: number) => makeVideo({ lengthMs, keyframesMs })
const timeline = makeTimeline(
  [
    makeRecording({ streamId: 'a_1', video: video(60_000) }),
    makeRecording({ streamId: 'b_1', atMs: 30_500, video: video(20_000) }),
  ],
  { job },
)
const still = (frame: number, of: Timeline = timeline) =>
  stillCommand({
    ...{
      job,
      timeline: of,
      settings: makeSettings(),
      watermarks: makeWatermarkFiles(),
      matrix: 'bt709',
      frame,
      stem: '{work}/frame/still',
    },
  })
/** Where decoding starts, by recording. */
const seeks = (frame: number) =>
  still(frame).inputs.map(({ args, path }) => [
    /rec\/([^}]*)/.exec(path)?.[1],
    args.includes('-ss') ? args[args.indexOf('-ss') + 1] : 'start',
  ])

describe('the picture of a frame', () => {
  it('is decoded from the last keyframe before it, of those who are seen then', () => {
    expect(seeks(5)).toEqual([['a_1.webm', 'start']])
    expect(seeks(299)).toEqual([['a_1.webm', '28']])
    expect(seeks(400)).toEqual([
      ['a_1.webm', '40'],
      ['b_1.webm', '8'],
    ])
    expect(seeks(599)).toEqual([['a_1.webm', '58']])
  })

  it('ends with itself, and lets no picture through but those around it', () => {
    const { args, frames, graph, output } = still(400)
    expect(args.slice(0, 4)).toEqual(['-map', '[out]', '-frames:v', '1'])
    expect({ frames, output }).toEqual({ frames: 1, output: '{work}/frame/still.png' })
    // From the picture that is due to the second one behind it.
    const between = 'between(t\\,39.9995\\,40.3005)'
    expect(graph?.text.match(/between\([^)]*\)/g)).toEqual([between, between])
  })

  it("is made by the video's own graph, with the time of that frame", () => {
    const shots = timeline.shots
      .filter((shot) => shot.startFrame <= 400 && shot.endFrame > 400)
      .map((shot) => ({ ...shot, startFrame: 400, endFrame: 401 }))
    const settings = makeSettings()
    const whole = videoCommand({
      work: { encode: 0, decode: 0 },
      cores: 1,
      job,
      timeline,
      settings,
      watermarks: makeWatermarkFiles(),
      matrix: 'bt709',
      shots,
      threads: 1,
      number: 1,
      of: 1,
    })
    const unlabelled = (text = '') => text.replaceAll(/\[v\d+\]/g, '[v]')
    const own = unlabelled(still(400).graph?.text)
    const due = unlabelled(whole.graph?.text).replace('[out]\n', '[v];\n')
    expect(own).toBe(
      `${due}[v]scale=in_color_matrix=bt709:in_range=limited:out_range=full:flags=accurate_rnd,format=pix_fmts=rgb24[out]\n`,
    )
    expect(own).toContain('1700000040')
  })
})
