/** Everything that can go wrong: what is said, how the worker ends, and that nothing is left of it. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { copySource } from '../harness/sources.ts'
import {
  ALICE,
  BOB,
  type Changes,
  HOME,
  type IndexFile,
  JOB_ID,
  ROOM_START_MS,
  type Workplace,
  cfgOf,
  changed,
  expectFailure,
  furnish,
  inStorage,
  indexOf,
  logged,
  makeWorkplace,
  roomFiles,
  until,
} from '../harness/run-worker.ts'

let place: Workplace
let before: Record<string, string>
beforeEach(async () => {
  place = await makeWorkplace()
  await furnish(place)
  before = await place.bucketFiles()
  return () => place.remove()
})

const MISSING_BYTES = 100

describe('recordings that cannot be used', () => {
  const bad = (Name: unknown, more: IndexFile = {}): IndexFile => ({
    StreamId: 'carol_1',
    Name,
    StartTime: ROOM_START_MS + 200,
    ...more,
  })
  const inBucket = (name: string) => join(place.bucket, 'rec', name)

  interface Kind {
    readonly kind: string
    readonly entry: IndexFile | string | null
    readonly make?: () => Promise<unknown>
    readonly skipped: { streamId: string; name: string; reason: unknown }
  }
  const carol = (name: string, reason: RegExp) => ({
    streamId: 'carol_1',
    name,
    reason: expect.stringMatching(reason) as unknown,
  })
  const kinds: Kind[] = [
    {
      kind: 'an object that is not there',
      entry: bad('none.webm'),
      skipped: carol('none.webm', /there is no object "rec\/none\.webm"; check Root and Name/),
    },
    {
      kind: 'a file of zero bytes',
      entry: bad('empty.webm'),
      make: () => writeFile(inBucket('empty.webm'), ''),
      skipped: carol('empty.webm', /^the file is empty$/),
    },
    {
      kind: 'text under .mp4',
      entry: bad('text.mp4'),
      make: () => writeFile(inBucket('text.mp4'), '#EXTM3U\nfile:///etc/passwd\n'),
      skipped: carol('text.mp4', /^it is neither a WebM nor an MP4 file; .*join the pieces in order/),
    },
    {
      kind: 'a folder',
      entry: bad('folder.mp4'),
      make: () => mkdir(inBucket('folder.mp4')),
      skipped: carol('folder.mp4', /"rec\/folder\.mp4" is a folder or a device, not a file/),
    },
    {
      kind: 'a WebM of its first bytes only',
      entry: bad('head.webm'),
      make: async () => copySource((await roomFiles()).alice, inBucket('head.webm'), MISSING_BYTES),
      skipped: carol('head.webm', /^it (cannot be opened|holds no picture and no sound)/),
    },
    {
      kind: 'an MP4 cut off before its moov',
      entry: bad('cut.mp4'),
      make: async () => {
        const { bob } = await roomFiles()
        const { size } = await stat(bob.path)
        await copySource(bob, inBucket('cut.mp4'), Math.floor(size / 2))
      },
      skipped: carol('cut.mp4', /^it cannot be opened \(.+\)$/),
    },
    {
      kind: 'noise behind the first bytes of a WebM',
      entry: bad('noise.webm'),
      make: async () => {
        const head = readFileSync((await roomFiles()).alice.path).subarray(0, 4)
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
      skipped: carol('../e2e-room.json', /^Name leaves Root/),
    },
    {
      kind: 'an entry that is no object',
      entry: 'carol.webm',
      skipped: { streamId: '', name: '', reason: 'the entry is "carol.webm", not an object' },
    },
  ]

  it.each(kinds)('leaves out $kind and goes on; --strict fails', async ({ entry, make, skipped }) => {
    await make?.()
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, entry]))
    const cfg = await place.write('cfg.json', cfgOf())
    before = await place.bucketFiles()

    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/, 1 skipped, 1 warning\n$/)
    const result = await place.result()
    expect(result).toMatchObject({ status: 'ok', skipped: [skipped], output: { frames: 25 } })
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
    const warning = `${skipped.streamId}: recording "${skipped.name}" is left out: ${result.skipped[0]?.reason}`
    expect(result.warnings).toEqual([{ code: 'recordingSkipped', message: warning, where: skipped.name }])
    expect(ended.stderr).toContain(`warning: ${warning}\n`)
    expect(await place.log()).toContainEqual(expect.objectContaining({ level: 'warn', msg: warning }))
    await rm(join(place.bucket, 'out'), { recursive: true })

    const strict = await place.run(['--quiet', '--strict', cfg])
    const failed = await expectFailure({ place, ended: strict, code: 1, says: /--strict is set/ })
    expect(failed.skipped).toEqual(result.skipped)
    expect(Object.keys(await place.bucketFiles())).toEqual(Object.keys(before))
  })

  it('uses a WebM as far as it goes when its recorder was killed', async () => {
    const { alice } = await roomFiles()
    const { size } = await stat(alice.path)
    await copySource(alice, inBucket('cut.webm'), Math.floor(size / 2))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([BOB, bad('cut.webm')]))
    const ended = await place.run(['--strict', '--json', await place.write('cfg.json', cfgOf())])
    expect(ended).toMatchObject({ code: 0 })
    const [first] = (await place.result()).streams
    expect(first).toMatchObject({ streamId: 'carol_1', clips: [{ video: true, startMs: 200 }] })
    expect(first?.clips[0]?.endMs).toBeGreaterThan(600)
    expect(first?.clips[0]?.endMs).toBeLessThan(2000)
  })

  it('goes by what is in a file and not by its name', async () => {
    const { alice, bob } = await roomFiles()
    await copySource(alice, inBucket('really-webm.mp4'))
    await copySource(bob, inBucket('really-mp4.webm'))
    const files = [bad('really-webm.mp4'), bad('really-mp4.webm', { StreamId: 'dave_2' })]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    const ended = await place.run(['--strict', '--quiet', await place.write('cfg.json', cfgOf())])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect((await place.result()).streams).toMatchObject([
      { streamId: 'carol_1', clips: [{ video: true, audio: true }] },
      { streamId: 'dave_2', clips: [{ video: true, audio: true }] },
    ])
  })

  it('ends with 6 when none is left, and names each', async () => {
    await writeFile(inBucket('empty.webm'), '')
    await place.write(`bucket/${JOB_ID}.json`, indexOf([bad('empty.webm'), bad('none.webm'), bad(undefined)]))
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf())])
    const result = await expectFailure({
      place,
      ended,
      before,
      code: 6,
      says: /no usable stream, 3 of its recordings/,
    })
    expect(result.skipped.map(({ name }) => name).sort()).toEqual(['', 'empty.webm', 'none.webm'])
    expect(result.error?.code).toBe('noUsableStream')
  })

  it.each([
    ['the index lists none', indexOf([]), {}, /no usable stream; check that the index lists/],
    [
      'a list leaves nobody to be seen',
      indexOf(),
      { Data: { SubscribeConfig: { SubscribeVideo: ['nobody_1'] } } },
      /cfg\.json:\d+:\d+ Data\.SubscribeConfig\.SubscribeVideo: SubscribeVideo leaves none of the streams/,
    ],
  ] as const)('ends with 6 when %s', async (_, index, changes, says) => {
    await place.write(`bucket/${JOB_ID}.json`, index)
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf(changes))])
    await expectFailure({
      place,
      ended,
      before,
      code: 6,
      says,
    })
  })
})

/** A PNG that says how large it is and holds a little of nothing. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    crc.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, crc])
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('watermark pictures that cannot be had', () => {
  const withPicture = (Image: string) =>
    cfgOf({ Data: { MixerConfig: { WaterMark: { Type: 2, X: 4, Y: 4, Image } } } })
  let server: Server
  let site: string
  beforeEach(async () => {
    const logo = await readFile(join(HOME, 'mixer/gallery/logo.png'))
    server = createServer((request, response) => {
      if (request.url === '/logo.png?sign=1') response.end(logo)
      else response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    site = `127.0.0.1:${(server.address() as AddressInfo).port}`
    await place.write('text.png', 'no picture')
    await place.write('cut.png', logo.subarray(0, 60))
    await place.write('huge.png', pngHeader(16384, 16384))
    before = await place.bucketFiles()
    return () => void server.close().closeAllConnections()
  })

  it.each([
    [
      'that is not there',
      'none.png',
      /picture none\.png cannot be fetched \(there is no such file or object\)/,
    ],
    ['that is none', 'text.png', /picture text\.png is not PNG, JPEG, WebP, BMP or GIF/],
    ['that is cut off', 'cut.png', /picture cut\.png cannot be decoded/],
    [
      'that claims to be too large',
      'huge.png',
      /picture huge\.png cannot be decoded, or has more than limits\.maxPixels/,
    ],
    [
      'that its server does not have',
      'http://SITE/x.png?sign=hush',
      /picture http:\/\/SITE\/x\.png cannot be fetched \(HTTP 404\)/,
    ],
    [
      'of a server that is not there',
      'http://127.0.0.1:2/x.png',
      /picture http:\/\/127\.0\.0\.1:2\/x\.png cannot be fetched \(ECONNREFUSED\)/,
    ],
    [
      'behind a password',
      'http://me:hush@SITE/x.png',
      /picture http:\/\/SITE\/x\.png cannot be fetched \(HTTP 404\)/,
    ],
  ])('leaves out one %s and goes on; --strict fails', async (_, image, says) => {
    const cfg = await place.write('cfg.json', withPicture(image.replace('SITE', site)))
    const expected = new RegExp(says.source.replace('SITE', site))
    const strict = await place.run(['--strict', cfg])
    await expectFailure({ place, ended: strict, before, code: 1, says: expected })
    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toMatch(
      new RegExp(`^warning: the watermark ${expected.source}.*; it is left out$`, 'm'),
    )
    expect((await place.result()).warnings).toHaveLength(1)
    const texts = await Promise.all(
      (await readdir(place.logDir)).map((name) => readFile(join(place.logDir, name), 'utf8')),
    )
    for (const text of [ended.stderr, strict.stderr, ...texts]) expect(text).not.toContain('hush')
  })

  it('takes one from its URL, from the bucket and from beside cfg.json', async () => {
    const logo = await readFile(join(HOME, 'mixer/gallery/logo.png'))
    await place.write('bucket/pictures/logo.png', logo)
    await place.write('logo.png', logo)
    for (const image of [`http://${site}/logo.png?sign=1`, '/pictures/logo.png', 'logo.png']) {
      const ended = await place.run([
        'plan',
        '--strict',
        '--quiet',
        await place.write('cfg.json', withPicture(image)),
      ])
      expect({ image, ...ended }).toMatchObject({ image, code: 0, stderr: '' })
      expect(ended.stdout).toContain('-f png_pipe')
    }
  })
})

describe('a cfg.json that is wrong', () => {
  /** Where a field's value stands in the text, as `line:column`. */
  function spot(text: string, value: string): string {
    const head = text.slice(0, text.indexOf(value))
    return `${head.split('\n').length}:${head.length - head.lastIndexOf('\n')}`
  }
  const inVideo = (changes: Changes) => ({ Data: { TranscodingConfig: { Video: changes } } })
  const inMixer = (changes: Changes) => ({ Data: { MixerConfig: changes } })

  it.each([
    ['an odd width', 4, inVideo({ Width: 161 }), '161', 'Data.TranscodingConfig.Video.Width'],
    ['an unknown codec', 4, inVideo({ Codec: 'vp9' }), '"vp9"', 'Data.TranscodingConfig.Video.Codec'],
    ['an unknown layout', 4, inMixer({ MixedVideoLayout: 77 }), '77', 'Data.MixerConfig.MixedVideoLayout'],
    ['an unusable job id', 4, { Internal: { JobId: '../evil' } }, '"../evil"', 'Internal.JobId'],
    [
      'an unknown sample rate',
      5,
      { Data: { TranscodingConfig: { Audio: { SampleRate: 44_111 } } } },
      '44111',
      'Data.TranscodingConfig.Audio.SampleRate',
    ],
    [
      'an unknown medium',
      1,
      { Data: { RecordingConfig: { MediaChannel: 99 } } },
      '99',
      'Data.RecordingConfig.MediaChannel',
    ],
    [
      'an unknown vendor',
      1,
      inStorage({ Vendor: 'floppy', Region: 'cn-bj' }),
      '"floppy"',
      'Data.RecordingConfig.StorageConfig.Vendor',
    ],
  ] as const)('names %s with its place, and ends with %i', async (_, code, changes, value, path) => {
    const cfg = await place.write('cfg.json', cfgOf(changes))
    const text = await readFile(cfg, 'utf8')
    const ended = await place.run([cfg])
    const jobId = path === 'Internal.JobId' ? 'cfg' : JOB_ID
    await expectFailure({ place, ended, before, code, jobId, says: /, allowed .+/ })
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(ended.stderr).toContain(`error: ${cfg}:${spot(text, value)} ${path}: found ${value}, allowed `)
    expect(ended.stdout).toBe('')
  })

  it('says all problems of a file at once, one line each in its order', async () => {
    const cfg = await place.write(
      'cfg.json',
      cfgOf({
        Data: {
          TranscodingConfig: { Video: { Width: 161, Height: 'tall' }, Audio: { SampleRate: 1 } },
          RecordingConfig: { MediaChannel: 99 },
        },
      }),
    )
    const ended = await place.run(['--json', cfg])
    await expectFailure({ place, ended, before, code: 4, says: /Width/ })
    const paths = ended.stderr
      .trimEnd()
      .split('\n')
      .map((line) => / (Data\.\S+): found /.exec(line)?.[1])
    expect(paths).toEqual([
      'Data.TranscodingConfig.Video.Width',
      'Data.TranscodingConfig.Video.Height',
      'Data.TranscodingConfig.Audio.SampleRate',
      'Data.RecordingConfig.MediaChannel',
    ])
    expect(JSON.parse(ended.stdout)).toEqual(await place.result())
  })

  it('names a slip of syntax with its place', async () => {
    const text = JSON.stringify(cfgOf(), null, 2).replace('"Width": 160,', '"Width": 160')
    const ended = await place.run([await place.write('cfg.json', text)])
    const result = await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /a comma is missing before this/,
    })
    expect(ended.stderr).toContain(`cfg.json:${spot(text, '"Height"')}`)
    expect(result.error?.code).toBe('configInvalid')
  })

  it.each(['', '[]', 'job.start', '{"Internal": {"JobId": 4711}', '\0\u0001\u0002', '{'.repeat(10_000)])(
    'names %j, which is no job',
    async (text) => {
      const ended = await place.run([await place.write('cfg.json', text)])
      expect(ended.code).toBeGreaterThan(0)
      const jobId = text.includes('4711') ? '4711' : 'cfg'
      await expectFailure({ place, ended, before, code: ended.code ?? 0, jobId, says: /cfg\.json/ })
    },
  )

  it('names log and result by a JobId that is written as a number', async () => {
    await place.write('bucket/4711.json', indexOf())
    const ended = await place.run([
      '--json',
      await place.write('cfg.json', cfgOf({ Internal: { JobId: 4711 } })),
    ])
    expect(ended).toMatchObject({ code: 0 })
    expect(JSON.parse(ended.stdout)).toMatchObject({ jobId: '4711', output: { key: 'out/4711.mp4' } })
    expect((await readdir(place.logDir)).sort()).toEqual(['4711.done.json', '4711.log', '4711.result.json'])
  })
})

