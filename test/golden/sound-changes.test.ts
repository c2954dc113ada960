/** Sound that is coded otherwise from some moment on: its rate, its channels. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readMatroska, writeMatroska } from '../harness/matroska.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  ALICE,
  JOB_ID,
  ROOM_START_MS,
  type Workplace,
  cfgOf,
  furnish,
  indexOf,
  makeWorkplace,
} from '../harness/run-worker.ts'
import { amplitudeAt, readSound } from '../harness/sound.ts'

let place: Workplace
beforeAll(async () => {
  place = await makeWorkplace()
})
afterAll(() => place.remove())

/** A second of FLAC, which says rate and channels in each frame. */
async function second(hz: number, sampleRate: number, channels: number) {
  const { stdout } = await runFfmpeg([
    ...['-f', 'lavfi', '-i', `sine=${hz}:d=1:r=${sampleRate}`, '-ac', String(channels)],
    ...['-c:a', 'flac', '-f', 'matroska', 'pipe:1'],
  ])
  const { track, packets } = readMatroska(stdout)
  return { track: { ...track, audio: { sampleRate, channels } }, packets }
}

it('is left out by name, and changes nothing for the others', async () => {
  const [before, after] = [await second(880, 48_000, 2), await second(1320, 32_000, 1)]
  const later = after.packets.map((packet) => ({ ...packet, timeMs: packet.timeMs + 1000 }))
  const tracks = [{ track: before.track, packets: [...before.packets, ...later] }]
  const tone = join(place.folder, 'tone.webm')
  await runFfmpeg(['-f', 'lavfi', '-i', 'sine=440:d=2:r=48000', '-c:a', 'libopus', tone])
  await furnish(place)
  await writeFile(
    join(place.bucket, 'rec/changing.mkv'),
    writeMatroska({ tracks, docType: 'matroska', tickUs: 1000 }),
  )
  await runFfmpeg(['-i', tone, '-c', 'copy', join(place.bucket, 'rec/tone.webm')])
  const index = indexOf([
    ALICE,
    { StreamId: 'carol_1', Name: 'changing.mkv', StartTime: ROOM_START_MS },
    { StreamId: 'dave_1', Name: 'tone.webm', StartTime: ROOM_START_MS },
  ])
  await place.write(`bucket/${JOB_ID}.json`, index)
  const ended = await place.run([await place.write('cfg.json', cfgOf())])
  expect(ended).toMatchObject({ code: 0 })
  const sound = await readSound(join(place.bucket, `out/${JOB_ID}.mp4`))
  const loud = (hz: number, fromMs: number) => amplitudeAt(sound, { hz, fromMs, lengthMs: 500 })
  for (const fromMs of [250, 1250]) expect(loud(440, fromMs)).toBeGreaterThan(0.05)
  const reason = 'its sound cannot be decoded to the end'
  expect((await place.result()).skipped).toEqual([{ streamId: 'carol_1', name: 'changing.mkv', reason }])
})
