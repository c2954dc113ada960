/** The worker as a library: jobs in this very process, which know nothing of one another. */
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type JobEvent, type MixOptions, mix, mixFolder, plan, preview, validate } from '../../src/index.ts'
import { JOB_ID, type Workplace, cfgOf, changed, makeWorkplace } from '../harness/run-worker.ts'
import { furnishShort, packetsHash } from '../harness/short-job.ts'

const FAST = { video: { speed: 'fast' }, ffmpeg: { sandbox: 'off' } } as const
const places: Workplace[] = []

/** A room of its own, with a recording listed that is not there: something to warn of. */
async function makePlace(): Promise<{ place: Workplace; options: MixOptions }> {
  const place = await makeWorkplace('owt-library-')
  places.push(place)
  await furnishShort(place)
  const path = join(place.bucket, `${JOB_ID}.json`)
  const index = JSON.parse(await readFile(path, 'utf8')) as { Files: object[] }
  index.Files.push({ ...index.Files[0], StreamId: 'dan_1', Name: 'dan.webm' })
  await place.write(`bucket/${JOB_ID}.json`, index)
  return {
    place,
    options: { cfg: cfgOf(), cfgFolder: place.folder, workFolder: place.workDir, settings: FAST },
  }
}

/** What was written to stdout and stderr. */
const written: unknown[] = []
const note = (text: unknown) => written.push(text) > 0
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(note)
  vi.spyOn(process.stderr, 'write').mockImplementation(note)
})
afterAll(async () => {
  vi.restoreAllMocks()
  await Promise.all(places.map((place) => place.remove()))
})

async function eventsOf(job: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const events: JobEvent[] = []
  for await (const event of job) events.push(event)
  return events
}

const warningsOf = (events: readonly JobEvent[]) =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []))

describe('mix', () => {
  it('runs two jobs at once, each with its own language, settings, events and folders', async () => {
    const [one, other] = [await makePlace(), await makePlace()]
    const heard: JobEvent[] = []
    const jobs = [
      mix({ ...one.options, logFolder: one.place.logDir, onEvent: (event) => heard.push(event) }),
      mix({
        ...other.options,
        logFolder: other.place.logDir,
        language: 'zh',
        settings: { ...FAST, output: { poster: false }, logs: { level: 'warn' } },
      }),
    ] as const
    const [events, chinese] = await Promise.all(jobs.map(eventsOf))
    const [result, second] = await Promise.all(jobs.map((job) => job.result))

    expect(result).toMatchObject({ jobId: JOB_ID, status: 'ok', exitCode: 0 })
    expect(second).toMatchObject({ jobId: JOB_ID, status: 'ok', exitCode: 0 })
    expect(result?.output?.files).toMatchObject([{ kind: 'poster' }])
    expect(second?.output?.files).toBeUndefined()

    expect(warningsOf(events ?? [])).toEqual([
      expect.stringMatching(
        /^dan_1: recording "dan.webm" is left out: .*no object "rec\/dan.webm"/,
      ) as string,
    ])
    expect(warningsOf(chinese ?? [])).toEqual([
      expect.stringMatching(/^dan_1：跳过录制文件 "dan.webm"：.*没有对象 "rec\/dan.webm"/) as string,
    ])
    expect(second?.warnings).toMatchObject([{ message: warningsOf(chinese ?? [])[0] }])

    expect(heard).toEqual(events)
    const kinds = [...new Set((events ?? []).map(({ kind }) => kind))]
    const story = ['accepted', 'started', 'warning', 'planned', 'finished', 'uploaded', 'ended']
    expect(kinds.filter((kind) => story.includes(kind))).toEqual(story)

    // Logs, results and films of each in its own place, with its own settings.
    const levels = async ({ place }: typeof one) => new Set((await place.log()).map(({ level }) => level))
    expect(await levels(one)).toEqual(new Set(['info', 'warn']))
    expect(await levels(other)).toEqual(new Set(['warn']))
    for (const { place } of [one, other]) {
      const { output } = await place.result()
      expect(output?.path?.startsWith(place.bucket)).toBe(true)
      expect(await place.workLeft()).toEqual([])
    }
    const films = await Promise.all(
      [one, other].map(({ place }, i) => packetsHash([result, second][i]?.output?.path ?? '', place)),
    )
    expect(films[0]).toBe(films[1])
    expect(written).toEqual([])
  })

  it('is stopped by its signal alone, and leaves nothing behind', async () => {
    const [one, other] = [await makePlace(), await makePlace()]
    const stopping = new AbortController()
    const stopped = mix({
      ...one.options,
      signal: stopping.signal,
      onEvent: ({ kind }) => kind === 'planned' && stopping.abort(),
    })
    const going = mix(other.options)
    expect(await stopped.result).toMatchObject({
      status: 'failed',
      exitCode: 143,
      error: { code: 'cancelled', message: 'stopped by the program that ran the job; nothing was uploaded' },
    })
    expect(await going.result).toMatchObject({ status: 'ok' })
    expect(Object.keys(await one.place.bucketFiles()).filter((name) => name.endsWith('.mp4'))).toEqual([])
    expect(await one.place.processes()).toEqual([])
    // Nothing was asked to be kept.
    expect(await stat(one.place.logDir).catch(() => undefined)).toBeUndefined()
    expect(Object.keys(await other.place.bucketFiles())).toContain('out/e2e-room.mp4')
  })

  it('runs a job once at a time, and fails with a result', async () => {
    const { options } = await makePlace()
    const [one, other] = [mix(options), mix(options)]
    const results = await Promise.all([one.result, other.result])
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 2])

    const broken = {
      ...options,
      cfg: changed(cfgOf(), { Data: { TranscodingConfig: { Video: { Width: 641 } } } }),
    }
    expect(await mix(broken).result).toMatchObject({
      status: 'failed',
      exitCode: 4,
      error: { code: 'configInvalid' },
    })
    const settings = { video: { speed: 'fastt' } } as unknown as MixOptions['settings'] & object
    expect(await mix({ ...options, settings }).result).toMatchObject({
      status: 'failed',
      exitCode: 1,
      error: { code: 'confInvalid', message: expect.stringContaining('fastt') as string },
    })
  })
})

