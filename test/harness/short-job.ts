/** A job that is over in seconds and has a bit of everything: three people, three chunks, sound. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runFfmpeg } from './run-ffmpeg.ts'
import {
  JOB_ID,
  type Changes,
  type Workplace,
  ROOM_START_MS,
  cfgOf,
  changed,
  inStorage,
  indexOf,
} from './run-worker.ts'
import { type Source, makeSource } from './sources.ts'
import type { StrictS3 } from './strict-s3.ts'

/**
 * One segment per graph makes chunks of them: each begins at a keyframe of everybody. One core, so that they are made
 * one after the other on every machine.
 */
export const CHUNKED = { OWT_LIMITS_SEGMENTS_PER_GRAPH: '1', OWT_LIMITS_CORES: '1' }

const PEOPLE = [
  { id: 1, name: 'ada', atMs: 0 },
  { id: 2, name: 'ben', atMs: 1000 },
  { id: 3, name: 'cem', atMs: 2000 },
] as const

export const shortIndex = () =>
  indexOf(
    PEOPLE.map(({ name, atMs }) => ({
      StreamId: `${name}_1`,
      Name: `${name}.webm`,
      StartTime: ROOM_START_MS + atMs,
    })),
  )

/** The recordings by their keys. */
export async function shortRecordings(): Promise<ReadonlyMap<string, Source>> {
  const made = PEOPLE.map(async ({ id, name, atMs }) => {
    const source = await makeSource({
      id,
      container: 'webm',
      durationMs: 3000 - atMs,
      video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10, keyframeEveryMs: 500 },
      audio: { codec: 'opus' },
    })
    return [`rec/${name}.webm`, source] as const
  })
  return new Map(await Promise.all(made))
}

/** Puts the room into a workplace's own bucket. */
export async function furnishShort(place: Workplace): Promise<void> {
  await place.write(`bucket/${JOB_ID}.json`, shortIndex())
  for (const [key, { path }] of await shortRecordings()) {
    await place.write(`bucket/${key}`, await readFile(path))
  }
}

/** A hash of the packets of a finished file, times and all: what a player gets, whenever the file was made. */
export async function packetsHash(file: string | Uint8Array, place: Workplace): Promise<string> {
  const path = typeof file === 'string' ? file : join(place.folder, 'hashed.mp4')
  if (typeof file !== 'string') await writeFile(path, file)
  const args = ['-i', path, '-map', '0:V', '-map', '0:a?', '-c', 'copy', '-f', 'framecrc', 'pipe:1']
  return createHash('sha256')
    .update((await runFfmpeg(args)).stdout)
    .digest('hex')
}

/** The short job with its bucket on a strict service. */
export function s3CfgOf(front: StrictS3, bucket: string, changes: Changes = {}): Changes {
  const { accessKeyId, secretAccessKey } = front.credentials
  const storage = {
    ...{ Vendor: 's3', Endpoint: front.endpoint, Region: front.region, Bucket: bucket },
    ...{ PublicKey: accessKeyId, SecretKey: secretAccessKey, FileNamePrefix: 'mixed/$Jobid.mp4' },
  }
  return changed(cfgOf(inStorage(storage)), changes)
}
