/** Everything that can go wrong: what is said, how the worker ends, and that nothing is left of it. */
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { startLong } from '../harness/long-job.ts'
import {
  type Changes,
  JOB_ID,
  cfgOf,
  expectFailure,
  furnish,
  inStorage,
  indexOf,
  until,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace(furnish)
let before: Record<string, string>
beforeEach(async () => {
  before = await place.bucketFiles()
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

  it.each(['{"Internal": {"JobId": 4711}', '{ "Action": "job.start" }', '{'.repeat(10_000)])(
    'names %j, which is no whole job',
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
      /e2e-room\.json:1:10 Root: points outside the bucket/,
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
  it('runs once at a time: the second one ends with 2 and does no harm', async () => {
    const first = await startLong(place)
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
})
