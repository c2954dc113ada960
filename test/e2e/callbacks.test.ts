/** The real worker and a real receiver: what is told of a job, however it ends. */
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Answer,
  type CallbackReceiver,
  type Received,
  startReceiver,
} from '../harness/callback-receiver.ts'
import {
  type Changes,
  JOB_ID,
  ROOM_START_MS,
  cfgOf,
  furnish,
  until,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace(furnish)
const receivers: CallbackReceiver[] = []
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())))

async function receiver(answer?: (n: number, received: Received) => Answer): Promise<CallbackReceiver> {
  const one = await startReceiver(answer ? { answer } : {})
  receivers.push(one)
  return one
}

/** A job that tells both services of a receiver in each of these dialects, under a path of the dialect's name. */
function cfgFor(
  url: string,
  dialects: readonly string[] = ['ucloud'],
  changes: Changes = {},
): Promise<string> {
  const entry = (Dialect: string) => (ServiceType: string) => ({
    ...{ Status: 'open', ServiceType, NotifyUrl: `${url}/${Dialect}`, Token: 'echo', Dialect, Key: 'secret' },
  })
  const NotifyConfig = dialects.flatMap((dialect) =>
    (dialect === 'tencent' ? ['job.oss'] : ['job.mixer', 'job.oss']).map(entry(dialect)),
  )
  const { Data, ...rest } = changes as { Data?: Changes }
  return place.write('cfg.json', cfgOf({ Token: 'request', ...rest, Data: { ...Data, NotifyConfig } }))
}

type Body = Record<string, unknown>
const dataOf = ({ body }: Received): Body =>
  (body['Data'] ?? (body['payload'] as { details: Body } | undefined)?.details ?? body) as Body
const nameOf = ({ body }: Received) => body['EventType'] ?? body['eventType'] ?? body['event_type']
const NO_ERROR = { ErrorCode: 0, ErrorMsg: '' }
/** What was said in ucloud's words: the event and what it says, but for that there is no error. */
const said = (received: readonly Received[]) =>
  received.map((one) => {
    const { ErrorCode, ErrorMsg, ...data } = dataOf(one)
    const error = { ErrorCode, ErrorMsg }
    const isGood = isDeepStrictEqual(error, NO_ERROR)
    return [String(nameOf(one)).replace('ucloud_mixer_', ''), isGood ? data : { ...data, ...error }]
  })

/** All that is told of files, but what runs out. */
const fileOf = (one: Received): Body => ({ ...dataOf(one), t: 0, sign: '' })

const undelivered = () => join(place.logDir, `${JOB_ID}.undelivered.jsonl`)
/** An ffmpeg that never comes to an end of the picture. */
async function slowFfmpeg(): Promise<{ FFMPEG_PATH: string }> {
  const real = process.env['FFMPEG_PATH'] || 'ffmpeg'
  const path = await place.write(
    'ffmpeg',
    `#!/bin/sh\ncase "$*" in *libx264*) exec sleep 600;; esac\nexec ${real} "$@"\n`,
  )
  await chmod(path, 0o755)
  return { FFMPEG_PATH: path }
}
/** What a job that goes on after kill -9 takes for delivered. */
const acknowledged = (count: number) =>
  until(`${count} callbacks are noted as delivered`, async () => {
    const lines = (await readFile(undelivered(), 'utf8')).split('\n')
    return lines.filter((line) => line.startsWith('{"delivered"')).length === count
  })
const encodes = () =>
  until('ffmpeg encodes', async () => (await place.processes()).some((line) => line.startsWith('sleep')))