describe('an index that is wrong', () => {
  it('ends with 3 and names the places when there is none', async () => {
    await rm(join(place.bucket, `${JOB_ID}.json`))
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf())])
    await expectFailure({
      place,
      ended,
      before,
      code: 3,
      says: /no index of job e2e-room was found; looked for /,
    })
    for (const where of [
      join(place.folder, `${JOB_ID}.json`),
      `${JOB_ID}/index.json`,
      `out/${JOB_ID}.json`,
    ]) {
      expect(ended.stderr).toContain(where)
    }
    expect(ended.stderr).toContain('name it with --index')
  })

  it.each(['none.json', '../none.json', '/none.json', '/', 's3://bucket/none.json'])(
    'ends with 3 when --index is %s, which is not there',
    async (index) => {
      const ended = await place.run(['--index', index, await place.write('cfg.json', cfgOf())])
      await expectFailure({ place, ended, before, code: 3, says: /no index|cannot be read|this is a folder/ })
    },
  )

  it('ends with 3 when --index names another bucket', async () => {
    const ended = await place.run(['--index', 's3://other/x.json', await place.write('cfg.json', cfgOf())])
    await expectFailure({ place, ended, before, code: 3, says: /is not in the job's own bucket "bucket"/ })
  })

  it.each([
    ['no JSON', '{"Files": [}', /e2e-room\.json:1:12: not JSON/],
    ['no list of files', '{"Files": 1}', /e2e-room\.json:1:11 Files: found 1, an index is allowed an array/],
    [
      'a Root outside the bucket',
      '{"Root": "../..", "Files": []}',
      /e2e-room\.json:1:10 Root: leaves the bucket/,
    ],
  ])('ends with 3 when it is %s', async (_, text, says) => {
    await place.write(`bucket/${JOB_ID}.json`, text)
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf())])
    await expectFailure({ place, ended, before, code: 3, says })
  })
})

