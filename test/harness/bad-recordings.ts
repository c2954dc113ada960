/** Recordings that a job has to do without, one of each kind, with the reason that is given for it. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { BOB, type IndexFile, ROOM_START_MS, roomFiles } from './run-worker.ts'
import { copySource } from './sources.ts'

const HEAD_BYTES = 100

export interface BadRecording {
  readonly kind: string
  readonly entry: IndexFile | string | null
  /** @param inBucket the path of a file of this name below Root */
  readonly make?: (inBucket: (name: string) => string) => Promise<unknown>
  readonly skipped: { readonly streamId: string; readonly name: string; readonly reason: unknown }
}

/** An entry of somebody who comes shortly after the room has begun. */
export const bad = (Name: unknown, more: IndexFile = {}): IndexFile => ({
  StreamId: 'carol_1',
  Name,
  StartTime: ROOM_START_MS + 200,
  ...more,
})

const carol = (name: string, reason: RegExp) => ({
  streamId: 'carol_1',
  name,
  reason: expect.stringMatching(reason) as unknown,
})

export const BAD_RECORDINGS: readonly BadRecording[] = [
  {
    kind: 'an object that is not there',
    entry: bad('none.webm'),
    skipped: carol('none.webm', /there is no object "rec\/none\.webm"; check Root and Name/),
  },
  {
    kind: 'a file of zero bytes',
    entry: bad('empty.webm'),
    make: (inBucket) => writeFile(inBucket('empty.webm'), ''),
    skipped: carol('empty.webm', /^the file is empty$/),
  },
  {
    kind: 'text under .mp4',
    entry: bad('text.mp4'),
    make: (inBucket) => writeFile(inBucket('text.mp4'), '#EXTM3U\nfile:///etc/passwd\n'),
    skipped: carol(
      'text.mp4',
      /^it is not a WebM, MP4, Ogg, WAV, MP3, FLAC, AAC or TS file; .*join the pieces in order/,
    ),
  },
  {
    kind: 'a folder',
    entry: bad('folder.mp4'),
    make: (inBucket) => mkdir(inBucket('folder.mp4')),
    skipped: carol('folder.mp4', /"rec\/folder\.mp4" is a folder or a device, not a file/),
  },
  {
    kind: 'a WebM of its first bytes only',
    entry: bad('head.webm'),
    make: async (inBucket) => copySource((await roomFiles()).alice, inBucket('head.webm'), HEAD_BYTES),
    skipped: carol('head.webm', /^it (cannot be opened|holds no picture and no sound)/),
  },
  {
    kind: 'an MP4 cut off before its moov',
    entry: bad('cut.mp4'),
    make: async (inBucket) => {
      const { bob } = await roomFiles()
      const { size } = await stat(bob.path)
      await copySource(bob, inBucket('cut.mp4'), Math.floor(size / 2))
    },
    skipped: carol('cut.mp4', /^it cannot be opened \(.+\)$/),
  },
  {
    kind: 'noise behind the first bytes of a WebM',
    entry: bad('noise.webm'),
    make: async (inBucket) => {
      const head = (await readFile((await roomFiles()).alice.path)).subarray(0, 4)
      await writeFile(inBucket('noise.webm'), Buffer.concat([head, Buffer.alloc(5000, 'noise')]))
    },
    skipped: carol('noise.webm', /^it (cannot be opened|holds no picture and no sound)/),
  },
  {
    kind: 'a name longer than any file',
    entry: bad(`${'n'.repeat(300)}.webm`),
    skipped: carol(`${'n'.repeat(300)}.webm`, /ENAMETOOLONG/),
  },
  {
    kind: 'an entry without a name',
    entry: bad(undefined),
    skipped: carol('', /^Name: found nothing, allowed a file name below Root$/),
  },
  {
    kind: 'an entry with a bad time',
    entry: bad(BOB.Name, { StartTime: 'yesterday' }),
    skipped: carol(BOB.Name, /^StartTime: found "yesterday", allowed a Unix time/),
  },
  {
    kind: 'an entry that is there twice',
    entry: BOB,
    skipped: {
      streamId: 'bob_1',
      name: BOB.Name,
      reason: 'the same file is listed twice; the first entry counts',
    },
  },
  {
    kind: 'an entry outside Root',
    entry: bad('../e2e-room.json'),
    skipped: carol('../e2e-room.json', /^Name points outside Root/),
  },
  {
    kind: 'an entry that is no object',
    entry: 'carol.webm',
    skipped: { streamId: '', name: '', reason: 'the entry is "carol.webm", not an object' },
  },
]
