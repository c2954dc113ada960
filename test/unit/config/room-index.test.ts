import { describe, expect, it } from 'vitest'
import { examineIndex, readIndex } from '../../../src/config/room-index.ts'
import { participantOf, splitStreamId } from '../../../src/model/stream-id.ts'
import { JobError } from '../../../src/errors.ts'
import { say } from '../../../src/messages/index.ts'

const T = 1_795_320_226_000
const DAY = 86_400_000
const TIME = 'a Unix time in seconds, milliseconds, microseconds or nanoseconds'

const file = (changes: Record<string, unknown> = {}) => ({
  StreamId: 'a_1',
  Name: 'a.webm',
  StartTime: T + 1000,
  ...changes,
})

/** The index with some files and what reading it says. */
function readFiles(files: readonly unknown[], top: Record<string, unknown> = {}) {
  const text = JSON.stringify(
    { JobId: 'j', RoomId: 'r', StartTime: T, Root: 'x/y', Files: files, ...top },
    null,
    1,
  )
  const { index, warnings } = readIndex({ text, file: 'index.json' })
  return { index, warnings: warnings.map((w) => `${w.where?.replace(/^\S+:\d+:\d+ ?/, '')}: ${say(w)}`) }
}

function errorOf(text: string): JobError {
  try {
    readIndex({ text, file: 'index.json' })
  } catch (error) {
    if (error instanceof JobError) return error
  }
  throw new Error('no JobError')
}

const skippedBecause = (entry: unknown) => readFiles([file({ Name: 'good' }), entry]).index.skipped[0]?.reason

