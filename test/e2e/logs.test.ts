/** The log and the result file of a job: where they lie, what is in them, and what becomes of the earlier ones. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { ALICE, BOB, JOB_ID, cfgOf, furnish, indexOf, logged, usePlace } from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'

const place = usePlace(furnish)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

it('tells the steps of a job, one JSON object per line', async () => {
  expect(await place.run(['--quiet', cfg])).toMatchObject({ code: 0 })
  const lines = await place.log()
  expect(
    lines.map(({ level, msg, command }) => [level, msg, ...(command === undefined ? [] : [command])]),
  ).toEqual(
    expect.arrayContaining([
      ['info', 'job read'],
      ['info', 'index read'],
      ['info', 'planned'],
      ['info', 'ffmpeg starts', 'video 1/1'],
      ['info', 'ffmpeg starts', 'audio'],
      ['info', 'ffmpeg done', 'video 1/1'],
      ['info', 'ffmpeg done', 'audio'],
      ['info', 'ffmpeg starts', 'mux'],
      ['info', 'ffmpeg done', 'mux'],
      ['info', 'uploaded'],
      ['info', 'job ended'],
    ]),
  )
  // Everything that the worker says of itself is known to be harmless.
  expect(JSON.stringify(lines)).not.toContain('[withheld]')
  for (const { time } of lines) expect(new Date(time).toISOString()).toBe(time)
  const times = lines.map(({ time }) => time)
  expect(times).toEqual(times.toSorted())
  expect(lines.find(({ msg }) => msg === 'planned')).toMatchObject({ frames: 25, segments: 3, clips: 2 })
  expect(lines.at(-1)).toMatchObject({ msg: 'job ended', exitCode: 0 })
})

it('starts ffmpeg with the commands that plan shows', async () => {
  const plan = await place.run(['plan', '--json', cfg])
  const { commands } = JSON.parse(plan.stdout) as { commands: { name: string; argv: string[] }[] }
  expect(commands.map(({ name }) => name)).toEqual(['video 1/1', 'audio', 'mux'])
  await place.run(['--quiet', cfg])
  const started = (await place.log()).filter(({ msg }) => msg === 'ffmpeg starts')
  const lineOf = (name: string) => String(started.find(({ command }) => command === name)?.['line'])
  for (const { name, argv } of commands) {
    const bare = lineOf(name).replaceAll(/['"]/g, '').split(' ').slice(1)
    // What is not whole yet goes by another name.
    expect(bare).toEqual([...argv.slice(1, -1), `${argv.at(-1)}.part`])
  }
})

it('tells why a job failed, with its code, at level error', async () => {
  await place.run(['--quiet', '--index', 'none.json', cfg])
  const lines = await place.log()
  const failure = { level: 'error', code: 'indexMissing', fault: 'config' }
  expect(lines).toContainEqual(expect.objectContaining(failure))
  expect(lines.at(-1)).toMatchObject({ msg: 'job ended', exitCode: 3 })
})

it('keeps the logs of earlier runs, as many as the settings say, the youngest first', async () => {
  const env = { OWT_LOGS_KEEP: '2' }
  const ends = async (name: string) =>
    (await readFile(join(place.logDir, name), 'utf8')).includes('none-') &&
    /none-(\d)/.exec(await readFile(join(place.logDir, name), 'utf8'))?.[1]
  for (const run of [1, 2, 3, 4]) await place.run(['--quiet', '--index', `none-${run}.json`, cfg], { env })
  expect((await readdir(place.logDir)).sort()).toEqual([
    `${JOB_ID}.log`,
    `${JOB_ID}.log.1`,
    `${JOB_ID}.log.2`,
    `${JOB_ID}.result.json`,
  ])
  expect(await Promise.all([`${JOB_ID}.log`, `${JOB_ID}.log.1`, `${JOB_ID}.log.2`].map(ends))).toEqual([
    '4',
    '3',
    '2',
  ])

  // Fewer than before: those beyond go too.
  await place.run(['--quiet', '--index', 'none-5.json', cfg], { env: { OWT_LOGS_KEEP: '0' } })
  expect((await readdir(place.logDir)).sort()).toEqual([`${JOB_ID}.log`, `${JOB_ID}.result.json`])
  expect(await ends(`${JOB_ID}.log`)).toBe('5')
})

it('writes as much as its level says', async () => {
  const levels = async (level: string) => {
    await place.run(['--quiet', '--strict', cfg], { env: { OWT_LOGS_LEVEL: level } })
    return new Set((await place.log()).map((line) => line.level))
  }
  await place.write(`bucket/${JOB_ID}.json`, {
    ...(JSON.parse(await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8')) as object),
    Surprise: 1,
  })
  expect(await levels('info')).toEqual(new Set(['info', 'warn']))
  expect(await levels('warn')).toEqual(new Set(['warn']))
  await place.run(['--quiet', cfg], { env: { OWT_LOGS_LEVEL: 'silent' } })
  expect(await readFile(join(place.logDir, `${JOB_ID}.log`), 'utf8')).toBe('')
})

it('gives each job a log and a result of its own', async () => {
  await place.write(
    'bucket/other.json',
    JSON.parse(await readFile(join(place.bucket, `${JOB_ID}.json`), 'utf8')),
  )
  const other = await place.write('other-cfg.json', cfgOf({ Internal: { JobId: 'other' } }))
  await Promise.all([place.run(['--quiet', cfg]), place.run(['--quiet', other])])
  const files = (jobId: string) => ['done.json', 'log', 'result.json'].map((kind) => `${jobId}.${kind}`)
  expect((await readdir(place.logDir)).sort()).toEqual([...files(JOB_ID), ...files('other')])
  expect(await place.result('other')).toMatchObject({ jobId: 'other', status: 'ok' })
})

it('has a warning when it is found, not when the job ends', async () => {
  const lost = { ...ALICE, StreamId: 'x_1', Name: 'x.webm' }
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, lost]))
  const env = await shimFfmpeg(place, 'case "$*" in *libx264*) exec sleep 1000;; esac\nexec REAL "$@"')
  const running = place.start(['--quiet', cfg], { env })
  await logged(place, ({ level }) => level === 'warn')
  const lines = await place.log()
  running.child.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ code: 143 })
  expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
    code: 'recordingSkipped',
    where: 'x.webm',
  })
  expect(lines.map(({ msg }) => msg)).not.toContain('job ended')
})
