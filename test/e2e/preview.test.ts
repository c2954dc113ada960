/** `preview` held against the finished video, and against the layout it stands for. */
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { difference, ffmpeg, meanColour, readFrames, readPng } from '../harness/frames.ts'
import { type Room, type RoomSpec, ROOM_START_MS, makeRoom, runRoom, tempFolder } from '../harness/room.ts'
import { HOME } from '../harness/run-worker.ts'
import { makeSource } from '../harness/sources.ts'
import { withWrongCues } from '../harness/wrong-cues.ts'

/** What the encoder does to a picture; another picture, place or moment differs far more. */
const BLOCK_TOLERANCE = 6
const FAR_TOLERANCE = 0.004

const CANVAS = { width: 320, height: 240, fps: 10 } as const

interface Shown {
  readonly exitCode: number
  readonly path?: string
  readonly folder?: string
  readonly error?: { readonly code: string }
  readonly segments: number
  readonly pictures: readonly {
    readonly path?: string
    readonly atMs: number
    readonly segment: string
    readonly startMs: number
    readonly endMs: number
    readonly layout: readonly { streamId: string; x: number; y: number; width: number; height: number }[]
  }[]
}

/** Alice changes size in mid file, Bob joins later, and a screen share lies over both; all three watermarks. */
async function hardRoom(): Promise<RoomSpec> {
  const [alice, bob, screen] = await Promise.all([
    makeSource({
      id: 1,
      container: 'webm',
      durationMs: 4000,
      video: {
        codec: 'vp8',
        fps: 10,
        size: [
          { fromMs: 0, width: 160, height: 120 },
          { fromMs: 2000, width: 96, height: 128 },
        ],
      },
    }),
    makeSource({
      id: 2,
      container: 'mp4',
      durationMs: 3000,
      video: { codec: 'h264', fps: 10, size: { width: 160, height: 120 }, bFrames: 2 },
      audio: { codec: 'aac' },
    }),
    makeSource({
      id: 3,
      container: 'webm',
      durationMs: 2500,
      video: { codec: 'vp8', fps: 5, size: { width: 160, height: 90 } },
    }),
  ])
  const at = (RtcStreamId: string, X: number, Y: number, Width: number, Height: number, Z: number) => ({
    ...{ RtcStreamId, Region: { X, Y, Z, Width, Height } },
  })
  return {
    canvas: CANVAS,
    clips: [
      { streamId: 'alice_1', startMs: 0, source: alice },
      { streamId: 'bob_1', startMs: 1000, source: bob },
      { streamId: 'alice_2', startMs: 1500, source: screen },
    ],
    cfg: {
      Data: {
        TranscodingConfig: { Video: { BitRate: 4000 } },
        SubscribeConfig: { VideoStreamType: 1 },
        MixerConfig: {
          PositionConfig: [
            at('alice_1', 0, 0, 200, 160, 0),
            at('bob_1', 120, 80, 200, 160, 1),
            at('alice_2', 60, 40, 120, 100, 2),
          ],
          WaterMark: [
            { Type: 1, X: 10, Y: 10, Alpha: 1 },
            { Type: 2, X: 240, Y: 4, Alpha: 0.8, Image: 'logo.png' },
            { Type: 3, X: 10, Y: 210, Alpha: 0.7, Text: '会议 · room' },
          ],
        },
      },
    },
  }
}

async function shown(room: Room, args: readonly string[]): Promise<Shown> {
  const run = await runRoom(room, { args: ['preview', ...args] })
  return JSON.parse(run.stdout) as Shown
}

it('the picture of a moment is that moment’s, wherever the recording’s own index leads', async () => {
  const folder = await tempFolder('cues')
  const made = join(folder, 'made.webm')
  const picture = 'testsrc=s=160x120:r=10:d=4'
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-c:v', 'libvpx', '-b:v', '400k', '-deadline', 'realtime'],
    ...['-g', '10', '-keyint_min', '10', '-cluster_time_limit', '1000', made],
  ])
  const right = await readFile(made)
  const pngs: Buffer[] = []
  for (const [bytes, warnings] of [
    [right, []],
    [withWrongCues(right, 59), ['seekIndexWrong']],
  ] as const) {
    const room = await makeRoom({
      canvas: { width: 160, height: 120, fps: 10 },
      clips: [{ streamId: 'a_1', startMs: 0, bytes, name: 'a.webm' }],
    })
    const path = join(room.folder, 'at.png')
    const run = await runRoom(room, { args: ['preview', '--at', '2.5', '-o', path] })
    expect(run.result?.warnings.map(({ code }) => code)).toEqual(warnings)
    pngs.push(await readFile(path))
    await room.remove()
  }
  expect(pngs[1]?.equals(pngs[0] ?? Buffer.of())).toBe(true)
  await rm(folder, { recursive: true })
})

