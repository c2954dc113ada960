/** No secret of cfg.json is shown anywhere, whatever it is called and however the job ends. */
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CallbackReceiver, startReceiver } from '../harness/callback-receiver.ts'
import {
  type Changes,
  JOB_ID,
  cfgOf,
  changed,
  furnish,
  inStorage,
  logged,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace(furnish)
let receiver: CallbackReceiver
let spareUrl: string
beforeEach(async () => {
  // The job waits for its last callbacks, which come to nothing.
  receiver = await startReceiver({ answer: () => 500 })
  // A bucket that is busy, and repeats what it was asked: only the log's own care keeps that out of it.
  const [, , , , , , , user, password, query] = SECRETS
  const echo = `try http://${user}:${password}@spare.example/film?sign=${query} again`
  const spare = createServer((_, response) => {
    response.writeHead(503, { 'content-type': 'application/xml' })
    response.end(`<Error><Code>SlowDown</Code><Message>${echo}</Message></Error>`)
  }).listen(0, '127.0.0.1')
  await once(spare, 'listening')
  spareUrl = `http://127.0.0.1:${(spare.address() as AddressInfo).port}`
  return async () => {
    spare.close()
    spare.closeAllConnections()
    await receiver.close()
  }
})

/** Each of them once in cfg.json, in as many places as there are kinds. */
const SECRETS = [
  ...['sec-token-1', 'sec-public-2', 'sec-secret-3', 'sec-unknown-4', 'sec-header-5', 'sec-notify-6'],
  ...['sec-sign-7', 'sec-user-8', 'sec-password-9', 'sec-query-10', 'sec-stream-11', 'sec-list-12'],
  ...['sec-mark-13', 'sec-slip-14'],
]

function secretCfg(): Promise<string> {
  const [token, publicKey, secretKey, unknown, header, notify, sign, user, password, query, stream, list] =
    SECRETS
  const [mark, slip] = SECRETS.slice(12)
  const url = receiver.url.replace('http://', '')
  const cfg = cfgOf({
    ...{ Token: token, Whatever: unknown, Authorization: `Bearer ${header}`, SecretKy: slip },
    Data: {
      RecordingConfig: {
        StorageConfig: { PublicKey: publicKey, SecretKey: secretKey },
        BackupStorageConfig: {
          ...{ Vendor: 's3', Endpoint: spareUrl, Region: 'r', Bucket: 'spare' },
          ...{ PublicKey: publicKey, SecretKey: secretKey, FileNamePrefix: 'kept/x.mp4' },
        },
      },
      MixerConfig: {
        WaterMark: [
          { Type: 2, X: 0, Y: 0, Image: `http://${user}:${password}@${url}/logo.png?sign=${mark}` },
        ],
      },
      LiveConfig: { Type: 'rtmp', Url: `rtmp://${url}/live/${stream}`, Headers: [list, { 'X-Auth': list }] },
      NotifyConfig: [
        {
          ...{ ServiceType: 'job.mixer', Status: 'open', Token: notify, Key: sign },
          NotifyUrl: `${receiver.url}/told?key=${query}`,
        },
      ],
    },
  })
  return place.write('cfg.json', cfg)
}

/** Everything that the worker has written but what it was given. */
async function everythingIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const texts = files.map(
    async ({ parentPath, name }) => `${name}\n${await readFile(join(parentPath, name), 'latin1')}`,
  )
  return (await Promise.all(texts)).join('\n')
}

function shownIn(text: string): string[] {
  return SECRETS.filter((secret) => text.includes(secret))
}

const ENV = {
  ...{
    OWT_LOGS_LEVEL: 'trace',
    OWT_REPORT_ENABLED: 'true',
    OWT_OUTPUT_HLS: 'true',
    OWT_OUTPUT_POSTER: 'true',
  },
  ...{ OWT_CALLBACK_RETRY_SECONDS: '[0.1]', OWT_CALLBACK_FINISH_SECONDS: '20', OWT_STORAGE_ATTEMPTS: '2' },
}

it.each([
  ['that is done', []],
  ['that fails', ['--index', 'none.json']],
])('a job %s shows none', async (_, args) => {
  const cfg = await secretCfg()
  const running = place.start(['--json', ...args, cfg], { env: ENV })
  const ended = await running.ended
  expect(ended.code).toBe(args.length === 0 ? 0 : 3)
  // What is kept for later is kept without them, too.
  expect(await readdir(place.logDir)).toContain('e2e-room.undelivered.jsonl')
  await logged(place, ({ msg }) => msg === 'callback not acknowledged')
  const asked = (await place.log()).filter(({ msg }) => msg === 'storage asked again')
  if (ended.code === 0) expect(JSON.stringify(asked)).toContain('try http://spare.example/film again')
  const written = await Promise.all(
    [place.logDir, place.workDir, place.bucket].map((folder) => everythingIn(folder).catch(() => '')),
  )
  expect(shownIn([ended.stdout, ended.stderr, ...written].join('\n'))).toEqual([])
})

it.each([['plan'], ['plan', '--json'], ['validate'], ['validate', '--json'], ['status']])(
  '%s shows none',
  async (...args) => {
    const cfg = await secretCfg()
    const ended = await place.run(args[0] === 'status' ? args : [...args, cfg], { env: ENV })
    expect(shownIn(ended.stdout + ended.stderr)).toEqual([])
  },
)

describe('of a cfg.json that is wrong', () => {
  const OWN = ['tok-9f3a71', 'pub-77c2be', 'sec-e01d4f', 'hook-5ba8d3', 'key-c40e96']
  const [Token, PublicKey, SecretKey, hook, Key] = OWN
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
  ])('they are nowhere after %s', async (_, code, text) => {
    const env = { OWT_LOGS_LEVEL: 'trace', OWT_STORAGE_ATTEMPTS: '1', OWT_CALLBACK_RETRY_SECONDS: '[0]' }
    const ended = await place.run(['--json', await place.write('cfg.json', text)], { env })
    const names = await readdir(place.logDir)
    const files = await Promise.all(names.map((name) => readFile(join(place.logDir, name), 'utf8')))
    const said = [ended.stdout, ended.stderr, ...files].join('\n')
    for (const secret of OWN) expect(said).not.toContain(secret)
    expect(ended.code).toBe(code)
    expect(names).toContain(`${JOB_ID}.result.json`)
  })
})