describe('surroundings that are wrong', () => {
  it('names settings that are wrong with their place, in a result file too', async () => {
    const conf = await place.write('conf.json', '{\n  "video": { "preset": "fastest", "presset": 1 }\n}')
    const ended = await place.run(['--json', '--conf', conf, await place.write('cfg.json', cfgOf())])
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /conf\.json:2:24 video\.preset: found "fastest"/,
    })
    expect(ended.stderr).toMatch(/conf\.json:2:35 video\.presset: .*did you mean "preset"/)
    expect(JSON.parse(ended.stdout)).toEqual(await place.result())
  })

  it('names a settings file that is not there, and a variable that is wrong', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    const none = await place.run(['--conf', 'none.json', cfg])
    await expectFailure({ place, ended: none, before, code: 1, says: /none\.json: there is no such file/ })
    const wrong = await place.run([cfg], { env: { OWT_LOGS_KEEP: 'many' } })
    await expectFailure({
      place,
      ended: wrong,
      before,
      code: 1,
      says: /OWT_LOGS_KEEP: found "many", allowed whole/,
    })
  })

  it('names a bucket that is not there', async () => {
    const ended = await place.run([await place.write('cfg.json', cfgOf(inStorage({ Bucket: 'nowhere' })))])
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /nowhere": there is no such folder; create it/,
    })
  })

  it('names an output key that is a folder', async () => {
    await mkdir(join(place.bucket, 'out', `${JOB_ID}.mp4`), { recursive: true })
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf())])
    await expectFailure({ place, ended, code: 1, says: /is a folder or a device, not a file/ })
    expect(Object.keys(await place.bucketFiles())).toEqual(Object.keys(before))
  })

  it('names a folder for logs or work that cannot be one', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    await writeFile(place.workDir, 'a file')
    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 1 })
    expect(ended.stderr).toBe(
      `error: ${place.workDir}: reading or writing failed with EEXIST; check that it exists, its permissions and the free space\n`,
    )
    expect((await place.result()).error?.code).toBe('fileFailed')
    await rm(place.workDir)
    await rm(place.logDir, { recursive: true })
    await writeFile(place.logDir, 'a file')
    const noLog = await place.run([cfg])
    expect(noLog).toMatchObject({ code: 1, stdout: '' })
    expect(noLog.stderr).toBe(ended.stderr.replace(place.workDir, place.logDir))
    expect(await place.workLeft()).toEqual([])
  })

  it('names an ffmpeg that does not run', async () => {
    const cfg = await place.write('cfg.json', cfgOf())
    const none = await place.run([cfg], { env: { FFMPEG_PATH: '/nowhere/ffmpeg' } })
    await expectFailure({
      place,
      ended: none,
      before,
      code: 1,
      says: /^error: \/nowhere\/ffmpeg \(from FFMPEG_PATH\) does not run as ffmpeg/m,
    })
    const bare = await place.run([cfg], { env: { FFMPEG_PATH: '', PATH: '/nowhere' } })
    // A packaged ffmpeg may be there all the same.
    if (bare.code !== 0)
      await expectFailure({
        place,
        ended: bare,
        before,
        code: 1,
        says: /no ffmpeg was found; install 5\.1 or newer/,
      })
  })

  /** An ffmpeg that does this in place of encoding a picture. */
  async function brokenFfmpeg(instead: string): Promise<Record<string, string>> {
    const real = process.env['FFMPEG_PATH'] || 'ffmpeg'
    const script = `#!/bin/sh\ncase "$*" in *libx264*) ${instead};; esac\nexec ${real} "$@"\n`
    const path = await place.write('ffmpeg', script)
    await chmod(path, 0o755)
    return { FFMPEG_PATH: path }
  }

  it('says what ffmpeg said when encoding fails', async () => {
    const env = await brokenFfmpeg('echo "[error] the encoder is on strike" >&2; exit 7')
    const ended = await place.run([await place.write('cfg.json', cfgOf())], { env })
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /^error: encoding failed \(video 1\/1\): \[error\] the encoder is on strike$/m,
    })
  })

  it('ends an ffmpeg that stands still', async () => {
    // Long enough for those that do not stand still, on whatever machine.
    const env = { ...(await brokenFfmpeg('exec sleep 600')), OWT_FFMPEG_STALL_MS: '10000' }
    const ended = await place.run([await place.write('cfg.json', cfgOf())], { env })
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /\(video 1\/1\) made no progress for 10 s and was ended/,
    })
  })

  it('notices frames that are not there', async () => {
    const real = process.env['FFMPEG_PATH'] || 'ffmpeg'
    const shorter = `set -- $(printf '%s ' "$@" | sed 's/-frames:v 25/-frames:v 24/; s/\\[out\\]/[out]/'); exec ${real} "$@"`
    const env = await brokenFfmpeg(shorter)
    const ended = await place.run([await place.write('cfg.json', cfgOf())], { env })
    await expectFailure({
      place,
      ended,
      before,
      code: 1,
      says: /made 24 frames where 25 were planned; nothing was uploaded/,
    })
  })
})

