/** The room that most tests mix: two people, two seconds each, one WebM and one MP4. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { JOB_ID } from './cfg.ts'
import { copySource, makeSource } from './sources.ts'
import type { Workplace } from './workplace.ts'

/** Unix time in ms of the small room's beginning. */
export const ROOM_START_MS = 1_795_320_000_000

export interface IndexFile {
  readonly StreamId?: unknown
  readonly Name?: unknown
  readonly StartTime?: unknown
}

export const ALICE = { StreamId: 'alice_1', Name: 'alice.webm', StartTime: ROOM_START_MS } as const
export const BOB = { StreamId: 'bob_1', Name: 'bob.mp4', StartTime: ROOM_START_MS + 500 } as const

/** An index of the small room, with more entries where asked for. */
export function indexOf(files: readonly (IndexFile | string | null)[] = [ALICE, BOB]): object {
  return { JobId: JOB_ID, RoomId: 'room', StartTime: ROOM_START_MS, Root: 'rec', Files: files }
}

/** Recordings of the small room: two people, two seconds each, one WebM and one MP4. */
export async function roomFiles(): Promise<{ alice: Source; bob: Source }> {
  const size = { width: 160, height: 120 }
  const [alice, bob] = await Promise.all([
    makeSource({
      id: 1,
      container: 'webm',
      durationMs: 2000,
      video: { codec: 'vp8', size, fps: 10 },
      audio: { codec: 'opus' },
    }),
    makeSource({
      id: 2,
      container: 'mp4',
      durationMs: 2000,
      video: { codec: 'h264', size, fps: 10 },
      audio: { codec: 'aac' },
    }),
  ])
  return { alice, bob }
}

type Source = Awaited<ReturnType<typeof makeSource>>

/** Puts the small room and its index into a workplace's bucket. */
export async function furnish(place: Workplace, index: object | string = indexOf()): Promise<void> {
  const { alice, bob } = await roomFiles()
  await mkdir(join(place.bucket, 'rec'), { recursive: true })
  await copySource(alice, join(place.bucket, 'rec', ALICE.Name))
  await copySource(bob, join(place.bucket, 'rec', BOB.Name))
  await place.write(`bucket/${JOB_ID}.json`, index)
}
