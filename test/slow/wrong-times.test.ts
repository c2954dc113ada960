/** A room whose recording has wrong timestamps: the finished file is the one of the recording as it was. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { difference, readFrames } from '../harness/frames.ts'
import { ALICE, JOB_ID, cfgOf, indexOf, usePlace } from '../harness/run-worker.ts'
import { writeMatroska } from '../harness/matroska.ts'
import { type Tracks, WRAP_MS, makeTracks, webmOf } from '../harness/wrong-times.ts'

const place = usePlace()

it('one wrapped timestamp changes neither the length nor a picture, before it or behind it', async () => {
  const tracks = await makeTracks(join(place.folder, 'source'), 3)
  await mkdir(join(place.bucket, 'rec'), { recursive: true })
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE]))
  const cfg = await place.write('cfg.json', cfgOf())
  const isStray = (medium: string, i: number) => medium === 'video' && i === 22
  const good = webmOf(tracks)
  const bad = webmOf(tracks, (medium, i) => (isStray(medium, i) ? WRAP_MS : undefined))
  const pictures = []
  for (const bytes of [good, bad]) {
    await writeFile(join(place.bucket, 'rec', ALICE.Name), bytes)
    expect(await place.run(['run', cfg])).toMatchObject({ code: 0 })
    const output = join(place.bucket, 'out', `${JOB_ID}.mp4`)
    pictures.push(await readFrames(output, [5, 12, 15, 18, 28], { width: 160, height: 120 }))
  }
  const { output, warnings } = await place.result()
  expect(output?.frames).toBe(30)
  expect(warnings.map(({ code }) => code)).toEqual(['timesMended'])
  const [due = [], made = []] = pictures
  for (const [i, picture] of made.entries())
    expect(difference(picture, due[i] ?? picture).block).toBeLessThan(4)
  expect(difference(made[0]!, made[4]!).block).toBeGreaterThan(20)
})

it('a recording in one cluster that is too long for the times of its blocks is used as it was, and named', async () => {
  const { video } = await makeTracks(join(place.folder, 'source'), 5)
  await mkdir(join(place.bucket, 'rec'), { recursive: true })
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE]))
  const cfg = await place.write('cfg.json', cfgOf())
  const long: Tracks['video'] = {
    ...video,
    // The last pictures come after a pause, which nobody could guess.
    packets: [0, 5, 10, 15, 20, 25, 30, 50].flatMap((s) =>
      video.packets.map((one) => ({ ...one, timeMs: one.timeMs + s * 1000 })),
    ),
  }
  const bytes = writeMatroska({ tracks: [long], docType: 'webm', tickUs: 1000, isOneCluster: true })
  await writeFile(join(place.bucket, 'rec', ALICE.Name), bytes)
  const ended = await place.run(['plan', '--json', cfg])
  expect(ended).toMatchObject({ code: 0 })
  const { segments, warnings } = JSON.parse(ended.stdout) as Awaited<ReturnType<typeof place.result>>
  expect(warnings.map(({ code }) => code)).toContain('blockTimesWrapped')
  expect(segments.at(-1)?.endMs).toBeGreaterThan(54_500)
  expect(segments.at(-1)?.endMs).toBeLessThan(55_500)
})
