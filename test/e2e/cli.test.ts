/** The command line, on the demo job as it lies in mixer/: what it makes and what it says where. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import type { ReportFacts } from '../../src/report/facts.ts'
import { type FinishedFile, readFinished } from '../harness/finished-file.ts'
import { BESIDE } from '../harness/output-room.ts'
import {
  type Ended,
  HOME,
  JOB_ID,
  type Workplace,
  cfgOf,
  furnish,
  makeWorkplace,
  usePlace,
} from '../harness/run-worker.ts'

const DEMO = join(HOME, 'mixer/cfg.json')
const DEMO_ID = 'job-demo-20261122-0001'
const FPS = 30
const FRAME_MS = 1000 / FPS

describe('the demo job', () => {
  let place: Workplace
  let ended: Ended
  let planned: Result & { commands: { name: string; argv: string[]; frames?: number }[] }
  let printed: Result
  let file: FinishedFile

  beforeAll(async () => {
    place = await makeWorkplace()
    const plan = await place.run(['plan', '--json', DEMO])
    expect(plan).toMatchObject({ code: 0 })
    planned = JSON.parse(plan.stdout) as typeof planned
    // From another folder: paths in a local bucket are relative to cfg.json.
    ended = await place.run(['--json', DEMO], { cwd: '/' })
    expect(ended).toMatchObject({ code: 0 })
    printed = JSON.parse(ended.stdout) as Result
    file = await readFinished(printed.output?.path ?? '')
  })
  afterAll(() => place?.remove())

  it('prints the result file and nothing else on stdout', async () => {
    expect(ended.stdout).toBe(await readFile(join(place.logDir, `${DEMO_ID}.result.json`), 'utf8'))
  })

  it('tells everything about the finished file and how it was made', async () => {
    const path = join(HOME, 'mixer/bucket/output', `${DEMO_ID}.mp4`)
    const { version } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as { version: string }
    expect(printed).toEqual({
      jobId: DEMO_ID,
      status: 'ok',
      exitCode: 0,
      output: {
        vendor: 'local',
        bucket: 'bucket',
        key: `output/${DEMO_ID}.mp4`,
        path,
        bytes: (await stat(path)).size,
        durationMs: 20033.333,
        frames: 601,
        width: 1280,
        height: 720,
        fps: FPS,
        videoCodec: 'h264',
        videoEncoder: 'x264',
        audioCodec: 'aac',
      },
      streams: [
        ['alice_1', 'demo4711_alice_1_1795320226184.webm', 184, 20024, 0],
        ['bob_1', 'demo4711_bob_1_1795320226894.mp4', 894, 20014, 0],
        ['alice_2', 'demo4711_alice_2_1795320230513.webm', 4513, 17083, undefined],
        // A browser recorded her, whose timestamps jitter.
        ['carol_1', 'demo4711_carol_1_1795320234443.webm', 8443, 16542, 24],
      ].map(([streamId, name, startMs, endMs, jitterMs]) => ({
        streamId,
        clips: [
          {
            name,
            startMs,
            endMs,
            video: true,
            audio: jitterMs !== undefined,
            offsetMs: startMs,
            ...(jitterMs !== undefined && { audioClock: { driftPpm: 0, jitterMs, holes: 0, filledMs: 0 } }),
          },
        ],
      })),
      skipped: [],
      segments: planned.segments,
      warnings: [],
      timings: {
        fetchMs: expect.any(Number) as number,
        probeMs: expect.any(Number) as number,
        planMs: expect.any(Number) as number,
        encodeMs: expect.any(Number) as number,
        uploadMs: expect.any(Number) as number,
        totalMs: expect.any(Number) as number,
      },
      timesRealTime: expect.any(Number) as number,
      versions: {
        worker: version,
        ffmpeg: expect.stringMatching(/^n?\d+\.\d+/) as string,
        node: process.version,
      },
    })
  })

  it('changes the layout when somebody comes or goes', () => {
    const rows = printed.segments.map(({ startMs, endMs, layout }) =>
      [startMs, endMs, ...layout.map((p) => `${p.streamId} ${p.x},${p.y} ${p.width}x${p.height}`)].join(
        ' | ',
      ),
    )
    expect(rows).toEqual([
      '0 | 900 | alice_1 0,0 1280x720',
      '900 | 4500 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
      '4500 | 8433.333 | alice_1 0,120 854x480 | bob_1 854,120 426x240 | alice_2 854,360 426x240',
      '8433.333 | 16533.333 | alice_1 0,0 640x360 | bob_1 640,0 640x360 | alice_2 0,360 640x360 | carol_1 640,360 640x360',
      '16533.333 | 17066.667 | alice_1 0,120 854x480 | bob_1 854,120 426x240 | alice_2 854,360 426x240',
      '17066.667 | 20033.333 | alice_1 0,180 640x360 | bob_1 640,180 640x360',
    ])
  })

  it('makes as many frames as were planned', () => {
    // Commands that compose pictures for another are named after it, with a comma.
    const frames = planned.commands.flatMap(({ name, frames = 0 }) =>
      /^video \d+\/\d+$/.test(name) ? [frames] : [],
    )
    expect(frames.reduce((sum, count) => sum + count, 0)).toBe(601)
    expect(file.video?.frames).toBe(601)
    expect(file.video?.timesMs).toHaveLength(601)
  })

  it('can be played while it loads', () => {
    expect(file.boxes.indexOf('moov')).toBeGreaterThan(-1)
    expect(file.boxes.indexOf('moov')).toBeLessThan(file.boxes.indexOf('mdat'))
  })

  it('is H.264 High in yuv420p with its colours named, and AAC-LC at 48 kHz', () => {
    expect(file.described).toMatch(
      /Video: h264 \(High\) \(avc1 .*\), yuv420p\(tv, smpte170m\/bt709\/bt709, progressive\), 1280x720 /,
    )
    expect(file.described).toMatch(/, 30 fps, 30 tbr, /)
    expect(file.described).toMatch(/Audio: aac \(LC\) \(mp4a .*\), 48000 Hz, stereo, /)
  })

  it('is dated by the beginning of the recording', () => {
    expect(file.described).toMatch(/^ {4}creation_time {3}: 2026-11-22T04:03:46\.000000Z$/m)
  })

  it('has a constant frame rate from 0 on', () => {
    const off = file.video?.timesMs.map((ms, i) => Math.abs(ms - i * FRAME_MS)) ?? [Infinity]
    expect(Math.max(...off)).toBeLessThan(0.01)
  })

  it('has a keyframe at least every 2 s', () => {
    const { keyframesMs = [], endMs = 0 } = file.video ?? {}
    expect(keyframesMs[0]).toBe(0)
    const gaps = [...keyframesMs, endMs].slice(1).map((ms, i) => ms - (keyframesMs[i] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2000.01)
  })

  it('starts and ends picture and sound together', () => {
    expect(file.audio?.startMs).toBe(0)
    expect(file.video?.timesMs[0]).toBe(0)
    expect(Math.abs((file.video?.endMs ?? 0) - (file.audio?.endMs ?? Infinity))).toBeLessThan(FRAME_MS)
  })

  it('shows its progress on stderr as plain lines, two per phase at least', () => {
    const lines = ended.stderr.trimEnd().split('\n')
    const phases = ['fetching', 'probing', 'encoding', 'checking', 'uploading']
    for (const phase of phases) {
      const own = lines.filter((line) => line.startsWith(`${phase}: `))
      expect(own[0]).toBe(`${phase}: started`)
      expect(own.at(-1)).toMatch(/: done in \d.*s$/)
    }
    expect(lines.filter((line) => !phases.some((phase) => line.startsWith(`${phase}: `)))).toEqual([])
  })

  it('leaves no work behind', async () => {
    expect(await place.workLeft()).toEqual([])
    expect(await place.processes()).toEqual([])
  })
})

describe('on a small room', () => {
  const place = usePlace(furnish)
  let cfg: string
  beforeEach(async () => {
    cfg = await place.write('cfg.json', cfgOf())
  })

  it('prints one line for people without --json', async () => {
    const { code, stdout, stderr } = await place.run([cfg])
    expect(code).toBe(0)
    const path = join(place.bucket, 'out', `${JOB_ID}.mp4`)
    expect(stdout).toMatch(
      new RegExp(
        `^${JOB_ID}: ${path}, 2\\.50 s, 160x120 at 10 frames/s, \\d+ kB, [\\d.]+ times real time\n$`,
      ),
    )
    expect(stderr).not.toContain('\x1b')
    expect(stderr).not.toContain('\r')
  })

  it('says nothing on stderr with --quiet, however it went', async () => {
    await place.write(`bucket/${JOB_ID}.json`, {
      ...JSON.parse(await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8')),
      Surprise: 1,
    })
    for (const flag of ['--quiet', '-q']) {
      const { code, stdout, stderr } = await place.run(['run', flag, cfg])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/1 warning\n$/)
    }
    const { stderr } = await place.run([cfg])
    expect(stderr).toMatch(/^warning: .*e2e-room\.json:\d+:\d+ Surprise: "Surprise" is not known/m)
  })

  it('takes the index from where --index says', async () => {
    const moved = await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8')
    await place.write(`bucket/${JOB_ID}.json`, 'no index at all')
    await place.write('elsewhere.json', moved)
    await place.write('bucket/deep/er.json', moved)
    for (const index of [
      'elsewhere.json',
      join(place.folder, 'elsewhere.json'),
      'deep/er.json',
      '/deep/er.json',
    ]) {
      const { code, stderr } = await place.run(['plan', '--quiet', '--index', index, cfg])
      expect({ index, code, stderr }).toEqual({ index, code: 0, stderr: '' })
    }
  })

  it('prefers the index beside cfg.json to the one in the bucket', async () => {
    await place.write(`${JOB_ID}.json`, await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8'))
    await place.write(`bucket/${JOB_ID}.json`, 'no index at all')
    expect(await place.run(['plan', '--quiet', cfg])).toMatchObject({ code: 0, stderr: '' })
  })

  it('finds the index under the keys of the settings', async () => {
    const text = await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8')
    const bare = await makeWorkplace()
    try {
      await furnish(bare)
      await bare.write(`bucket/${JOB_ID}.json`, '')
      const conf = await bare.write('conf.json', { index: { keys: ['{folder}/of-{jobId}.json'] } })
      await bare.write(`bucket/out/of-${JOB_ID}.json`, text)
      const run = await bare.run(['plan', '--quiet', '--conf', conf, await bare.write('cfg.json', cfgOf())])
      expect(run).toMatchObject({ code: 0, stderr: '' })
    } finally {
      await bare.remove()
    }
  })

  it('keeps the work folder with --keep-work', async () => {
    expect(await place.run(['--quiet', '--keep-work', cfg])).toMatchObject({ code: 0 })
    expect(await place.workLeft()).toEqual([JOB_ID])
    const kept = await readFile(join(place.workDir, JOB_ID, 'finished.mp4'))
    expect(kept.equals(await readFile(join(place.bucket, 'out', `${JOB_ID}.mp4`)))).toBe(true)
    // What an earlier run left is no concern of the next one.
    expect(await place.run(['--quiet', cfg])).toMatchObject({ code: 0 })
    expect(await place.workLeft()).toEqual([])
  })

  it('works in folders of any name, in as many pieces as the settings say', async () => {
    // ffmpeg's patterns for numbers and renditions among them.
    const odd = await makeWorkplace("it's 100 %03d%v%% [会议], a:b;c ")
    try {
      await furnish(odd)
      const marks = [
        { Type: 1, X: 0, Y: 0 },
        { Type: 3, X: 0, Y: 20, Text: "it's 100 % {会议}: a\\b" },
      ]
      const job = await odd.write("my 'cfg'.json", cfgOf({ Data: { MixerConfig: { WaterMark: marks } } }))
      const env = { ...BESIDE, OWT_LIMITS_SEGMENTS_PER_GRAPH: '1' }
      const ended = await odd.run(['--strict', '--report', job], { env })
      expect(ended).toMatchObject({ code: 0 })
      expect(ended.stderr).not.toContain('warning')
      const { output } = await odd.result()
      expect(output).toMatchObject({ frames: 25, durationMs: 2500 })
      expect(new Set(output?.files?.map(({ kind }) => kind))).toEqual(
        new Set(['poster', 'thumbnails', 'hls']),
      )
      const report = await readFile(join(odd.logDir, `${JOB_ID}.report.json`), 'utf8')
      expect((JSON.parse(report) as ReportFacts).pictures).not.toHaveLength(0)
      expect(await odd.run(['preview', job])).toMatchObject({ code: 0 })
      const started = (await odd.log()).filter(({ msg }) => msg === 'ffmpeg starts')
      expect(started.map(({ command }) => command)).toContainEqual(expect.stringMatching(/^video [2-9]\//))
      expect((await readFinished(join(odd.bucket, 'out', `${JOB_ID}.mp4`))).video?.frames).toBe(25)
    } finally {
      await odd.remove()
    }
  })

  it('goes on when nobody reads what it says', async () => {
    const { child, ended } = place.start(['--json', cfg])
    child.stdout?.destroy()
    child.stderr?.destroy()
    expect(await ended).toMatchObject({ code: 0 })
    expect(await place.result()).toMatchObject({ status: 'ok' })
  })

  describe('plan', () => {
    it('shows drawing, segments and estimate, in a screenful', async () => {
      const { code, stdout } = await place.run(['plan', '--quiet', cfg])
      expect(code).toBe(0)
      const shown = stdout.trimEnd().split('\n')
      expect(shown.length).toBeLessThan(24)
      expect(shown).toContain('  B  00:00.500 - 00:02.000  tile: alice_1, bob_1')
      expect(stdout).toMatch(/^ {2}time: about \d+\.\d+ s \([^]*assumes \d+ idle/m)
      expect(stdout).not.toContain('ffmpeg -')
    })

    it('shows everything with --commands, and encodes nothing', async () => {
      const before = await place.bucketFiles()
      const { code, stdout, stderr } = await place.run(['plan', '--quiet', '--commands', cfg])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const shown = stdout.split('\n')
      expect(shown[0]).toBe(`${JOB_ID}: 25 frames, 2.50 s`)
      expect(stdout).toMatch(
        /^ {2}alice_1 {2}00:00\.000 - 00:02\.0\d\d {2}video\+audio {2}alice\.webm \(offset 0 ms\)$/m,
      )
      expect(shown).toContain('  bob_1  00:00.500 - 00:02.500  video+audio  bob.mp4 (offset 500 ms)')
      expect(shown.join('\n')).toContain(
        [
          '  B  00:00.500 - 00:02.000  tile, 2 streams',
          '       alice_1  80x60 at 0,30',
          '       bob_1  80x60 at 80,30',
        ].join('\n'),
      )
      // As wide as no terminal is, in the letters of the environment.
      expect(stdout).toMatch(/^ {2}bob_1 {5} +▐█+▌$/m)
      expect(Math.max(...shown.slice(1, 6).map((line) => line.length))).toBe(100)
      for (const name of ['video 1/1', 'audio', 'mux']) expect(shown).toContain(`  # ${name}`)
      expect(stdout).toMatch(
        new RegExp(`-(filter_complex_script|/filter_complex) ${place.workDir}/${JOB_ID}/video-1.graph`),
      )
      expect(stdout).toContain('-c:v libx264')
      expect(await place.bucketFiles()).toEqual(before)
      expect(await place.workLeft()).toEqual([])
    })

    it('is what --json has as data', async () => {
      const before = await place.bucketFiles()
      const { code, stdout } = await place.run(['plan', '--quiet', '--json', cfg])
      expect(code).toBe(0)
      const plan = JSON.parse(stdout) as Result & {
        commands: Record<string, unknown>[]
        timeline: { segments: object[]; streams: object[] }
        estimate: object
      }
      const { commands, timeline, estimate, ...result } = plan
      expect(timeline.segments[1]).toEqual({
        ...{ name: 'B', startMs: 500, endMs: 2000, layout: 'tile', main: null },
        streams: ['alice_1', 'bob_1'],
      })
      expect(timeline.streams[1]).toEqual({
        streamId: 'bob_1',
        stays: expect.arrayContaining([{ kind: 'seen', clip: 0, startMs: 500, endMs: 2000 }]) as unknown,
      })
      expect(estimate).toMatchObject({ encodedPixels: 160 * 120 * 25, outputBytes: 71_250 })
      expect(result).toMatchObject({ jobId: JOB_ID, status: 'ok', exitCode: 0, skipped: [], warnings: [] })
      expect(result).not.toHaveProperty('output')
      expect(result.segments).toHaveLength(3)
      expect(commands.map(({ name, frames, durationMs }) => ({ name, frames, durationMs }))).toEqual([
        { name: 'video 1/1', frames: 25, durationMs: 2500 },
        { name: 'audio', frames: undefined, durationMs: 2500 },
        { name: 'mux', frames: 25, durationMs: 2500 },
      ])
      for (const { argv } of commands) expect((argv as string[])[0]).toMatch(/ffmpeg$/)
      expect(await place.bucketFiles()).toEqual(before)
    })

    it('leaves the logs and the result of the last run alone, and the work of one that was stopped', async () => {
      await place.run(['--quiet', cfg])
      const before = await filesOf(place.logDir)
      expect(await place.run(['plan', '--quiet', cfg])).toMatchObject({ code: 0 })
      expect(await place.run(['plan', '--quiet', '--index', 'none', cfg])).toMatchObject({ code: 3 })
      expect(await filesOf(place.logDir)).toEqual(before)

      await place.write(`work/${JOB_ID}/owt-job.json`, { jobId: JOB_ID })
      await place.write(`work/${JOB_ID}/video-1.mp4.key`, 'of an earlier run')
      expect(await place.run(['plan', '--quiet', cfg])).toMatchObject({ code: 0 })
      expect(await readdir(join(place.workDir, JOB_ID))).toContain('video-1.mp4.key')
    })
  })
})

async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}

describe('without a job', () => {
  const place = usePlace()

  /** Without the folders that every other run is given. */
  async function bare(...args: string[]): Promise<Ended> {
    const child = spawn(join(HOME, 'bin/owt-main'), args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr]: Buffer[][] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout?.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr?.push(chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    return {
      code,
      stdout: Buffer.concat(stdout ?? []).toString(),
      stderr: Buffer.concat(stderr ?? []).toString(),
    }
  }

  it.each(['--help', '-h'])('explains itself with %s', async (flag) => {
    const { code, stdout, stderr } = await bare(flag)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const said of [
      'usage: owt-main [run] [options] <cfg.json>',
      'owt-main plan [options] <cfg.json>',
      ...['--index FILE', '--json', '--strict', '--conf FILE', '--work-dir DIR', '--log-dir DIR'],
      ...['--keep-work', '--quiet', '--version', '--help', 'exit codes', '  0            done'],
    ]) {
      expect(stdout).toContain(said)
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('prints its version with --version', async () => {
    const { version } = JSON.parse(await readFile(join(HOME, 'package.json'), 'utf8')) as { version: string }
    expect(await bare('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([
    [['--bogus', 'cfg.json'], 'error: there is no option --bogus; owt-main --help shows how it is used\n'],
    [[], 'error: the path of a cfg.json is missing; owt-main --help shows how it is used\n'],
    [['plan'], 'error: the path of a cfg.json is missing; owt-main --help shows how it is used\n'],
    [
      ['a.json', 'b.json'],
      'error: unexpected argument "b.json": one cfg.json at a time; owt-main --help shows how it is used\n',
    ],
    [['cfg.json', '--index'], 'error: --index needs a value (FILE); owt-main --help shows how it is used\n'],
  ])('refuses %j', async (args, stderr) => {
    expect(await bare(...args)).toEqual({ code: 1, stdout: '', stderr })
  })

  it('names a cfg.json that is not there or is a folder', async () => {
    const none = await place.run(['nowhere/none.json'])
    expect(none).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${join(place.folder, 'nowhere/none.json')}: there is no such file; check the path\n`,
    })
    expect(await readdir(place.logDir).catch(() => [])).toEqual([])
    const folder = await place.run([place.bucket])
    expect(folder).toMatchObject({ code: 1, stdout: '' })
    expect(folder.stderr).toMatch(/^error: ".*bucket" is a folder, .* owt-main mix bucket\n$/)
  })
})
