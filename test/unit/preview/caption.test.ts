import { expect, it } from 'vitest'
import { parseCfg } from '../../../src/config/cfg.ts'
import { readJob } from '../../../src/config/read-job.ts'
import type { Settings } from '../../../src/model/job.ts'
import { captionOf } from '../../../src/preview/make-preview.ts'
import { conf, request } from '../config/help.ts'

it('the caption of a segment says what timed updates change in it, and when', () => {
  const { job } = readJob({ cfg: parseCfg({ text: request(), file: 'cfg.json' }), conf, cfgFolder: '/' })
  const before = job.stretches[0].settings
  const change = (frame: number, settings: Partial<Settings>) => ({
    frame,
    actions: ['job.mixer.update'],
    before,
    after: { ...before, ...settings },
  })
  const segment = (startFrame: number, endFrame: number) => ({
    startFrame,
    endFrame,
    placements: [],
    look: before,
  })
  const timeline = {
    startMs: 0,
    fps: 10,
    frames: 90,
    streams: [],
    clips: [],
    segments: [segment(0, 30), segment(30, 60), segment(60, 90)],
    shots: [],
    changes: [
      change(30, { mainStream: 'bob_1' }),
      change(59, { mainStream: 'cara_1', background: { r: 1, g: 2, b: 3 } }),
    ],
  }
  const captions = [0, 1, 2].map((number) => captionOf({ atMs: 1000, number, timeline })[1])
  expect(captions).toEqual([
    '(nobody)',
    '00:03 main stream: bob_1; 00:05.9 main stream: cara_1; background: 1, 2, 3 | (nobody)',
    '(nobody)',
  ])
})
