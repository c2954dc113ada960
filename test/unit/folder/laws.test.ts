/** What holds for every folder, whatever lies there: names, manifests and recordings in any mixture. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examineIndex } from '../../../src/config/room-index.ts'
import { indexText } from '../../../src/folder/job.ts'
import type { Facts, Folder, FolderFile } from '../../../src/folder/model.ts'
import { type Room, roomOf } from '../../../src/folder/room.ts'
import { isTimeOfDay } from '../../../src/model/room.ts'
import { corrections } from './harness.ts'

/** Every time of day in these folders is within this hour. */
const FROM = Date.UTC(2026, 10, 26, 14)
const HOUR = 3_600_000
const LONGEST = HOUR
const UUID = ['0c9f1a2b-0000-4000-8000-000000000001', '0c9f1a2b-0000-4000-8000-000000000002']

const times = fc.integer({ min: FROM, max: FROM + HOUR })
const people = fc.constantFrom(
  'ann',
  'bob',
  'grace_h',
  '4711',
  'Ann Lee',
  '丽',
  '1400000001',
  '__proto__',
  'x.y',
)
const digits = (ms: number) => new Date(ms).toISOString().replaceAll(/\D/g, '')
const spaced = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '-')
/** As systems name their recordings. */
const NAMES: readonly ((who: string, ms: number, n: number) => string)[] = [
  (who, ms, n) => `room_${who}_${1 + (n % 2)}_${ms}.webm`,
  (_, ms, n) => `${FROM}-${UUID[n % 2] ?? ''}-${n % 3 ? 'cam-video' : 'cam-audio'}-${ms}.webm`,
  (_, ms, n) => `${ms}-${UUID[n % 2] ?? ''}-screen-video-${ms + 400}`,
  (who, ms, n) => `5f_room__uid_s_${who}__uid_e_${n % 2 ? 'audio' : 'video'}_${digits(ms)}.ts`,
  (_, ms) => `1400000001_7__UserId_s_YW5u__UserId_e_main_video_${digits(ms)}.ts`,
  () => '1400000001_7__UserId_s_YW5u__UserId_e_aux.mp4',
  (_, ms, n) => `videoroom-1234-user-${n}-${ms}123-${n % 2 ? 'audio' : 'video'}-0.webm`,
  (_, ms) => `TR_VC${ms % 100}-${new Date(ms).toISOString().slice(0, 17).replaceAll(':', '')}.webm`,
  (who, ms) => `t1_room_${who}_C_${ms}_003600_45678903.mp4`,
  (who, ms) => `${who}-${spaced(ms).replace(' ', '_')}.482.mp4`,
  (who, ms) => `app_room_${who}_${spaced(ms).slice(0, 10)}-14:02:11.mp4`,
  (_, ms) => `${spaced(ms)}.mkv`,
  (_, ms, n) => `medium-w_${n}-${ms}.webm`,
  (who, _, n) => `${n % 30}-${who}.flac`,
  (_, __, n) => `media-RTaa0${n % 10}.mka`,
  (who) => `${who}.webm`,
  (who) => `${who} screen.mp4`,
  (_, __, n) => `Audio Record/audioAnnLee${n}1234567890.m4a`,
  () => 'video1234567890.mp4',
  () => 'recording.mka',
]
/** As systems describe them. */
const MANIFESTS: readonly ((names: readonly string[], ms: number) => [string, unknown])[] = [
  (names, ms) => [
    'job.json',
    { JobId: 'j', StartTime: ms, Files: names.map((Name) => ({ StreamId: 'ann_1', Name, StartTime: ms })) },
  ],
  (names) => [
    'recordings.json',
    { recordings: names.map((_, n) => ({ sid: `RTaa0${n}`, grouping_sids: { participant_sid: 'PA1' } })) },
  ],
  (names, ms) => [
    'EG_k2.json',
    { egress_id: 'EG_k2', started_at: ms * 1e6, files: names.map((filename) => ({ filename })) },
  ],
  (names, ms) => [
    'archive.json',
    {
      createdAt: ms,
      files: names.map((filename) => ({ filename, streamId: 'x', startTimeOffset: 5, stopTimeOffset: 900 })),
    },
  ],
  (names, ms) => [
    'events.xml',
    `<recording meeting_id="m">${names.map((name) => `<event timestamp="13749540000" eventname="StartWebRTCShareEvent"><filename>/var/${name}</filename><timestampUTC>${ms}</timestampUTC></event>`).join('')}</recording>`,
  ],
  (names) => ['list.m3u8', `#EXTM3U\n${names.map((name) => `#EXTINF:10,\n${name}\n`).join('')}`],
  (_, ms) => [
    '1400000001_7__UserId_s_YW5u__UserId_e_main_video.m3u8',
    `#EXTM3U\n#EXT-X-TRTC-START-REC-TIME:${ms}\n#EXTINF:10\n1400000001_7__UserId_s_YW5u__UserId_e_main_video_${digits(ms)}.ts\n`,
  ],
  (_, ms) => [
    'info.txt',
    `Recording x\nStart time:\t${new Date(ms).toISOString()}\nTracks:\n\tAnn (ann) (1234)\n`,
  ],
  (_, ms) => ['x.event.json', { events: [{ ts: ms / 1000, type: 'track-added', participant_id: UUID[0] }] }],
]

const facts: fc.Arbitrary<Facts> = fc.record({
  hasVideo: fc.boolean(),
  hasAudio: fc.boolean(),
  lengthMs: fc.option(fc.integer({ min: 0, max: LONGEST }), { nil: undefined }),
  dateMs: fc.option(times, { nil: undefined }),
  comment: fc.option(
    fc.oneof(
      times.map((ms) => JSON.stringify({ t: 'v', s: ms * 1000, u: ms * 1000 + 7 })),
      fc.constantFrom('{"t":"v","u":"soon"}', '{', 'mixed by owt-main'),
    ),
    { nil: undefined },
  ),
})

const named = fc
  .tuple(fc.constantFrom(...NAMES), people, times, fc.nat({ max: 99 }))
  .map(([name, who, ms, n]) => name(who, ms, n))
/** Whatever a file system takes. */
const anything = fc
  .string()
  .map((name) => name.replaceAll(/[/\\\0]/g, '_'))
  .filter((name) => !/^\s*\.{0,2}\s*$/.test(name))
const paths = fc
  .tuple(fc.constantFrom('', '', 'a/', 'video/m1/', 'ann/'), fc.oneof(named, named, anything))
  .map(([below, name]) => `${below}${name}`)
const recordings: fc.Arbitrary<FolderFile> = fc.record({
  path: paths,
  bytes: fc.nat(),
  modifiedMs: times,
  bornMs: fc.option(times, { nil: undefined }),
  facts: fc.option(facts, { nil: undefined, freq: 9 }),
})

/** A manifest of these recordings, or one with a hole or with something else in it. */
function manifestsOf(names: readonly string[]): fc.Arbitrary<FolderFile> {
  return fc
    .tuple(
      fc.constantFrom(...MANIFESTS),
      times,
      fc.nat(200),
      fc.constantFrom('whole', 'whole', 'cut', 'null'),
    )
    .map(([manifest, ms, at, how]) => {
      const [path, content] = manifest(names, ms)
      const whole = typeof content === 'string' ? content : JSON.stringify(content)
      const text =
        how === 'cut'
          ? whole.slice(0, at)
          : how === 'null'
            ? whole.replace(/"[^"]*"(?=[,}\]])/, 'null')
            : whole
      return { path, bytes: 1, modifiedMs: ms, text }
    })
}

const folders: fc.Arbitrary<Folder> = fc.array(recordings, { minLength: 1, maxLength: 8 }).chain((files) =>
  fc.array(manifestsOf(files.map(({ path }) => path)), { maxLength: 2 }).map((manifests) => {
    const unique = new Map([...files, ...manifests].map((file) => [file.path, file]))
    return { name: 'call', files: [...unique.values()] }
  }),
)

const RUNS = 500
const NONE = corrections()

/** What holds for the room of each folder that has one. */
function forEachRoom(of: fc.Arbitrary<Folder>, holds: (room: Room, folder: Folder) => void): void {
  let rooms = 0
  fc.assert(
    fc.property(of, (folder) => {
      const outcome = roomOf(folder, NONE)
      if (!('room' in outcome)) return
      rooms += 1
      holds(outcome.room, folder)
    }),
    { numRuns: RUNS },
  )
  // Otherwise nothing has been looked at.
  expect(rooms).toBeGreaterThan(RUNS / 10)
}

describe('the room of any folder', () => {
  it('has an index that can be read, with every recording once', () => {
    forEachRoom(folders, (room, folder) => {
      const paths = room.recordings.map(({ path }) => path)
      expect(new Set(paths).size).toBe(paths.length)
      for (const path of paths) expect(folder.files.some((file) => file.path === path)).toBe(true)
      const { index, problems } = examineIndex({
        text: indexText(room, { jobId: 'j', root: 'rec', schema: undefined }),
        file: 'j.json',
      })
      expect(problems).toEqual([])
      expect(index?.skipped).toEqual([])
    })
  })

  it('has one clock', () => {
    forEachRoom(folders, ({ recordings: all }) => {
      expect(new Set(all.map(({ startMs }) => isTimeOfDay(startMs))).size).toBe(1)
      const isGuess = all.map(({ startBy }) => startBy === 'together' || startBy === 'fileTime')
      expect(new Set(isGuess).size).toBe(1)
      const ofRoom = all.filter(({ isRoomClock }) => isRoomClock)
      if (ofRoom.length === 0) return
      expect(ofRoom).toHaveLength(all.length)
      expect(new Set(all.map(({ startMs }) => startMs)).size).toBe(1)
    })
  })

  it('has no date that is not in the folder', () => {
    forEachRoom(folders, ({ recordings: all }) => {
      for (const { startMs, slices = [] } of all) {
        for (const ms of [startMs, ...slices.flatMap((slice) => slice.startMs ?? [])]) {
          if (isTimeOfDay(ms)) expect(ms).toBeGreaterThanOrEqual(FROM - LONGEST)
          else expect(ms).toBeGreaterThanOrEqual(0)
          expect(ms).toBeLessThanOrEqual(isTimeOfDay(ms) ? FROM + 2 * HOUR : 2 * HOUR)
        }
      }
    })
  })

  it('has none at all where neither names nor recordings have one, and the files were copied', () => {
    const copied = fc
      .array(fc.tuple(people, fc.option(fc.nat(LONGEST), { nil: undefined })), { minLength: 1, maxLength: 6 })
      .map((list) => ({
        name: 'call',
        files: list.map(([who, lengthMs], n) => ({
          path: `${n}/${who}.webm`,
          bytes: 1,
          modifiedMs: FROM + n,
          facts: { hasVideo: true, hasAudio: true, lengthMs },
        })),
      }))
    forEachRoom(copied, ({ startMs, recordings: all }) => {
      expect(startMs).toBe(0)
      for (const one of all) expect([one.startMs, one.startBy]).toEqual([0, 'together'])
    })
  })
})