describe('mixFolder', () => {
  it('makes a film of a folder, and says what it takes the files for', async () => {
    const { place, options } = await makePlace()
    const output = join(place.folder, 'film.mp4')
    const { workFolder, settings = {} } = options
    const common = { recordings: join(place.bucket, 'rec'), workFolder, settings, fps: 10 }
    const job = await mixFolder({
      ...common,
      output,
      size: { width: 160, height: 90 },
      starts: { ben: 1 },
      names: { cem: '李雷' },
    })
    expect(job.recordings).toMatchObject([
      { path: 'ada.webm', streamId: 'ada_1', kind: 'camera', startMs: 0, known: { start: 'together' } },
      { path: 'cem.webm', streamId: '李雷_1', name: '李雷' },
      { path: 'ben.webm', streamId: 'ben_1', startMs: 1000, known: { start: 'option' } },
    ])
    expect(job.leftOut).toEqual([])
    const [events, result] = [await eventsOf(job), await job.result]
    expect(events.at(-1)?.kind).toBe('ended')
    expect(result).toMatchObject({ status: 'ok', output: { durationMs: 3000 } })
    expect((await stat(output)).size).toBeGreaterThan(1000)
    await expect(mixFolder({ ...common, output, starts: { nobody: 1 } })).rejects.toMatchObject({
      code: 'folderUnknown',
    })
    expect(written).toEqual([])
  })
})

describe('without mixing', () => {
  it('plan, preview and validate tell what their commands tell', async () => {
    const { place, options } = await makePlace()
    const planned = await plan(options)
    expect(planned).toMatchObject({ status: 'ok', timeline: { frames: expect.any(Number) as number } })
    expect(planned.commands?.map(({ name }) => name)).toContain('mux')

    const output = join(place.folder, 'sheet.png')
    expect(await preview({ ...options, output })).toMatchObject({ status: 'ok', path: output })
    expect((await readFile(output)).subarray(1, 4).toString()).toBe('PNG')

    expect(await validate(options)).toMatchObject({
      exitCode: 0,
      problems: [
        {
          severity: 'warning',
          code: 'recordingSkipped',
          message: expect.stringContaining('dan.webm') as string,
        },
      ],
    })
    const { problems } = await validate({
      ...options,
      cfg: changed(cfgOf(), { Data: { TranscodingConfig: { Video: { Width: 641 } } } }),
      language: 'zh',
    })
    expect(problems).toMatchObject([
      { severity: 'error', message: expect.stringMatching(/\p{sc=Han}/u) as string },
      { severity: 'warning', message: expect.stringMatching(/\p{sc=Han}/u) as string },
    ])
    expect(await readdir(place.folder)).not.toContain('log')
  })
})