describe('a picture at a moment', () => {
  let room: Room
  let finished: string
  beforeAll(async () => {
    room = await makeRoom(await hardRoom())
    await copyFile(join(HOME, 'mixer/gallery/logo.png'), join(room.folder, 'logo.png'))
    const run = await runRoom(room, { args: ['--strict'] })
    expect(run.exitCode, run.stderr).toBe(0)
    finished = run.outputPath
  })
  afterAll(() => room?.remove())

  it.each([0, 0.7, 1.5, 1.9, 2, 2.65, 3.9])('is that of the finished video at %s s', async (at) => {
    const path = join(room.folder, `at-${at}.png`)
    const preview = await shown(room, ['--at', String(at), '-o', path])
    const frame = Math.floor(at * CANVAS.fps + 1e-6)
    expect(preview).toMatchObject({ exitCode: 0, path, pictures: [{ path, atMs: frame * 100 }] })
    const picture = await readPng(path, CANVAS)
    const [due, other] = await readFrames(finished, [frame, (frame + 7) % 40], CANVAS)
    const { block, far } = difference(picture, due!)
    expect({ at, isNear: block <= BLOCK_TOLERANCE && far <= FAR_TOLERANCE, block, far }).toMatchObject({
      isNear: true,
    })
    expect(difference(picture, other!).far).toBeGreaterThan(FAR_TOLERANCE)
  })

  it('leaves nothing behind, and work that is there alone', async () => {
    const before = await readdir(room.logDir)
    const left = (await readdir(room.workDir)).filter((name) => !name.startsWith('.'))
    expect(left).toEqual([])
    const work = join(room.workDir, room.jobId)
    await mkdir(work)
    await writeFile(join(work, 'owt-job.json'), JSON.stringify({ jobId: room.jobId }))
    await writeFile(join(work, 'video-1.mp4.key'), 'of a run that was stopped')
    await shown(room, ['--at', '1', '-o', join(room.folder, 'one.png')])
    const names = await readdir(work)
    expect(names).toContain('video-1.mp4.key')
    expect(names).not.toContain('preview')
    await rm(work, { recursive: true })
    expect(await readdir(room.logDir)).toEqual(before)
  })

  it('is refused where there is none', async () => {
    const path = join(room.folder, 'none.png')
    const outside = await runRoom(room, { args: ['preview', '--at', '9', '-o', path] })
    expect(outside.exitCode).toBe(1)
    expect(outside.stderr).toMatch(/--at 9 is not within the output, which is 00:04\.\d00 long/)
    expect((await shown(room, ['--at', '1', '--every-segment'])).error?.code).toBe('previewOneOrAll')
    expect(await readdir(room.folder)).not.toContain('none.png')
    const nowhere = await runRoom(room, { args: ['preview', '--at', '1', '-o', '/proc/no/such/at.png'] })
    expect(nowhere.exitCode).toBe(1)
    expect(nowhere.stderr).toMatch(/\/proc\/no\/such\/at\.png: reading or writing failed with ENOENT/)
  })

  it('is there for every segment, each alone and all on one sheet', async () => {
    const path = join(room.folder, 'sheets', 'sheet.png')
    const preview = await shown(room, ['--every-segment', '-o', path])
    const folder = join(room.folder, 'sheets', 'sheet.segments')
    expect(preview).toMatchObject({ path, folder, segments: 3 })
    expect(preview.pictures.map(({ segment }) => segment)).toEqual(['A', 'B', 'C'])
    for (const { atMs, startMs, endMs } of preview.pictures) {
      expect(atMs).toBeGreaterThanOrEqual(startMs)
      expect(atMs).toBeLessThan(endMs)
    }
    const paths = preview.pictures.map((one) => one.path ?? '')
    expect(paths.map((one) => join(folder, one.slice(folder.length + 1)))).toEqual(paths)
    const frames = preview.pictures.map(({ atMs }) => Math.round((atMs * CANVAS.fps) / 1000))
    const due = await readFrames(finished, frames, CANVAS)
    for (const [i, one] of paths.entries()) {
      expect(difference(await readPng(one, CANVAS), due[i]!).far).toBeLessThanOrEqual(FAR_TOLERANCE)
    }
    // A second one, of fewer segments, leaves none of the first; what else lies there stays.
    await writeFile(join(folder, 'notes.txt'), 'mine')
    const cfg = JSON.parse(await readFile(room.cfgPath, 'utf8')) as { Data: { SubscribeConfig: object } }
    cfg.Data.SubscribeConfig = { ...cfg.Data.SubscribeConfig, UnsubscribeVideo: ['bob_1', 'alice_2'] }
    const cfgPath = join(room.folder, 'alice.json')
    await writeFile(cfgPath, JSON.stringify(cfg))
    const fewer = await shown({ ...room, cfgPath }, ['--every-segment', '-o', path])
    expect(fewer.segments).toBe(1)
    expect((await readdir(folder)).sort()).toEqual(
      ['notes.txt', ...fewer.pictures.map((one) => (one.path ?? '').slice(folder.length + 1))].sort(),
    )
  })
})

