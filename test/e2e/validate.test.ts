/** `validate`: its exit codes are those of a run, and it reads no recording, asks no bucket, writes nothing. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  type Changes,
  type Ended,
  HOME,
  JOB_ID,
  cfgOf,
  inStorage,
  indexOf,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace()

/** Validates a job whose recordings are there, but are none. */
async function validated(options: {
  changes?: Changes
  index?: object | string
  more?: readonly string[]
  env?: Record<string, string>
}): Promise<Ended> {
  const { changes, index, more = [], env = {} } = options
  const path = await place.write('cfg.json', cfgOf(changes))
  if (index !== undefined) await place.write(`${JOB_ID}.json`, index)
  for (const name of ['alice.webm', 'bob.mp4']) await place.write(`bucket/rec/${name}`, 'no recording')
  const ended = await place.run(['validate', ...more, path], { env })
  expect(ended.stderr).toBe('')
  expect([existsSync(place.logDir), existsSync(place.workDir)]).toEqual([false, false])
  return ended
}

const inVideo = (Video: Changes): Changes => ({ Data: { TranscodingConfig: { Video } } })

describe('what is missing is said before a run', () => {
  const gone = { StreamId: 'gone_1', Name: 'gone.webm', StartTime: ALICE.StartTime }
  const marked = { Data: { MixerConfig: { WaterMark: { Type: 2, Image: 'no-logo.png' } } } }

  it('a recording and a watermark picture: warnings, errors with --strict', async () => {
    const of = { changes: marked, index: indexOf([ALICE, gone]) }
    const ended = await validated(of)
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain(
      'gone_1: recording "gone.webm" is left out: there is no such file or object',
    )
    expect(ended.stdout).toContain('the watermark picture no-logo.png cannot be fetched')
    expect(ended.stdout).toMatch(/no errors, 2 warnings\n$/)
    expect((await validated({ ...of, more: ['--strict'] })).code).toBe(1)
  })

  it('every recording: exit code 6, as a run has', async () => {
    const ended = await validated({ index: indexOf([gone]) })
    expect(ended.code).toBe(6)
    expect(ended.stdout).toContain('recording "gone.webm" is left out')
  })
})

it('timed updates are listed: when, by which request, and what they change', async () => {
  const Updates = [
    { At: 1.5, Action: 'job.mixer.update', Data: { MixerConfig: { MixedVideoLayout: 2 } } },
    {
      At: 2,
      Action: 'job.stream.update',
      Data: { StreamConfig: [{ RtcStreamId: 'alice_1', MuteAudio: true }] },
    },
  ]
  const of = { changes: { Data: { Updates } } as Changes, index: indexOf() }
  const { stdout, code } = await validated(of)
  expect(code).toBe(0)
  expect(stdout).toContain('updates\n  00:01.500  layout: vertical (job.mixer.update)\n')
  expect(stdout).toContain('  00:02.000  alice_1: audio muted (job.stream.update)\n')
  expect(JSON.parse((await validated({ ...of, more: ['--json'] })).stdout)).toMatchObject({
    updates: [
      { atMs: 1500, actions: ['job.mixer.update'], changes: ['layout: vertical'] },
      { atMs: 2000, actions: ['job.stream.update'], changes: ['alice_1: audio muted'] },
    ],
  })
})

it('a colour is no secret', async () => {
  const changes = { Data: { MixerConfig: { BackgroundColor: '#20242c' } } }
  const ended = await validated({ changes, index: indexOf() })
  expect(ended.stdout).toContain('found "#20242c", allowed an object')
  expect(ended.stdout).toContain('"BackgroundColor": "#20242c"')
})