describe('a job that takes its time', () => {
  /** Some minutes of encoding, should nobody end it. */
  async function longCfg(): Promise<string> {
    const video = { Width: 3840, Height: 2160, Fps: 120, BitRate: 50_000 }
    return place.write('long.json', cfgOf({ Data: { TranscodingConfig: { Video: video } } }))
  }
  const slow = { env: { OWT_VIDEO_PRESET: 'placebo', OWT_LIMITS_CORES: '2' } }
  async function startLong(options: { ownGroup?: boolean } = {}) {
    const running = place.start([await longCfg()], { ...slow, ...options })
    await logged(place, ({ msg, command }) => msg === 'ffmpeg starts' && String(command).startsWith('video'))
    // What makes its sandbox has its arguments, too.
    const isEncoder = (line: string) => line.includes('libx264') && !line.includes('--die-with-parent')
    await until('ffmpeg runs', async () => (await place.processes()).some(isEncoder))
    return running
  }

  it('runs once at a time: the second one ends with 2 and does no harm', async () => {
    const first = await startLong()
    // A state is written anew all the time, by way of another file.
    const logFiles = async () =>
      (await readdir(place.logDir)).filter((name) => !/\.(result\.json|state\.json(\.part)?)$/.test(name))
    const logBefore = await logFiles()
    const second = await place.run(['--json', await place.write('cfg.json', cfgOf())])
    expect(second.code).toBe(2)
    expect(second.stderr).toBe(
      `error: ${JOB_ID} is already running on this machine (process ${first.child.pid}); wait for it or stop it\n`,
    )
    expect(JSON.parse(second.stdout)).toMatchObject({ exitCode: 2, error: { code: 'jobRunning' } })
    // And the claim of the one that runs.
    expect(await place.bucketFiles()).toMatchObject(before)
    expect((await place.workLeft()).sort()).toEqual([JOB_ID])
    // The log goes on being that of the job that runs.
    expect(await logFiles()).toEqual(logBefore)
    expect(first.child.exitCode).toBeNull()

    first.child.kill('SIGTERM')
    const ended = await first.ended
    await expectFailure({
      place,
      ended,
      before,
      code: 143,
      says: /^error: stopped by SIGTERM; nothing was uploaded$/m,
    })
    expect(await place.run(['--quiet', await place.write('cfg.json', cfgOf())])).toMatchObject({ code: 0 })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('on %s to all of its processes, as from a terminal, it ends with %i', async (signal, code) => {
    const { child, ended } = await startLong({ ownGroup: true })
    process.kill(-child.pid, signal)
    const result = await expectFailure({
      place,
      ended: await ended,
      before,
      code,
      says: new RegExp(`^error: stopped by ${signal}; nothing was uploaded$`, 'm'),
    })
    expect(result.error?.code).toBe('stopped')
  })

  it('ends with 143 while it still looks at the recordings', async () => {
    const real = process.env['FFMPEG_PATH'] || 'ffmpeg'
    const path = await place.write(
      'ffmpeg',
      `#!/bin/sh\ncase "$*" in *framecrc*) exec sleep 600;; esac\nexec ${real} "$@"\n`,
    )
    await chmod(path, 0o755)
    const { child, ended } = place.start([await place.write('cfg.json', cfgOf())], {
      env: { FFMPEG_PATH: path },
    })
    await until('ffmpeg looks', async () =>
      (await place.processes()).some((line) => line.startsWith('sleep')),
    )
    child.kill('SIGTERM')
    await expectFailure({ place, ended: await ended, before, code: 143, says: /stopped by SIGTERM/ })
  })

  it('takes over from a run that was killed', async () => {
    const { child, ended } = await startLong()
    child.kill('SIGKILL')
    await ended
    await until('its ffmpegs have ended with it', async () => (await place.processes()).length === 0)
    expect((await place.workLeft()).sort()).toEqual([JOB_ID])
    expect(await place.run(['--quiet', await place.write('cfg.json', cfgOf())])).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await place.workLeft()).toEqual([])
  })
})

describe('secrets', () => {
  const SECRETS = ['tok-9f3a71', 'pub-77c2be', 'sec-e01d4f', 'hook-5ba8d3', 'key-c40e96']
  const [Token, PublicKey, SecretKey, hook, Key] = SECRETS
  const withSecrets = (changes: Changes = {}): Changes =>
    [
      inStorage({ PublicKey, SecretKey }),
      {
        Data: {
          NotifyConfig: [
            { ServiceType: 'job.mixer', NotifyUrl: `https://127.0.0.1:1/?k=${hook}`, Token: hook, Key },
          ],
        },
      },
      changes,
    ].reduce(changed, cfgOf({ Token }))
  const s3 = inStorage({
    Vendor: 's3',
    Bucket: 'bucket',
    Endpoint: 'http://127.0.0.1:1',
    Region: 'us-east-1',
  })

  const asText = (cfg: Changes) => JSON.stringify(cfg, null, 2)
  it.each([
    ['a job that is done', 0, asText(withSecrets())],
    ['a service that cannot be reached', 1, asText(withSecrets(s3))],
    ['half of the credentials', 1, asText(changed(withSecrets(s3), inStorage({ SecretKey: '' })))],
    ['a bad parameter', 4, asText(withSecrets({ Data: { TranscodingConfig: { Video: { Width: 7 } } } }))],
    [
      'secrets of another kind',
      1,
      asText(withSecrets(inStorage({ SecretKey: [SecretKey], PublicKey: { PublicKey } }))),
    ],
    [
      'secrets where an object should be',
      1,
      asText(withSecrets({ Data: { RecordingConfig: { StorageConfig: SecretKey } } })),
    ],
    ['a secret without quotes', 1, asText(withSecrets()).replace(`"${SecretKey}"`, `${SecretKey}`)],
    ['a comma missing by a secret', 1, asText(withSecrets()).replace(`"${PublicKey}",`, `"${PublicKey}"`)],
    ['a quote missing by a secret', 1, asText(withSecrets()).replace(`"${PublicKey}",`, `"${PublicKey},`)],
    ['a misspelt name', 0, asText(withSecrets(inStorage({ SecretKey: undefined, Secretkey: SecretKey })))],
  ])('are nowhere after %s', async (_, code, text) => {
    const env = { OWT_LOGS_LEVEL: 'trace', OWT_STORAGE_ATTEMPTS: '1', OWT_CALLBACK_RETRY_SECONDS: '[0]' }
    const ended = await place.run(['--json', await place.write('cfg.json', text)], { env })
    const names = await readdir(place.logDir)
    const files = await Promise.all(names.map((name) => readFile(join(place.logDir, name), 'utf8')))
    const said = [ended.stdout, ended.stderr, ...files].join('\n')
    for (const secret of SECRETS) expect(said).not.toContain(secret)
    expect(ended.code).toBe(code)
    expect(names).toContain(`${JOB_ID}.result.json`)
  })
})
