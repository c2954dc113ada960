/** A small room that has something for a chapter list: somebody joins, somebody shares a screen. */
import { readFile } from 'node:fs/promises'
import { JOB_ID, ROOM_START_MS, type Workplace, indexOf } from './run-worker.ts'
import { makeSource } from './sources.ts'

/** Ann is there all the time, Ben from 4 s, Ben's screen from 8 s to 12 s. */
const STAYS = [
  { id: 1, stream: 'ann_1', fromMs: 0, toMs: 17_000 },
  { id: 2, stream: 'ben_1', fromMs: 4000, toMs: 17_000 },
  { id: 3, stream: 'ben_2', fromMs: 8000, toMs: 12_000 },
] as const
export const LENGTH_MS = 17_000

/** Asks for everything that can lie beside the finished file. */
export const BESIDE = {
  OWT_OUTPUT_POSTER: 'true',
  OWT_OUTPUT_THUMBNAILS: 'true',
  OWT_OUTPUT_HLS: 'true',
}

export const outputIndex = () =>
  indexOf(
    STAYS.map(({ stream, fromMs }) => ({
      StreamId: stream,
      Name: `${stream}.webm`,
      StartTime: ROOM_START_MS + fromMs,
    })),
  )

/** The index and the recordings, by their keys. */
export async function outputObjects(): Promise<ReadonlyMap<string, Buffer>> {
  const made = STAYS.map(async ({ id, stream, fromMs, toMs }) => {
    const source = await makeSource({
      id,
      container: 'webm',
      durationMs: toMs - fromMs,
      video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10 },
      ...(stream.endsWith('_1') && { audio: { codec: 'opus' } }),
    })
    return [`rec/${stream}.webm`, await readFile(source.path)] as const
  })
  const index = Buffer.from(JSON.stringify(outputIndex()))
  return new Map([[`${JOB_ID}.json`, index], ...(await Promise.all(made))])
}

/** Puts the room into a workplace's own bucket. */
export async function furnishOutput(place: Workplace): Promise<void> {
  for (const [key, bytes] of await outputObjects()) await place.write(`bucket/${key}`, bytes)
}