describe('exit codes', () => {
  const good = indexOf()
  it.each<[string, number, Parameters<typeof validated>[0], RegExp]>([
    ['nothing is wrong', 0, { index: good }, /^\S+: no errors and no warnings\n$/],
    [
      'a required field is misspelt',
      4,
      { changes: { Data: { TranscodingConfig: { Video: { Fps: undefined, Fsp: 25 } } } }, index: good },
      /Video\.Fsp\s+"Fsp" is not known, and "Fps" is missing; did you mean "Fps"\?[^]*1 error, no warnings\n$/,
    ],
    [
      'there are warnings',
      0,
      { changes: inVideo({ Widht: 1 }), index: good },
      /did you mean "Width"\?[^]*no errors, 1 warning\n$/,
    ],
    [
      'a watermark has what the font has not',
      0,
      { changes: { Data: { MixerConfig: { WaterMark: { Type: 3, Text: 'hi 😀' } } } }, index: good },
      /😀 U\+1F600[^]*"Text": "hi 😀"[^]*no errors, 1 warning\n$/,
    ],
    ['a video parameter is bad', 4, { changes: inVideo({ Fps: 0 }), index: good }, /"Fps": 0,\n +\| +\^\n/],
    [
      'an audio parameter is bad',
      5,
      { changes: { Data: { TranscodingConfig: { Audio: { Codec: 'mp3' } } } }, index: good },
      /found "mp3"/,
    ],
    [
      'something else is bad',
      1,
      { changes: inStorage({ Vendor: 'locl' }), index: good },
      /did you mean "local"\?/,
    ],
    ['conf is bad', 1, { index: good, env: { OWT_LIMITS_CORES: '-1' } }, /OWT_LIMITS_CORES/],
    ['there is no index', 3, {}, /no index of job e2e-room was found/],
    ['the index is none', 3, { index: '{"Files": 5}' }, /e2e-room\.json:1:11 Files\n.*an array/],
    ['the index lists nothing', 6, { index: indexOf([]) }, /no usable recording is listed/],
    [
      'an entry is left out',
      0,
      { index: indexOf([ALICE, { ...ALICE, Name: '../x' }]) },
      /warning: .* Files\[1\]\.Name/,
    ],
    [
      'an entry is left out, with --strict',
      1,
      { index: indexOf([ALICE, { ...ALICE, Name: '../x' }]), more: ['--strict'] },
      /error: .* Files\[1\]\.Name/,
    ],
  ])('where %s: %i', async (_, code, options, says) => {
    const ended = await validated(options)
    expect(ended.stdout).toMatch(says)
    expect(ended.code).toBe(code)
  })

  it('a file that is not there: 1', async () => {
    const ended = await place.run(['validate', 'none.json'])
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect(ended.stdout).toContain('error: none.json\n  none.json: there is no such file')
  })

  it('the samples: 0', async () => {
    const ended = await place.run(['validate', join(HOME, 'mixer/cfg.json')])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
})

it('names the problems of cfg.json and of the index at once', async () => {
  const changes = { Internal: { Mode: 0 }, ...inVideo({ Width: 641, Profile: 'hihg' }) }
  const ended = await validated({ changes, index: indexOf([ALICE, 'x']), more: ['--json'] })
  const { problems, ...report } = JSON.parse(ended.stdout) as {
    problems: { path: string; severity: string }[]
  }
  expect(report).toEqual({
    file: join(place.folder, 'cfg.json'),
    index: join(place.folder, `${JOB_ID}.json`),
    exitCode: 4,
  })
  expect(problems.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
    'error Data.TranscodingConfig.Video.Width',
    'error Data.TranscodingConfig.Video.Profile',
    'warning Internal.Mode',
    'warning Files[1]',
  ])
})

it('takes the index with --index, and in a local bucket', async () => {
  const elsewhere = await place.write('other/index.json', indexOf([]))
  expect(await validated({ more: ['--index', elsewhere] })).toMatchObject({ code: 6 })
  await place.write(`bucket/${JOB_ID}.json`, indexOf())
  expect(await validated({})).toMatchObject({ code: 0 })
})

it('asks no bucket on the network, and says so', async () => {
  const asked: unknown[] = []
  const server = createServer((request, answer) => {
    asked.push(request.url)
    answer.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const storage = {
    Vendor: 's3',
    Endpoint: `http://127.0.0.1:${port}`,
    PublicKey: 'pk-hidden',
    SecretKey: 'sk-hidden',
  }
  const ended = await validated({ changes: inStorage({ ...storage, PathStyle: 'true' }) })
  server.close()
  expect(ended.code).toBe(0)
  expect(ended.stdout).toMatch(/^note: .*\n.*the bucket "bucket" is not accessed here/m)
  expect(ended.stdout).not.toContain('hidden')
  expect(asked).toEqual([])
})

it('with --quiet prints errors only', async () => {
  expect(await validated({ changes: inVideo({ Widht: 1 }), index: indexOf(), more: ['-q'] })).toMatchObject({
    code: 0,
    stdout: '',
  })
  const ended = await validated({ changes: inVideo({ Widht: 1, Fps: 0 }), index: indexOf(), more: ['-q'] })
  expect(ended.stdout).toMatch(/^error: /)
  expect(ended.stdout).not.toMatch(/^warning: /m)
})

it('a long answer arrives whole', async () => {
  // More than the system keeps for a reader that is slow.
  const Files = Array.from({ length: 4000 }, (_, i) => ({ ...ALICE, StreamId: '', Name: `${i}.webm` }))
  const { stdout } = await validated({ index: { ...indexOf(), Files }, more: ['--json'] })
  expect(stdout.length).toBeGreaterThan(500_000)
  expect((JSON.parse(stdout) as { problems: unknown[] }).problems.length).toBeGreaterThanOrEqual(4000)
})
