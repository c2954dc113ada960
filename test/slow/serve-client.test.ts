/** The service as a process: clients that are not ours, a job from beginning to end. */
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { HOME, JOB_ID, cfgOf, furnish, usePlace } from '../harness/run-worker.ts'
import { curl, startService } from '../harness/serve-worker.ts'

const place = usePlace()

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const APPS = [{ appId: 'e2e', key: 'the-app-key', bearerSha256: sha256('the-bearer') }]

const hasPython = ((): boolean => {
  try {
    return execFileSync('python3', ['--version']).length > 0
  } catch {
    return false
  }
})()

describe('the service', () => {
  it('runs a job that was started with curl, and is followed with curl -N', async () => {
    await furnish(place)
    const { url, child, ended } = await startService(place, { serve: { apps: APPS } })
    const auth = ['-H', 'Authorization: Bearer the-bearer']
    const cfg = await place.write('start.json', cfgOf())
    const reply = JSON.parse(await curl([...auth, '--data-binary', `@${cfg}`, url])) as object
    expect(reply).toMatchObject({ Ack: 'job.stat', RetCode: 0, Message: 'OK', Internal: { JobId: JOB_ID } })
    const followed = await curl([...auth, '-N', `${url}/jobs/${JOB_ID}/events`])
    const kinds = [...followed.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind)
    expect(kinds).toEqual(
      expect.arrayContaining(['state', 'accepted', 'planned', 'progress', 'uploaded', 'ended']),
    )
    expect(followed).toMatch(/"state":"done"/)
    expect(followed).not.toContain(place.folder)
    const query = JSON.stringify({ Action: 'job.query', Internal: { JobId: JOB_ID } })
    expect(JSON.parse(await curl([...auth, '-d', query, url]))).toMatchObject({
      Ack: 'job.query.stat',
      Data: {
        Status: {
          State: 'done',
          ExitCode: 0,
          Warnings: 0,
          Skipped: 0,
          Output: { vendor: 'local', key: `out/${JOB_ID}.mp4` },
        },
      },
    })
    await access(join(place.bucket, `out/${JOB_ID}.mp4`))
    expect(await curl([...auth, `${url}/jobs/${JOB_ID}/log`])).toContain('"msg":"job ended"')
    expect(await curl(['-o', '/dev/null', '-w', '%{http_code}', `${url}/jobs`])).toBe('401')
    child.kill('SIGTERM')
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/the-bearer|the-app-key/)
  })

  it.runIf(hasPython)(
    'answers a client in Python, with its own Tokens and the samples of the documents',
    async () => {
      await furnish(place)
      const { url, child, ended } = await startService(place, {
        serve: { apps: APPS },
        settings: { network: { allow: ['loopback'], deny: ['private'] } },
      })
      const job = await place.write('start.json', cfgOf())
      const client = join(HOME, 'test/harness/api_client.py')
      const args = [client, url, 'e2e', 'the-app-key', join(HOME, 'test/fixtures/api'), job]
      const { stdout } = await promisify(execFile)('python3', args)
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as {
              name: string
              status: number
              Ack: string
              RetCode: number
              Message: string
            },
        )
      expect(rows.every(({ status }) => status === 200)).toBe(true)
      const got = Object.fromEntries(rows.map(({ name, Ack, RetCode }) => [name, `${Ack} ${RetCode}`]))
      expect(got).toMatchObject({
        'recording-01-job.acquire': 'job.init 0',
        'push-01-job.acquire': 'job.init 0',
        'recording-11-job.acquire': 'job.init 0',
        'push-03-job.record.start': 'job.record.stat 0',
        'push-03-job.record.start chosen': 'job.record.stat 0',
        'push-04-job.record.stop': 'job.record.stat 0',
        'recording-03-job.subscribe.update': 'job.subscribe.stat 14001',
        'recording-03-job.subscribe.update chosen': 'job.subscribe.stat 0',
        'push-05-job.subscribe.update chosen': 'job.subscribe.stat 0',
        'recording-04-job.mixer.update chosen': 'job.mixer.stat 0',
        'push-06-job.mixer.update chosen': 'job.mixer.stat 0',
        'recording-05-job.transcoding.update': 'job.transcoding.stat 0',
        'recording-07-job.query': 'job.query.stat 0',
        'push-08-job.query': 'job.query.stat 0',
        'recording-10-job.notify.update': 'job.notify.stat 0',
        'push-10-job.notify.update': 'job.notify.stat 0',
        'recording-08-job.stop': 'job.destroyed 3',
        'recording-12-job.start': 'job.stat 0',
        'recording-02-job.start': 'job.stat 14001',
        'job.worker.list': 'job.worker.stat 0',
        'job.check.server': 'job.check.stat 0',
        'job.restart': 'job.restart.stat 3',
        start: 'job.stat 0',
        'state done': 'job.query.stat 0',
        'start again': 'job.stat 0',
      })
      child.kill('SIGTERM')
      expect((await ended).code).toBe(0)
    },
  )

  it('does not start where it would be open to others, or twice in one folder', async () => {
    const conf = await place.write('open.json', { serve: { folder: join(place.folder, 'serve') } })
    const open = await place.run(['serve', '--host=0.0.0.0', '--port=0', `--conf=${conf}`])
    expect(open).toMatchObject({ code: 1 })
    expect(open.stderr).toMatch(/^error: serve\.host is 0\.0\.0\.0, which other machines can reach/)
    const { child, ended } = await startService(place)
    const twice = await place.run(['serve', '--port=0', `--conf=${conf}`])
    expect(twice.stderr).toMatch(/^error: another service \(process \d+\) has the folder/)
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })
})

it('the samples are those of the documents', async () => {
  expect(await readFile(join(HOME, 'test/fixtures/api/recording-02-job.start.json'), 'utf8')).toContain(
    '"ResizeMode": 0/1/2',
  )
})