describe('readIndex', () => {
  it('reads an index as it is left beside the files', () => {
    const { index, warnings } = readFiles([
      file({ EndTime: T + 5000 }),
      file({ Name: 'sub/b.mp4', StreamId: 'b_c_2' }),
    ])
    expect(index).toEqual({
      jobId: 'j',
      roomId: 'r',
      startMs: T,
      entries: [
        { streamId: 'a_1', name: 'a.webm', key: 'x/y/a.webm', startMs: T + 1000, endMs: T + 5000 },
        { streamId: 'b_c_2', name: 'sub/b.mp4', key: 'x/y/sub/b.mp4', startMs: T + 1000 },
      ],
      skipped: [],
      named: [
        { name: 'a.webm', keys: ['x/y/a.webm'] },
        { name: 'sub/b.mp4', keys: ['x/y/sub/b.mp4'] },
      ],
    })
    expect(warnings).toEqual([])
  })

  it.each([
    [T, T],
    [String(T), T],
    [T / 1000 + 0.25, T + 250],
    ['1795320226.5', T + 500],
    [' 1795320226 ', T],
    [T * 1e3 + 400, T],
    [`${T}400`, T],
    [T * 1e6, T],
    [`${T}000000`, T],
  ])('reads the time %j as %i ms', (written, ms) => {
    expect(readFiles([file({ StartTime: written })]).index.entries[0]?.startMs).toBe(ms)
  })

  it('takes exactly 1e12 as milliseconds and what is below as seconds', () => {
    expect(readFiles([file({ StartTime: 1e12 })], { StartTime: 1e12 }).index.startMs).toBe(1e12)
    expect(readFiles([file({ StartTime: 1e9 })], { StartTime: 1e9 }).index.startMs).toBe(1e12)
  })

  it('takes 1e15 as microseconds and 1e18 as nanoseconds', () => {
    for (const start of [1e15, 1e18]) {
      expect(readFiles([file({ StartTime: start })], { StartTime: start }).index.startMs).toBe(1e12)
    }
    expect(readFiles([file({ StartTime: 1e21 })]).index.skipped).toHaveLength(1)
  })

  it.each([
    [file({ Name: `room_a_1_${T + 3_600_000}.webm` }), '3599 s'],
    [file({ Name: `sub/a_${T / 1000 - 7200}.webm` }), '7201 s'],
    [file({ Name: `a-${T - 20_000}000-video.mp4` }), '21 s'],
  ])('warns of a StartTime that the name of the file contradicts: %j', (entry, seconds) => {
    const { index, warnings } = readFiles([file({ Name: 'b' }), entry])
    expect(index.entries[1]?.startMs).toBe(T + 1000)
    expect(warnings).toEqual([
      expect.stringMatching(
        `^Files\\[1\\].StartTime: the file name says 2026-\\S+Z, which is ${seconds} from`,
      ),
    ])
  })

  it.each([
    `room_a_1_${T + 1500}.webm`,
    `room_a_1_${T}.webm`,
    `a_1_${(T + 3000) / 1000}_0.webm`,
    'a_1_4155550123.webm',
    'a_1_13800138000.webm',
    'a_1_0000000000.webm',
  ])('says nothing of the file name %s', (name) => {
    expect(readFiles([file({ Name: name, StreamId: 'u1395550123_1' })]).warnings).toEqual([])
  })

  it('takes no digits of the stream for a time', () => {
    expect(readFiles([file({ Name: '1395550123.webm', StreamId: '1395550123_1' })]).warnings).toEqual([])
  })

  it('warns of an end of the room that contradicts what starts', () => {
    expect(readFiles([file()], { EndTime: T - 1 }).warnings).toEqual([
      `EndTime: found ${T - 1}, which is not a time after StartTime; ignored`,
    ])
    expect(
      readFiles([file(), file({ Name: 'b', StartTime: T + 60_000 })], { EndTime: T + 30_000 }).warnings,
    ).toEqual(['Files[1].StartTime: is 30 s after the EndTime of the room; StartTime is used, check both'])
  })

  it('warns of an index of another job', () => {
    const warningsOf = (JobId: string | undefined) =>
      readIndex({ text: JSON.stringify({ JobId, Files: [file()] }), file: 'i', jobId: 'mine' }).warnings.map(
        (one) => say(one),
      )
    expect(warningsOf('mine')).toEqual([])
    expect(warningsOf(undefined)).toEqual([])
    expect(warningsOf('other')).toEqual([
      'the index belongs to job "other", cfg.json to "mine"; it is used all the same; check that it is the right one',
    ])
  })

  it.each([undefined, null])('starts with the earliest clip where StartTime is %s', (start) => {
    const files = [file(), file({ Name: 'b', StartTime: T + 500 })]
    const { index, warnings } = readFiles(files, { StartTime: start })
    expect(index.startMs).toBe(T + 500)
    expect(warnings).toEqual([])
  })

  it.each(['soon', -1, true, 1e300])(
    'starts with the earliest clip and warns where StartTime is %j',
    (start) => {
      const { index, warnings } = readFiles([file()], { StartTime: start })
      expect(index.startMs).toBe(T + 1000)
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toMatch(/^StartTime: found .*; the start of the earliest clip is used$/)
    },
  )

  it('does not believe a StartTime that lies years before the clips', () => {
    const { index, warnings } = readFiles([file()], { StartTime: T - 365 * DAY })
    expect(index.startMs).toBe(T + 1000)
    expect(warnings).toEqual([
      'StartTime: is 8760 hours from the first clip; the start of the earliest clip is used',
    ])
  })

  it.each([
    ['x', 'the entry is "x", not an object'],
    [null, 'the entry is null, not an object'],
    [[], 'the entry is an array, not an object'],
    [file({ Name: undefined }), 'Name: found nothing, allowed a file name below Root'],
    [file({ Name: '' }), 'Name: found "", allowed a file name below Root'],
    [file({ Name: { a: 1 } }), 'Name: found an object, allowed a file name below Root'],
    [file({ StreamId: undefined }), 'StreamId: found nothing, allowed "user_1" or "user_2"'],
    [file({ StreamId: 'user_type' }), 'StreamId: found "user_type", allowed "user_1" or "user_2"'],
    [file({ StreamId: '_1' }), 'StreamId: found "_1", allowed "user_1" or "user_2"'],
    [file({ StreamId: 'alice' }), 'StreamId: found "alice", allowed "user_1" or "user_2"'],
    [file({ StartTime: 'xxx' }), `StartTime: found "xxx", allowed ${TIME}`],
    [file({ StartTime: undefined }), `StartTime: found nothing, allowed ${TIME}`],
    [file({ StartTime: -5 }), `StartTime: found -5, allowed ${TIME}`],
    [file({ Name: 'good' }), 'the same file is listed twice; the first entry counts'],
    [file({ Name: './good' }), 'the same file is listed twice; the first entry counts'],
    [
      file({ StartTime: T + 30 * DAY }),
      'StartTime is 720 hours from the other recordings; check it in the index',
    ],
    [file({ StartTime: 0 }), 'StartTime is 498700 hours from the other recordings; check it in the index'],
  ])('leaves out %j and says why', (entry, reason) => {
    expect(skippedBecause(entry)).toBe(reason)
  })

  it.each([
    '..',
    '../a.webm',
    'a/../../b',
    'a/..',
    '/etc/passwd',
    '\\\\host\\x',
    'a\\..\\b',
    'http://h/a.webm',
    'file:x',
    'c:\\x',
    'a\u0000b',
    'a/',
    '.',
  ])('lets no name leave Root: %j', (name) => {
    expect(skippedBecause(file({ Name: name }))).toBe(
      'Name points outside Root; only files below Root are read',
    )
  })

  it.each(['a..b.webm', 'user:1.webm', '...', 'a b.webm', '%2e%2e/a'])('takes %j as a name', (name) => {
    expect(readFiles([file({ Name: name })]).index.entries[0]?.key).toBe(`x/y/${name}`)
  })

  it.each([
    ['/x/y/', 'x/y/a.webm'],
    ['', 'a.webm'],
    [undefined, 'a.webm'],
    ['./x//y', 'x/y/a.webm'],
    [2026, '2026/a.webm'],
  ])('reads Root %j', (root, key) => {
    expect(readFiles([file()], { Root: root }).index.entries[0]?.key).toBe(key)
  })

  it('of two groups years apart keeps the larger one, of equals the one near StartTime', () => {
    const far = (name: string) => file({ Name: name, StartTime: T - 900 * DAY })
    const near = (name: string) => file({ Name: name })
    const names = (files: unknown[]) => readFiles(files).index.entries.map(({ name }) => name)
    expect(names([far('a'), near('b'), near('c')])).toEqual(['b', 'c'])
    expect(names([far('a'), near('b')])).toEqual(['b'])
    expect(names([far('a'), far('b'), near('c')])).toEqual(['a', 'b'])
  })

  it('keeps a room that goes on for days', () => {
    const files = [0, 1, 2, 3, 4].map((day) => file({ Name: `${day}`, StartTime: T + day * DAY }))
    expect(readFiles(files).index.entries).toHaveLength(5)
  })

  it('takes unknown media types with a warning, and warns of an end that is none', () => {
    const { index, warnings } = readFiles([file({ StreamId: 'a_7' }), file({ Name: 'b', EndTime: T })])
    expect(index.entries).toHaveLength(2)
    expect(index.entries[1]).not.toHaveProperty('endMs')
    expect(warnings).toEqual([
      'Files[0].StreamId: "a_7" has media type 7, but only 1 (camera) and 2 (screen) are known; it is mixed all the same',
      `Files[1].EndTime: found ${T}, which is not a time after StartTime; ignored`,
    ])
  })

  it('says an unknown name once however many entries have it', () => {
    const { warnings } = readFiles([file({ Size: 1 }), file({ Name: 'b', Size: 2, startTime: 3 })], {
      $schema: 'x',
      Extra: 1,
    })
    expect(warnings).toEqual([
      'Files[0].Size: "Size" is not known and has no effect',
      'Files[1].startTime: "startTime" is not known and has no effect; did you mean "StartTime"?',
      'Extra: "Extra" is not known and has no effect',
    ])
  })

  it('names a misspelt field and the one that is missing, of an entry and of the index', () => {
    const { index } = readFiles([
      file({ StartTime: undefined, StartTme: T }),
      file({ Name: undefined, name: 'b.webm' }),
      file({ StreamId: undefined, StreamID: 'b_1' }),
      file({ StreamId: 'none', StreamID: 'b_1' }),
    ])
    expect(index.skipped.map(({ reason }) => reason)).toEqual([
      '"StartTme" is not known, and "StartTime" is missing; did you mean "StartTime"?',
      '"name" is not known, and "Name" is missing; did you mean "Name"?',
      '"StreamID" is not known, and "StreamId" is missing; did you mean "StreamId"?',
      'StreamId: found "none", allowed "user_1" or "user_2"',
    ])
    expect(errorOf('{"Filse": []}').message).toBe(
      'index.json:1:2 Filse: "Filse" is not known, and "Files" is missing; did you mean "Files"?',
    )
  })

  it.each([
    [
      '[]',
      'index.json:1:1: found an array, an index is allowed an object {...} with Files here; check that this is the index',
    ],
    [
      '{"Root": "x"}',
      'index.json:1:1 Files: found nothing, an index is allowed an array [...] here; check that this is the index',
    ],
    [
      '{"Files": {}}',
      'index.json:1:11 Files: found an object, an index is allowed an array [...] here; check that this is the index',
    ],
    [
      '{"Files": [], "JobId": {}}',
      'index.json:1:24 JobId: found an object, an index is allowed text in double quotes here; check that this is the index',
    ],
    [
      '{"Files": [], "Root": "../x"}',
      'index.json:1:23 Root: points outside the bucket; write Root as a folder in it, without ".." and without a URL',
    ],
    [
      '{"Files": [], "Root": "s3://x"}',
      'index.json:1:23 Root: points outside the bucket; write Root as a folder in it, without ".." and without a URL',
    ],
    ['', 'index.json:1:1: not JSON: a value is missing here; add it'],
    [
      '{"StartTime": xxx, "Files": [ ... ]}',
      `index.json:1:15 StartTime: found xxx, a placeholder and not a value; write ${TIME}\nindex.json:1:31 Files[0]: found ..., a placeholder; remove it`,
    ],
  ])('refuses %j', (text, message) => {
    const error = errorOf(text)
    expect(error.message).toBe(message)
    expect(error).toMatchObject({ code: 'indexInvalid', exitCode: 3, fault: 'input' })
  })
})

describe('stream ids', () => {
  it('are split at the last underscore', () => {
    expect(splitStreamId('grace_h_1')).toEqual({ user: 'grace_h', mediaType: '1' })
    expect(participantOf('grace_h_2')).toBe('grace_h')
    expect(participantOf('alice')).toBe('alice')
    expect(splitStreamId('__1')).toEqual({ user: '_', mediaType: '1' })
  })
})

it('is bounded by its entries before they are read', () => {
  const text = `{"Files":[${'{},'.repeat(2_000_000)}{}]}`
  const { index, problems } = examineIndex({ text, file: 'index.json', mostEntries: 5000 })
  expect(index).toBeUndefined()
  expect(problems.map(({ code }) => code)).toEqual(['tooMuch'])
})
