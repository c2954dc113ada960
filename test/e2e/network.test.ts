/** What a job may speak to, and how many it tells. */
import { beforeEach, expect, it } from 'vitest'
import { type CallbackReceiver, startReceiver } from '../harness/callback-receiver.ts'
import { cfgOf, expectFailure, furnish, inStorage, indexOf, usePlace } from '../harness/run-worker.ts'

const place = usePlace(furnish)
let receiver: CallbackReceiver
beforeEach(async () => {
  receiver = await startReceiver()
  return () => receiver.close()
})

/** Under both names of this machine. */
const urls = () => [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]
const told = (paths: readonly string[]) =>
  paths.map((NotifyUrl) => ({ ServiceType: 'job.mixer', Status: 'open', NotifyUrl }))
const NO_LOOPBACK = { OWT_NETWORK_DENY: '["loopback"]' }

it('callbacks and pictures of watermarks are not had from where conf/ does not allow it; the job goes on', async () => {
  const marks = urls().map((url) => ({ Type: 2, Image: `${url}/logo.png`, X: 0, Y: 0 }))
  const cfg = await place.write(
    'cfg.json',
    cfgOf({ Data: { NotifyConfig: told(urls()), MixerConfig: { WaterMark: marks } } }),
  )
  const ended = await place.run([cfg], { env: NO_LOOPBACK })
  expect(ended).toMatchObject({ code: 0 })
  expect(receiver.received).toEqual([])
  const { warnings } = await place.result()
  const says =
    /network\.allow and network\.deny in conf\/ do not let the worker reach (127\.0\.0\.1|localhost)/
  const missing = warnings.filter(({ code }) => code === 'watermarkMissing')
  expect(missing.map(({ message }) => says.exec(message)?.[1]).sort()).toEqual(['127.0.0.1', 'localhost'])
  const refused = (await place.log()).filter(({ msg }) => msg === 'callback not acknowledged')
  expect(new Set(refused.map(({ host, code }) => `${String(host).split(':')[0]} ${String(code)}`))).toEqual(
    new Set(['127.0.0.1 ADDRESS_REFUSED', 'localhost ADDRESS_REFUSED']),
  )
  expect(ended.stderr).toMatch(/^warning: .*callback/m)
})

it.each(['127.0.0.1', 'localhost'])(
  'a bucket at %s is refused where conf/ does not allow it',
  async (host) => {
    const index = await place.write('index.json', indexOf())
    const storage = {
      ...{ Vendor: 's3', Endpoint: receiver.url.replace('127.0.0.1', host), Region: 'r', Bucket: 'b' },
      ...{ PublicKey: 'p', SecretKey: 's' },
    }
    const cfg = await place.write('cfg.json', cfgOf(inStorage(storage)))
    const ended = await place.run(['--index', index, cfg], { env: NO_LOOPBACK })
    const says = new RegExp(`network\\.allow and network\\.deny in conf/ do not let the worker reach ${host}`)
    await expectFailure({ place, ended, code: 1, says })
    expect(receiver.received).toEqual([])
  },
)

it('what is allowed by name is reached, whatever else is denied', async () => {
  const cfg = await place.write('cfg.json', cfgOf({ Data: { NotifyConfig: told([receiver.url]) } }))
  const env = { ...NO_LOOPBACK, OWT_NETWORK_ALLOW: '["127.0.0.1"]' }
  expect(await place.run([cfg], { env })).toMatchObject({
    code: 0,
    stderr: expect.not.stringMatching(/warning/) as string,
  })
  expect(receiver.received.length).toBeGreaterThan(0)
})

it('many receivers are told, and Node warns of nothing', async () => {
  const paths = Array.from({ length: 20 }, (_, i) => `/${i}`)
  const NotifyConfig = told(paths.map((path) => receiver.url + path))
  const cfg = await place.write('cfg.json', cfgOf({ Data: { NotifyConfig } }))
  const ended = await place.run(['--quiet', cfg])
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(paths))
})
