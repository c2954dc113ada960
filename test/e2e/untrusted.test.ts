/** Files that nobody chose: what they may not open, allocate, hold up or learn. */
import { once } from 'node:events'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, type Server, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { claimingMp4 } from '../harness/claiming-mp4.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  ALICE,
  BOB,
  HOME,
  JOB_ID,
  ROOM_START_MS,
  cfgOf,
  expectFailure,
  furnish,
  indexOf,
  roomFiles,
  usePlace,
} from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'
import { copySource, makeSource } from '../harness/sources.ts'

const place = usePlace(furnish)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

const inBucket = (name: string) => join(place.bucket, 'rec', name)
const entry = (streamId: string, name: string) => ({
  StreamId: streamId,
  Name: name,
  StartTime: ROOM_START_MS + 200,
})

/** Everything the worker wrote and said. */
async function allSaid(ended: { stdout: string; stderr: string }): Promise<string> {
  const files = (await readdir(place.logDir)).map((name) => readFile(join(place.logDir, name), 'latin1'))
  const output = await readFile(join(place.bucket, 'out', `${JOB_ID}.mp4`), 'latin1').catch(() => '')
  return [ended.stdout, ended.stderr, output, ...(await Promise.all(files))].join('\n')
}

const shim = (script: string) => shimFfmpeg(place, script)

describe('a file under a video’s name', () => {
  const SECRET = 'secret-of-this-machine'
  let server: Server
  let connections: number
  let site: string
  beforeEach(async () => {
    connections = 0
    server = createServer((socket) => {
      connections++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    site = `127.0.0.1:${(server.address() as AddressInfo).port}`
    await place.write('secret.txt', `${SECRET}\n`)
    return () => void server.close()
  })

  it('opens nothing else, here or over the network, whatever it says it is', async () => {
    const secret = join(place.folder, 'secret.txt')
    const { alice, bob } = await roomFiles()
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://${site}/a.ts\n#EXTINF:9,\nfile://${secret}\n`
    const sdp = `v=0\no=- 0 0 IN IP4 ${site}\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 VP8/90000\n`
    const dash = `<?xml version="1.0"?><MPD type="static"><Period><AdaptationSet><Representation><BaseURL>http://${site}/</BaseURL></Representation></AdaptationSet></Period></MPD>`
    const hostile: Record<string, string | Buffer> = {
      'playlist.mp4': playlist,
      'playlist.webm': `\ufeff${playlist}`,
      'script.webm': `ffconcat version 1.0\nfile '${secret}'\nfile 'http://${site}/b.mp4'\n`,
      'session.mp4': sdp,
      'dash.mp4': dash,
      'list.txt.mp4': `file ${secret}\nfile http://${site}/\n`,
      'subtitle.webm': `1\n00:00:00,000 --> 00:00:09,000\n${SECRET}\n`,
      'letters.mp4': SECRET.repeat(50),
      'binary-text.mp4': Buffer.concat([
        Buffer.from('XBIN\x1a\x50\x00\x19\x00\x10\x00', 'latin1'),
        Buffer.alloc(4000, SECRET),
      ]),
      'script.mp4': `#!AviSynth\nImport("${secret}")\n`,
      'meta.mp4': `;FFMETADATA1\ntitle=${SECRET}\n`,
      'numbers%03d.webm': `http://${site}/%03d.webm\n`,
      // The first bytes of what is allowed, and something else behind them.
      'head.webm': Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.from(playlist)]),
      'head.mp4': Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), Buffer.from(playlist)]),
    }
    for (const [name, content] of Object.entries(hostile)) await writeFile(inBucket(name), content)
    // A sequence's name: itself a recording, and with what would be its first picture beside it.
    await copySource(alice, inBucket('img%03d.webm'))
    await copySource(bob, inBucket('img001.webm'))
    const names = Object.keys(hostile)
    const entries = names.map((name, i) => entry(`evil${i}_1`, name))
    await place.write(
      `bucket/${JOB_ID}.json`,
      indexOf([ALICE, BOB, entry('dave_1', 'img%03d.webm'), ...entries]),
    )

    const ended = await place.run([cfg], { env: { OWT_LOGS_LEVEL: 'trace' } })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'dave_1', 'bob_1'])
    expect(result.skipped.map(({ name }) => name).sort()).toEqual(names.toSorted())
    for (const { name, reason } of result.skipped) {
      expect({ name, reason }).toEqual({
        name,
        reason: expect.stringMatching(
          name.startsWith('head')
            ? /^it (cannot be opened|holds no picture and no sound)/
            : /^it is not a WebM, MP4, Ogg, WAV, MP3, FLAC, AAC or TS file; /,
        ) as unknown,
      })
    }
    expect(connections).toBe(0)
    expect(await allSaid(ended)).not.toContain(SECRET)
  })
})