describe('a job that succeeds', () => {
  it('tells each dialect its story', async () => {
    const { url, received } = await receiver()
    const cfg = await cfgFor(url, ['ucloud', 'anyrtc', 'volcengine', 'tencent'])
    const ended = await place.run(['--quiet', cfg])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const { bytes, durationMs } = (await place.result()).output ?? { bytes: 0, durationMs: 0 }
    const key = `out/${JOB_ID}.mp4`
    const to = (dialect: string) => received.filter(({ path }) => path === `/${dialect}`)

    expect(said(to('ucloud'))).toEqual([
      ['status_update', { Status: 0 }],
      ['status_update', { Status: 1 }],
      ['stream_update', { StreamUid: 'alice_1', Status: 'open', TimeStamp: String(ROOM_START_MS) }],
      ['stream_update', { StreamUid: 'bob_1', Status: 'open', TimeStamp: String(ROOM_START_MS + 500) }],
      ['stream_update', expect.objectContaining({ StreamUid: 'alice_1', Status: 'close' })],
      ['stream_update', expect.objectContaining({ StreamUid: 'bob_1', Status: 'close' })],
      ['file_infos', { FileList: [key] }],
      ['ucloud_upload_status', { Status: 0, FileList: [key] }],
      ['status_update', { Status: 2 }],
    ])
    expect(to('ucloud').every(({ body }) => body['Token'] === 'echo')).toBe(true)

    const anyrtc = to('anyrtc')
    expect(anyrtc.map(nameOf)).toEqual([
      ...[3, 3, 40, 33, 42],
      // The mix and two streams, picture and sound, begin and end.
      ...anyrtc.slice(5, 17).map(nameOf),
      ...[41, 30, 4, 33, 31, 3, 11],
    ])
    expect(anyrtc.slice(5, 17).filter((one) => nameOf(one) === 43)).toHaveLength(6)
    expect(anyrtc.slice(5, 17).filter((one) => nameOf(one) === 44)).toHaveLength(6)
    expect(anyrtc.map(({ body }) => (body['payload'] as Body)['sequence'])).toEqual(anyrtc.map((_, n) => n))
    expect(anyrtc.flatMap((one) => dataOf(one)['progress'] ?? [])).toEqual([0, 10_000])

    const volcengine = to('volcengine').map((one) => ({
      name: nameOf(one),
      data: JSON.parse(one.body['EventData'] as string) as Body,
    }))
    expect(volcengine.map(({ name }) => name)).toEqual([
      'RecordStarted',
      ...volcengine.slice(1, 9).map(({ name }) => name),
      'RecordUploadStarted',
      'RecordStopped',
      'RecordUploadDone',
    ])
    expect(volcengine[10]?.data).toMatchObject({
      Code: 0,
      TaskId: JOB_ID,
      RecordFileList: [
        {
          ObjectKey: key,
          Duration: Math.round(durationMs),
          Size: bytes,
          StartTime: ROOM_START_MS,
          VideoWidth: 160,
        },
      ],
    })
    expect(to('tencent').map(({ body }) => [body['event_type'], body['file_size']])).toEqual([[100, bytes]])
    expect(new Set(received.map(({ id }) => id)).size).toBe(received.length)
    await expect(stat(undelivered())).rejects.toThrow('ENOENT')
  })

  it('is told once more when it is started again unchanged: the same file, as events of this run', async () => {
    const dialects = ['ucloud', 'anyrtc', 'volcengine', 'tencent']
    const env = { OWT_OUTPUT_POSTER: 'true', OWT_OUTPUT_HLS: 'true' }
    const { url, received } = await receiver()
    const cfg = await cfgFor(url, dialects)
    expect(await place.run(['--quiet', cfg], { env })).toMatchObject({ code: 0, stderr: '' })
    const first = received.slice()
    expect(await place.run(['--quiet', cfg], { env })).toMatchObject({ code: 0, stderr: '' })
    expect((await place.result()).isUnchanged).toBe(true)
    const again = received.slice(first.length)

    const ids = new Set(received.map(({ id }) => id))
    expect(ids.size).toBe(received.length)
    // Who is in the room is not told again; all else is as it was.
    const isOfStreams = /stream_update|StreamStateChanged|^4[234]$/
    for (const dialect of dialects) {
      const story = (told: readonly Received[]) =>
        told
          .filter((one) => one.path === `/${dialect}` && !isOfStreams.test(String(nameOf(one))))
          .map((one) => [nameOf(one), one.body['EventData'] ?? one.body['pic_url'] ?? fileOf(one)])
      expect(story(again)).toEqual(story(first))
    }
    const stem = `out/${JOB_ID}`
    const files = [`${stem}.mp4`, `${stem}.jpg`, `${stem}/master.m3u8`]
    const told = again.filter((one) => nameOf(one) === 'ucloud_mixer_file_infos').map(dataOf)
    expect(told).toEqual([{ FileList: files, ...NO_ERROR }])
    const tencent = again.filter(({ path }) => path === '/tencent').map(({ body }) => body)
    expect(tencent.map((body) => [body['event_type'], body['file_format'] ?? body['pic_url']])).toEqual([
      [100, 'mp4'],
      [200, `/${stem}.jpg`],
      [100, 'hls'],
    ])
    expect(received.filter(({ text }) => text.includes(place.folder))).toEqual([])
  })

  it('tells nobody of a plan', async () => {
    const { url, received } = await receiver()
    expect(await place.run(['plan', '--quiet', await cfgFor(url)])).toMatchObject({ code: 0 })
    expect(received).toEqual([])
  })
})

