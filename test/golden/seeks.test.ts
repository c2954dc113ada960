/** Indexes inside recordings that lead elsewhere: found out, and no longer followed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { loudness, recordingPictures } from '../../src/ffmpeg/inspect.ts'
import { probeRecording } from '../../src/ffmpeg/probe.ts'
import { wrongSeeks } from '../../src/ffmpeg/seeks.ts'
import type { Recording } from '../../src/model/room.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { makeRecording } from '../harness/builders.ts'
import { ffmpeg } from '../harness/frames.ts'
import { withWrongCues } from '../harness/wrong-cues.ts'
import type { FencedFfmpeg } from '../../src/ffmpeg/types.ts'

let folder: string
let fenced: FencedFfmpeg
const tools = () => ({
  ffmpeg: fenced,
  folder,
  maxPixels: 1e6,
  codecs: defaultConf().ffmpeg.codecs,
  stallMs: 120_000,
  signal: new AbortController().signal,
})

async function recordingOf(name: string): Promise<Recording> {
  const path = join(folder, name)
  const probed = await probeRecording({ ...tools(), path })
  if (!('probe' in probed)) throw new Error(probed.unusable)
  return { ...makeRecording({ name }), path, probe: probed.probe }
}

// Four seconds, a keyframe in each, grey that grows lighter from second to second, and sound from 2 s on.
beforeAll(async () => {
  fenced = await fencedFfmpeg()
  folder = await mkdtemp(join(tmpdir(), 'owt-seeks-'))
  const inFolder = (name: string) => join(folder, name)
  const picture = "color=gray:s=64x48:r=10:d=4,format=yuv420p,geq=lum='40+40*floor(T)':cb=128:cr=128"
  const sound = "aevalsrc='if(gte(t,2),0.5*sin(2764*t),0)':s=48000:d=4"
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, '-c:v', 'libvpx', '-b:v', '200k'],
    ...['-deadline', 'realtime', '-g', '10', '-keyint_min', '10', '-c:a', 'libopus'],
    ...['-cluster_time_limit', '1000', inFolder('right.webm')],
  ])
  const right = await readFile(inFolder('right.webm'))
  await writeFile(inFolder('near.webm'), withWrongCues(right, 59))
  await writeFile(inFolder('far.webm'), withWrongCues(right, 1e7))
  const copied = ['-i', inFolder('right.webm'), '-c', 'copy']
  await ffmpeg([...copied, '-live', '1', inFolder('live.webm')])
  await ffmpeg([
    ...[
      '-i',
      inFolder('right.webm'),
      '-an',
      '-c:v',
      'libx264',
      '-bf',
      '2',
      '-g',
      '10',
      '-pix_fmt',
      'yuv420p',
    ],
    ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof+global_sidx', inFolder('sidx.mp4')],
  ])
})
afterAll(() => rm(folder, { recursive: true }))

it('only what an index may mislead is worth a trial', async () => {
  for (const [name, claimed] of [
    ['right.webm', 'claimed'],
    ['live.webm', undefined],
    ['sidx.mp4', 'claimed'],
  ] as const) {
    expect((await recordingOf(name)).probe.seekIndex, name).toBe(claimed)
  }
})

it('a seek that leads elsewhere, or nowhere, is found out; one that leads to its keyframe is not', async () => {
  const recordings = await Promise.all(
    ['right.webm', 'near.webm', 'far.webm', 'live.webm', 'sidx.mp4'].map(recordingOf),
  )
  const seeks = recordings.flatMap((recording) =>
    (recording.probe.video?.keyframesMs ?? []).slice(1).map((keyMs) => ({ recording, keyMs })),
  )
  expect(seeks).toHaveLength(15)
  const wrong = await wrongSeeks(tools(), seeks)
  expect([...wrong].map(({ path }) => path.replace(`${folder}/`, ''))).toEqual(['near.webm', 'far.webm'])
})

it('a recording that cannot be opened any more takes no other with it', async () => {
  const recording = await recordingOf('right.webm')
  const gone = { ...recording, path: join(folder, 'gone.webm') }
  const seeks = [gone, recording].map((one) => ({ recording: one, keyMs: 2000 }))
  const keyMs = recording.probe.video?.keyframesMs[2] ?? 0
  expect(
    await wrongSeeks(
      tools(),
      seeks.map((seek) => ({ ...seek, keyMs })),
    ),
  ).toEqual(new Set([gone]))
})

it.each(['right.webm', 'near.webm', 'far.webm'])(
  'what the check looks up in %s is what lies there, whatever its index says',
  async (name) => {
    const recording = await recordingOf(name)
    for (const second of [1, 2, 3]) {
      const startMs = (recording.probe.video?.keyframesMs[second] ?? 0) + 200
      const [picture] = await recordingPictures(tools(), recording, {
        startMs,
        endMs: startMs + 50,
        matrix: 'bt601',
      })
      // 40 + 40 a second in limited range, as full grey.
      const due = ((24 + 40 * second) * 255) / 219
      expect(Math.abs((picture?.[500] ?? 0) - due), `${second} s: ${picture?.[500]}`).toBeLessThan(6)
    }
    const [quiet] = await loudness(tools(), recording, { startMs: 500, endMs: 1500 })
    const [loud] = await loudness(tools(), recording, { startMs: 2500, endMs: 3500 })
    expect(quiet).toBeLessThan(-50)
    expect(loud).toBeGreaterThan(-12)
  },
)