describe('a file that claims too much', () => {
  /** Runs the worker and watches the memory of it and of all its children, in MB. */
  async function watched(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { child, ended } = place.start(args, { env })
    const seen = new Set<string>()
    let most = 0
    let isOver = false
    const over = ended.finally(() => (isOver = true))
    while (!isOver) {
      most = Math.max(most, await memoryOf(String(child.pid), seen))
      await pause(15)
    }
    expect(seen.size).toBeGreaterThan(3)
    return { ...(await over), mostMb: most }
  }

  /** Of a process and all that it has started, in MB. @param seen gets their ids */
  async function memoryOf(pid: string, seen: Set<string>): Promise<number> {
    seen.add(pid)
    const at = `/proc/${pid}`
    const status = await readFile(`${at}/status`, 'latin1').catch(() => '')
    const kb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
    const threads = await readdir(`${at}/task`).catch(() => [])
    const lists = threads.map((id) => readFile(`${at}/task/${id}/children`, 'latin1').catch(() => ''))
    const children = (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean))
    const below = await Promise.all(children.map((child) => memoryOf(child, seen)))
    return kb / 1024 + below.reduce((sum, mb) => sum + mb, 0)
  }

  /** Every VP8 keyframe of a file says that it is 16383 x 16383, the most it can say. */
  function hugeVp8(bytes: Buffer): Buffer {
    const start = Buffer.from([0x9d, 0x01, 0x2a])
    let count = 0
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 3)) {
      bytes.writeUInt16LE(0x3fff, at + 3)
      bytes.writeUInt16LE(0x3fff, at + 5)
      count++
    }
    expect(count).toBeGreaterThan(0)
    return bytes
  }

  it('does not get it: a picture of 16384 x 16384', async () => {
    const { alice } = await roomFiles()
    await writeFile(inBucket('huge.webm'), hugeVp8(await readFile(alice.path)))
    const mute = join(place.folder, 'mute.webm')
    await runFfmpeg(['-i', alice.path, '-an', '-c', 'copy', mute])
    await writeFile(inBucket('mute.webm'), hugeVp8(await readFile(mute)))
    // Motion JPEG in an MP4, whose frames say their own size.
    const jpeg = join(place.folder, 'jpeg.mp4')
    await runFfmpeg(['-i', alice.path, '-an', '-c:v', 'mjpeg', '-q:v', '5', '-pix_fmt', 'yuvj420p', jpeg])
    const bytes = await readFile(jpeg)
    const frame = Buffer.from([0xff, 0xc0, 0x00, 0x11, 0x08])
    for (let at = bytes.indexOf(frame); at >= 0; at = bytes.indexOf(frame, at + 9)) {
      bytes.writeUInt16BE(16_384, at + 5)
      bytes.writeUInt16BE(16_384, at + 7)
    }
    await writeFile(inBucket('jpeg.mp4'), bytes)
    const files = [
      BOB,
      entry('huge_1', 'huge.webm'),
      entry('mute_1', 'mute.webm'),
      entry('jpeg_1', 'jpeg.mp4'),
    ]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))

    const ended = await watched([cfg], { OWT_LIMITS_CORES: '2' })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.mostMb).toBeGreaterThan(30)
    expect(ended.mostMb).toBeLessThan(500)
    const result = await place.result()
    expect(result.streams).toMatchObject([
      { streamId: 'huge_1', clips: [{ video: false, audio: true }] },
      { streamId: 'bob_1', clips: [{ video: true, audio: true }] },
    ])
    expect(result.skipped.map(({ name }) => name).sort()).toEqual(['jpeg.mp4', 'mute.webm'])
    const codec = 'it is coded as mjpeg, which ffmpeg.codecs in conf/ does not list'
    expect(result.skipped.find(({ name }) => name === 'jpeg.mp4')?.reason).toContain(codec)
    const said = 'huge_1: its picture cannot be decoded to the end and is left out; its sound is heard'
    expect(result.warnings).toContainEqual({ code: 'trackLeftOut', message: said, where: 'huge.webm' })
    expect(ended.stderr).toContain(`warning: huge.webm: ${said}\n`)

    const strict = await place.run(['--strict', cfg])
    expect(strict).toMatchObject({ code: 1 })
    expect(strict.stderr).toMatch(/^error: .* --strict is set; the first: /m)
  })

  it('does not get it: a codec that conf/ does not list', async () => {
    const env = { OWT_FFMPEG_CODECS: '["vp8", "opus", "aac"]' }
    const ended = await place.run([cfg], { env })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.streams).toMatchObject([
      { streamId: 'alice_1', clips: [{ video: true, audio: true }] },
      { streamId: 'bob_1', clips: [{ video: false, audio: true }] },
    ])
    expect(ended.stderr).toMatch(/^warning: bob\.mp4: bob_1: its picture is left out: it is coded as h264/m)
    const strict = await place.run(['--strict', cfg], { env })
    expect(strict).toMatchObject({ code: 1 })
    expect(strict.stderr).toMatch(/--strict is set; the first: .*coded as h264/)
  })

  it('does not get it: tables that claim 80 million samples', async () => {
    await writeFile(inBucket('claims.mp4'), claimingMp4({ samples: 80_000_000 }))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([BOB, entry('carol_1', 'claims.mp4')]))
    const ended = await watched([cfg])
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.mostMb).toBeLessThan(500)
    expect((await place.result()).skipped).toMatchObject([{ streamId: 'carol_1', name: 'claims.mp4' }])
  })

  it('does not get it: a canvas that limits.memoryMb is too small for', async () => {
    const before = await place.bucketFiles()
    const Video = { Width: 8192, Height: 8192 }
    const large = await place.write('large.json', cfgOf({ Data: { TranscodingConfig: { Video } } }))
    const ended = await place.run([large], { env: { OWT_LIMITS_MEMORY_MB: '2000' } })
    const says = /^error: a canvas of 8192 x 8192 needs about \d+ MB .* 2000 MB; 4578 x 4578 would fit/m
    await expectFailure({ place, ended, before, code: 1, says })
  })

  it('does not get it: a length of days', async () => {
    const long = await makeSource({
      id: 3,
      container: 'webm',
      durationMs: 90_001_000,
      video: {
        codec: 'vp8',
        size: { width: 160, height: 120 },
        timesMs: [0, 100, 200, 300, 90_000_000],
      },
    })
    await copySource(long, inBucket('long.webm'))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, entry('carol_1', 'long.webm')]))
    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result).toMatchObject({ output: { frames: 25 } })
    expect(result.skipped).toEqual([
      {
        streamId: 'carol_1',
        name: 'long.webm',
        reason: 'its timestamps span 25.0 hours, more than limits.maxHours (24) in conf/ allows',
      },
    ])
  })

  it('does not get it: billions of frames a second', async () => {
    // As browsers send it: nothing but the time unit is there to guess the frame rate by.
    const real = 'mixer/bucket/urtc/demo4711/demo4711_bob_1_1795320226894.mp4'
    const bytes = await readFile(join(HOME, real))
    // The time unit of its picture: version and flags, two dates of 4 bytes, then the units of a second.
    const at = bytes.indexOf('mdhd') + 4 + 4 + 8
    bytes.writeUInt32BE(2_130_722_432, at)
    await writeFile(inBucket('fine.mp4'), bytes)
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, entry('carol_1', 'fine.mp4')]))
    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.warnings).toMatchObject([{ code: 'trackLeftOut', where: 'fine.mp4' }])
    expect(result.streams[1]).toMatchObject({ streamId: 'carol_1', clips: [{ video: false, audio: true }] })
  })

  it('does not get it: more recordings than conf/ allows', async () => {
    const files = [ALICE, BOB, entry('carol_1', 'c.webm')]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    const before = await place.bucketFiles()
    const ended = await place.run([cfg], { env: { OWT_LIMITS_MAX_RECORDINGS: '2' } })
    const says = /^error: the index lists 3 recordings, more than limits\.maxRecordings \(2\)/m
    await expectFailure({ place, ended, before, code: 1, says })
    const enough = await place.run([cfg], { env: { OWT_LIMITS_MAX_RECORDINGS: '3' } })
    expect(enough).toMatchObject({ code: 0 })
  })
})