describe('a job that fails', () => {
  it.each<[string, number, Changes]>([
    ['has a bad parameter', 4, { Data: { TranscodingConfig: { Video: { Width: 7 } } } }],
    ['has no index', 3, { Internal: { JobId: 'nobody-knows' } }],
  ])('tells its exit code and its line on stderr: it %s', async (_, code, changes) => {
    const { url, received } = await receiver()
    const ended = await place.run(['--quiet', await cfgFor(url, ['ucloud'], changes)])
    expect(ended.code).toBe(code)
    const line = ended.stderr.replace(/^error: /, '').trimEnd()
    // No path of this machine is told.
    const error = { ErrorCode: code, ErrorMsg: line.replaceAll(`${place.folder}/`, '') }
    expect(said(received).slice(-2)).toEqual([
      ['error', error],
      ['status_update', { Status: 3, ...error }],
    ])
  })

  it('tells that it was stopped', async () => {
    const { url, received } = await receiver()
    const { child, ended } = place.start(['--quiet', await cfgFor(url)], { env: await slowFfmpeg() })
    await encodes()
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({
      code: 143,
      stderr: 'error: stopped by SIGTERM; nothing was uploaded\n',
    })
    expect(said(received).slice(-2)).toEqual([
      ['error', { ErrorCode: 1, ErrorMsg: 'stopped by SIGTERM; nothing was uploaded' }],
      ['status_update', { Status: 3, ErrorCode: 1, ErrorMsg: 'stopped by SIGTERM; nothing was uploaded' }],
    ])
  })

  it('tells that it runs already, and leaves the running one’s callbacks alone', async () => {
    const { url, received, reached } = await receiver()
    const cfg = await cfgFor(url)
    const first = place.start(['--quiet', cfg], { env: await slowFfmpeg() })
    await encodes()
    await reached(6)
    const before = received.length
    const second = await place.run(['--quiet', cfg])
    expect(second.code).toBe(2)
    expect(said(received.slice(before))).toEqual([
      ['error', { ErrorCode: 2, ErrorMsg: second.stderr.replace(/^error: /, '').trimEnd() }],
    ])
    first.child.kill('SIGTERM')
    await first.ended
    expect(said(received).at(-1)).toMatchObject(['status_update', { Status: 3 }])
  })
})

describe('a receiver that is down', () => {
  const env = { OWT_CALLBACK_RETRY_SECONDS: '[]' }

  it('fails no job; what it missed is sent by hand, or first by the next run', async () => {
    const bad = await receiver(() => 500)
    const missed = await place.run([await cfgFor(bad.url)], { env })
    expect(missed.code).toBe(0)
    // The wait for them is a phase like others.
    expect(missed.stderr).toMatch(/^callbacks: started\ncallbacks: .*done in/m)
    expect(missed.stderr).toContain(
      `warning: 9 callbacks were not delivered and are kept in ${undelivered()};`,
    )
    const kept = (await readFile(undelivered(), 'utf8')).trimEnd().split('\n')
    const ids = kept.map((line) => (JSON.parse(line) as { id: string }).id)
    expect(ids).toHaveLength(9)

    const half = await receiver((n) => (n < 4 ? 200 : 500))
    const byHand = await place.run(['--replay-callbacks', await cfgFor(half.url)], { env })
    expect(byHand).toMatchObject({ code: 1, stdout: '4 callbacks delivered, 5 left\n' })
    const good = await receiver()
    expect(await place.run(['--quiet', '--force', await cfgFor(good.url)])).toMatchObject({ code: 0 })
    expect([...half.received.slice(0, 4), ...good.received.slice(0, 5)].map(({ id }) => id)).toEqual(ids)
    expect(good.received).toHaveLength(5 + 9)
    const nothing = await place.run(['--replay-callbacks', await cfgFor(good.url)])
    expect(nothing).toMatchObject({ code: 0, stdout: '0 callbacks delivered, 0 left\n' })
  })
})

describe('a job that is killed with -9', () => {
  it('goes on: nothing is said twice, and that it was killed is said', async () => {
    const { url, received } = await receiver()
    const cfg = await cfgFor(url)
    const { child, ended } = place.start(['--quiet', cfg], { env: await slowFfmpeg(), ownGroup: true })
    await encodes()
    await acknowledged(6)
    process.kill(-child.pid, 'SIGKILL')
    await ended
    const before = received.length
    expect(await place.run(['--quiet', cfg])).toMatchObject({ code: 0 })
    const key = `out/${JOB_ID}.mp4`
    expect(said(received.slice(before))).toEqual([
      ['warning', { WarnCode: 1, WarnMsg: 'the process of this job was killed; the job goes on' }],
      ['session_failover', { Status: 0 }],
      ['file_infos', { FileList: [key] }],
      ['ucloud_upload_status', { Status: 0, FileList: [key] }],
      ['status_update', { Status: 2 }],
    ])
    expect(received.map(({ sequence }) => sequence)).toEqual(received.map((_, n) => n))
  })
})