describe('--mock', () => {
  /** The room of `hardRoom` without a single recording, in a bucket that nobody may ask. */
  async function bareRoom(cfg: RoomSpec['cfg'] = {}): Promise<Room> {
    const ids = ['alice_1', 'bob_1', 'carol_1', '学生_1']
    const room = await makeRoom({
      canvas: { width: 640, height: 360, fps: 10 },
      clips: ids.map((streamId, i) => ({ streamId, startMs: i * 2000, name: `${i}.webm` })),
      cfg: {
        Data: {
          RecordingConfig: {
            StorageConfig: { Vendor: 's3', Endpoint: 'http://127.0.0.1:9', Region: 'r', Bucket: 'b' },
          },
          ...(cfg['Data'] as object),
        },
      },
    })
    await copyFile(join(room.bucket, `${room.jobId}.json`), join(room.folder, `${room.jobId}.json`))
    await rm(room.bucket, { recursive: true })
    return room
  }

  it('shows each stream in a colour of its own where its region is, with no recording and no bucket', async () => {
    const room = await bareRoom()
    try {
      const preview = await shown(room, ['--mock', '--every-segment'])
      expect(preview).toMatchObject({ exitCode: 0, segments: 4 })
      expect(preview.path).toBe(join(room.folder, `${room.jobId}.preview.png`))
      const colours = new Map<string, readonly number[]>()
      const isSame = (a: readonly number[], b: readonly number[]) =>
        a.every((channel, i) => Math.abs(channel - (b[i] ?? 0)) <= 4)
      for (const { path, layout, atMs } of preview.pictures) {
        expect(layout).toHaveLength(Math.min(4, 1 + Math.floor(atMs / 2000)))
        const picture = await readPng(path ?? '', { width: 640, height: 360 })
        for (const { streamId, x, y, width, height } of layout) {
          // Sidecars the name, inside the border and the letterbox.
          const [left, top] = [Math.round(x + width / 8), Math.round(y + height / 2) - 4]
          const colour = meanColour(picture, { x: left, y: top, width: 8, height: 8 })
          const before = colours.get(streamId) ?? colour
          expect({ streamId, atMs, colour, isSame: isSame(colour, before) }).toMatchObject({ isSame: true })
          colours.set(streamId, before)
        }
      }
      const all = [...colours.values()]
      expect(all).toHaveLength(4)
      all.forEach((one, i) => expect(all.findIndex((other) => isSame(one, other))).toBe(i))
    } finally {
      await room.remove()
    }
  })

  it('stands in for recordings that are there too', async () => {
    const source = await makeSource({
      id: 4,
      container: 'webm',
      durationMs: 1000,
      video: { codec: 'vp8', fps: 10, size: { width: 160, height: 120 } },
    })
    const room = await makeRoom({
      canvas: CANVAS,
      clips: [{ streamId: 'alice_1', startMs: 0, source }],
      index: { Files: undefined },
    })
    const file = {
      StreamId: 'alice_1',
      Name: 'gone.webm',
      StartTime: ROOM_START_MS,
      EndTime: ROOM_START_MS + 2000,
    }
    await writeFile(
      join(room.bucket, `${room.jobId}.json`),
      JSON.stringify({
        JobId: room.jobId,
        RoomId: 'room',
        StartTime: ROOM_START_MS,
        Root: 'rec',
        Files: [file, { StreamId: 'bob_1' }],
      }),
    )
    try {
      const path = join(room.folder, 'mock.png')
      const mock = await shown(room, ['--mock', '--at', '1.5', '-o', path])
      expect(mock).toMatchObject({
        ...{ exitCode: 0, pictures: [{ startMs: 0, endMs: 2000 }] },
        // What the index has wrong is said here too.
        skipped: [{ streamId: 'bob_1' }],
      })
      const real = await shown(room, ['--at', '1.5', '-o', path])
      expect(real).toMatchObject({ exitCode: 6, error: { code: 'noUsableStream' } })
    } finally {
      await room.remove()
    }
  })

  it('says where the index was looked for, the bucket not among the places', async () => {
    const room = await bareRoom()
    try {
      await rm(join(room.folder, `${room.jobId}.json`))
      const run = await runRoom(room, { args: ['preview', '--mock'] })
      expect(run.exitCode).toBe(3)
      expect(run.stderr).toContain(join(room.folder, `${room.jobId}.json`))
      expect(run.stderr).not.toMatch(/info\.json/)
    } finally {
      await room.remove()
    }
  })
})

describe('a job without a picture', () => {
  it('has none to show', async () => {
    const source = await makeSource({ id: 5, container: 'webm', durationMs: 500, audio: { codec: 'opus' } })
    const room = await makeRoom({
      clips: [{ streamId: 'alice_1', startMs: 0, source }],
      cfg: { Data: { RecordingConfig: { MediaChannel: 1 } } },
    })
    try {
      expect((await shown(room, [])).error?.code).toBe('previewNoPicture')
    } finally {
      await room.remove()
    }
  })
})