describe('no recording is replaced', () => {
  const replaced = (what: string, name: string) => new RegExp(`${what} would replace the recording "${name}"`)
  const put = (FileNamePrefix: string) =>
    cfgOf({ Data: { RecordingConfig: { StorageConfig: { FileNamePrefix } } } })

  it.each([
    ['that is used', BOB],
    ['that is left out', { StreamId: BOB.StreamId, Name: BOB.Name }],
  ])('by the finished file, one %s', async (_, file) => {
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, file]))
    const before = await place.bucketFiles()
    const ended = await place.run([await place.write('own.json', put(`rec/${BOB.Name}`))])
    const says = replaced('the finished file', BOB.Name)
    await expectFailure({ place, ended, before, code: 1, says })
  })

  it('by a side file, which is told before anything is encoded', async () => {
    await place.write('bucket/rec/init.mp4', await readFile(inBucket(BOB.Name)))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, { ...BOB, Name: 'init.mp4' }]))
    const before = await place.bucketFiles()
    const env = await shim('case "$*" in *filter_complex*libx264*) exit 1;; esac; exec REAL "$@"')
    const own = await place.write('own.json', put('rec.mp4'))
    const ended = await place.run([own], { env: { ...env, OWT_OUTPUT_HLS: 'true' } })
    const says = replaced('the HLS rendition', 'init.mp4')
    await expectFailure({ place, ended, before, code: 1, says })
  })
})

