/** Mixes the demo room in a scenario's way through the real binary. */
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Result } from '../../src/report/result.ts'
import { CANVAS } from './scenarios.ts'

const HOME = resolve(import.meta.dirname, '../..')
export const JOB_ID = 'job-demo-20261122-0001'

/** A cfg.json for the demo room, with a copy of its recordings and the output beside the cfg. */
export async function mixDemo(options: {
  mixer: object
  subscribe?: object
  updates?: readonly object[]
  media?: number
}): Promise<{ path: string; result: Result; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'owt-golden-'))
  // Its recordings alone: what else lies in the demo room's bucket others may be writing.
  await cp(join(HOME, 'mixer/bucket/urtc'), join(folder, 'bucket/urtc'), { recursive: true })
  await copyFile(join(HOME, 'mixer/gallery/logo.png'), join(folder, 'logo.png'))
  const cfg = join(folder, 'cfg.json')
  await writeFile(
    cfg,
    JSON.stringify({
      Action: 'job.start',
      Internal: { JobId: JOB_ID, AppId: 'URtc-demo', RoomId: 'demo4711', Mode: 1 },
      Data: {
        TranscodingConfig: {
          Video: {
            Codec: 'h264',
            Width: CANVAS.width,
            Height: CANVAS.height,
            Fps: CANVAS.fps,
            BitRate: 1500,
            Profile: 'high',
          },
          Audio: { Codec: 'aac', SampleRate: 48000 },
        },
        MixerConfig: { BackgroundColor: { R: 60, G: 90, B: 160 }, ...options.mixer },
        ...(options.updates && { Updates: options.updates }),
        ...(options.subscribe && { SubscribeConfig: options.subscribe }),
        RecordingConfig: {
          MediaChannel: options.media ?? 3,
          FileType: ['mp4'],
          StorageConfig: { Vendor: 'local', Bucket: 'bucket', FileNamePrefix: 'output/$Jobid.mp4' },
        },
      },
    }),
  )
  const index = join(HOME, `mixer/bucket/${JOB_ID}.json`)
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(HOME, 'bin/owt-main'),
    ...[
      '--json',
      '--quiet',
      '--index',
      index,
      '--work-dir',
      join(folder, 'work'),
      '--log-dir',
      join(folder, 'logs'),
    ],
    cfg,
  ])
  const result = JSON.parse(stdout) as Result
  return { path: result.output?.path ?? '', result, folder }
}
