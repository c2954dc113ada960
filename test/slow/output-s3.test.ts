/** What lies beside the finished file, on an S3 service that is as strict as the strictest. */
import { expect, it } from 'vitest'
import { BESIDE, outputObjects } from '../harness/output-room.ts'
import { type Changes, JOB_ID, changed, expectFailure, usePlace } from '../harness/run-worker.ts'
import { useS3 } from '../harness/use-s3.ts'
import { s3CfgOf } from '../harness/short-job.ts'

const BUCKET = 'recordings'
const place = usePlace()
const { server, front } = useS3([BUCKET, 'spare'], async (filled) => {
  for (const [key, bytes] of await outputObjects()) await filled.put(BUCKET, key, bytes)
})

/** Objects of such requests; a request may be sent more than once. */
const keysOf = (wanted: string) => [
  ...new Set(front.requests.filter(({ operation }) => operation === wanted).map(({ key }) => key)),
]
const keys = () => keysOf('PutObject')
const filesOf = async () => (await place.result()).output?.files ?? []
const start = async (changes: Changes = {}) =>
  place.run([await place.write('cfg.json', s3CfgOf(front, BUCKET, changes))], { env: BESIDE })
const SPARE = {
  Data: {
    RecordingConfig: {
      BackupStorageConfig: changed(
        {},
        { Vendor: 's3', Bucket: 'spare', Region: 'us-east-1', FileNamePrefix: 'kept/other.mp4' },
      ),
    },
  },
}

it('everything has its type, and the finished file comes last', async () => {
  expect(await start()).toMatchObject({ code: 0 })
  expect(keys()).toHaveLength(10)
  expect(keys().at(-1)).toBe(`mixed/${JOB_ID}.mp4`)
  const typeOf = async (key: string) => {
    const found = await fetch(`http://127.0.0.1:${server.port}/${BUCKET}/mixed/${key}`, { method: 'HEAD' })
    return found.headers.get('content-type')
  }
  expect(await typeOf(`${JOB_ID}.mp4`)).toBe('video/mp4')
  expect(await typeOf(`${JOB_ID}.jpg`)).toBe('image/jpeg')
  expect(await typeOf(`${JOB_ID}.thumbs.vtt`)).toBe('text/vtt')
  expect(await typeOf(`${JOB_ID}/index.m3u8`)).toBe('application/vnd.apple.mpegurl')
  expect(await typeOf(`${JOB_ID}/00000.m4s`)).toBe('video/iso.segment')
  front.forget()
  expect((await start()).stdout).toContain('unchanged')
  expect(keys()).toEqual([])
})

it('nothing is left when the finished file is refused', async () => {
  const key = `refused/${JOB_ID}.mp4`
  const into = { Data: { RecordingConfig: { StorageConfig: { FileNamePrefix: key } } } }
  front.forget()
  front.break({
    operation: 'PutObject',
    key,
    times: 100,
    how: { kind: 'refuse', status: 403, code: 'AccessDenied' },
  })
  const ended = await start(into)
  await expectFailure({ place, ended, code: 1, says: /AccessDenied/ })
  expect(keys()).toContain(`refused/${JOB_ID}/00002.m4s`)
  expect(keysOf('DeleteObject')).toHaveLength(9)
  for (const one of keys()) expect(await server.get(BUCKET, one)).toBeUndefined()
  front.forget()
})

it('all of it goes to the second bucket, by the name it has there', async () => {
  const { accessKeyId: PublicKey, secretAccessKey: SecretKey } = front.credentials
  const second = { Endpoint: front.endpoint, PublicKey, SecretKey }
  const into = changed(SPARE, {
    Data: {
      RecordingConfig: {
        BackupStorageConfig: second,
        StorageConfig: { FileNamePrefix: 'away/one.mp4' },
      },
    },
  })
  front.forget()
  front.break({
    operation: 'PutObject',
    key: 'away/one.jpg',
    times: 100,
    how: { kind: 'refuse', status: 403, code: 'AccessDenied' },
  })
  expect(await start(into)).toMatchObject({ code: 0 })
  expect((await place.result()).output).toMatchObject({ bucket: 'spare', key: 'kept/other.mp4' })
  expect((await filesOf()).map(({ key }) => key)).toContain('kept/other/00000.m4s')
  const vtt = (await server.get('spare', 'kept/other.thumbs.vtt'))?.toString() ?? ''
  expect(vtt).toContain('other.thumbs.jpg#xywh=0,0,')
  expect(await server.get(BUCKET, 'away/one.thumbs.vtt')).toBeUndefined()
  front.forget()
})