it('ffmpeg gets no credentials in its environment', async () => {
  const seen = join(place.folder, 'seen')
  await mkdir(seen)
  const env = await shim(`env > "${seen}/$$"\nexec REAL "$@"`)
  const hidden = {
    AWS_ACCESS_KEY_ID: 'hidden-id',
    AWS_SECRET_ACCESS_KEY: 'hidden-key',
    AWS_SESSION_TOKEN: 'hidden-session',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/hidden/token',
    OWT_FFMPEG_STALL_MS: '60000',
    HTTPS_PROXY: 'http://user:hidden-proxy@127.0.0.1:1',
    CALLBACK_KEY: 'hidden-callback',
  }
  const ended = await place.run([cfg], { env: { ...hidden, ...env } })
  expect(ended).toMatchObject({ code: 0 })
  const dumps = await Promise.all((await readdir(seen)).map((name) => readFile(join(seen, name), 'utf8')))
  // Its version, two recordings examined, picture, sound, mux, and the looks at the result.
  expect(dumps.length).toBeGreaterThanOrEqual(7)
  const names = dumps.flatMap((dump) => [...dump.matchAll(/^(\w+)=/gm)].map(([, name]) => name))
  expect(names).toContain('PATH')
  for (const dump of dumps) expect(dump).not.toMatch(/hidden|^(AWS_|OWT_|CALLBACK|HTTPS?_PROXY)/m)
})

it('reaches no terminal and no log with what a terminal would act on', async () => {
  const hostile = '\u001b]0;PWN\u0007\u001b[31m\u009b2J\u202e'
  const index = indexOf([ALICE, entry(`a${hostile}_1`, BOB.Name), entry('c_1', `c${hostile}.webm`)])
  await place.write(`bucket/${JOB_ID}.json`, index)
  await place.write('cfg.json', cfgOf({ Data: { JobConfig: { KeyStream: `k${hostile}`, IdleTime: 5 } } }))
  const ended = [
    await place.run(['plan', cfg]),
    await place.run(['plan', '--json', cfg]),
    await place.run([cfg]),
  ]
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
  const logs = await readdir(place.logDir)
  expect(logs).toContain(`${JOB_ID}.result.json`)
  const said = [
    ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    ...(await Promise.all(logs.map((name) => readFile(join(place.logDir, name), 'utf8')))),
  ]
  expect(said.some((text) => text.includes('\\u001b]0;PWN'))).toBe(true)
  for (const text of said) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
})
