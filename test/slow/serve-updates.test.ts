/** Updates with `Internal.At` over HTTP, and the film that is made of them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readFrames } from '../harness/frames.ts'
import { heldFfmpeg } from '../harness/held-ffmpeg.ts'
import { ALICE, BOB, cfgOf, changed, furnish, indexOf, usePlace } from '../harness/run-worker.ts'
import { readJson } from '../harness/room.ts'
import type { Result } from '../../src/report/result.ts'
import { jobFolder, postTo, startService, untilState } from '../harness/serve-worker.ts'

const place = usePlace()

const FRAMES = 25
const SIZE = { width: 160, height: 120 }
/** Mean difference of two pictures above which they show another layout: counters and noise stay far below. */
const OTHER = 8

/** Frames at which the picture becomes another one. */
async function changesIn(path: string): Promise<number[]> {
  const frames = await readFrames(
    path,
    Array.from({ length: FRAMES }, (_, n) => n),
    SIZE,
  )
  return frames.flatMap(({ rgb }, n) => {
    const before = frames[n - 1]?.rgb
    if (!before) return []
    let sum = 0
    for (let at = 0; at < rgb.length; at += 1) sum += Math.abs((rgb[at] ?? 0) - (before[at] ?? 0))
    return sum / rgb.length > OTHER ? [n] : []
  })
}

it('each update shows at its frame, whatever its kind of time, and a refused one not at all', async () => {
  await furnish(place)
  const { env, letGo } = await heldFfmpeg(place)
  const { url, child, ended } = await startService(place, { serve: { jobs: 1 }, env })
  const stored = async () =>
    JSON.parse(await readFile(join(jobFolder(place, 'timed'), 'job.json'), 'utf8')) as {
      updates: { At: number }[]
    }
  const ask = (Action: string, Data: object, At?: number | string) =>
    postTo(url, { Action, Internal: { JobId: 'timed', ...(At !== undefined && { At }) }, Data })
  const job = (jobId: string, more: object) => changed(cfgOf({ Internal: { JobId: jobId } }), more as never)

  // While the call is on: the room began a second ago.
  expect(await postTo(url, job('timed', { Internal: { Mode: 0 } }))).toMatchObject({ RetCode: 0 })
  expect(await ask('job.mixer.update', { MixerConfig: { MixedVideoLayout: 2 } }, 'now')).toMatchObject({
    RetCode: 0,
  })
  const startMs = ((await stored()).updates[0]?.At ?? 0) - 1000
  const timed: [string, object, number][] = [
    // Unix time in ms and in s, then output time.
    ['job.stream.update', { StreamConfig: [{ RtcStreamId: 'bob_1', MuteVideo: true }] }, startMs + 1300],
    [
      'job.stream.update',
      { Stream: { CmdType: 3, SubScribeId: 'bob_1', MuteVideo: false } },
      (startMs + 1500) / 1000,
    ],
    ['job.subscribe.update', { SubscribeConfig: { UnsubscribeVideo: ['alice_1'] } }, 1.8],
  ]
  for (const [action, data, at] of timed)
    expect(await ask(action, data, at), action).toMatchObject({ RetCode: 0 })
  const bad = { MixerConfig: { MixedVideoLayout: 9 }, SubscribeConfig: { UnsubscribeVideo: ['bob_1'] } }
  expect(await ask('job.update', bad, 1.2)).toMatchObject({ RetCode: 4 })
  expect((await stored()).updates).toHaveLength(4)

  // After the call, behind a job that runs: it still takes updates, the running one does not.
  const Files = [
    { ...ALICE, StartTime: startMs },
    { ...BOB, StartTime: startMs + 500 },
  ]
  const Index = { ...indexOf(Files), JobId: 'timed', StartTime: startMs }
  const other = { Data: { Index: { ...indexOf(), JobId: 'other' } } }
  expect(await postTo(url, job('other', other))).toMatchObject({ RetCode: 0 })
  await untilState(url, 'other', ['running'])
  const layout = {
    Action: 'job.mixer.update',
    Internal: { JobId: 'other', At: 1 },
    Data: { MixerConfig: {} },
  }
  expect(await postTo(url, layout)).toMatchObject({ RetCode: 2 })
  expect(await postTo(url, job('timed', { Internal: { Mode: 1 }, Data: { Index } }))).toMatchObject({
    RetCode: 0,
  })
  const both = {
    MixerConfig: { MixedVideoLayout: 1 },
    StreamConfig: [{ RtcStreamId: 'bob_1', MuteVideo: true }],
  }
  expect(await ask('job.update', both, 2.2)).toMatchObject({ RetCode: 0 })
  await letGo()
  expect(await untilState(url, 'timed', ['done', 'failed', 'stopped'])).toBe('done')
  // Bob comes at 0.5 s; the updates take effect at 1.0, 1.3, 1.5, 1.8 and 2.2 s.
  const result = await readJson<Result>(join(jobFolder(place, 'timed'), '../../logs/timed.result.json'))
  expect(result.segments.map(({ startMs }) => startMs)).toEqual([0, 500, 1000, 1300, 1500, 1800, 2200])
  // Flashes change the picture as well.
  const seen = await changesIn(join(place.bucket, 'out/timed.mp4'))
  expect(seen).toEqual(expect.arrayContaining([5, 10, 13, 15, 18, 22]))
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})
