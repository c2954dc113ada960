/** Who is let in, and each way of being refused. */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { signatureOf } from '../../../src/serve/auth.ts'
import { CODES } from '../../../src/serve/codes.ts'
import { vendorSignature } from '../../../src/serve/vendor-token.ts'
import { type TestApp, makeServeApp, requestOf, vendorToken } from '../../harness/serve-app.ts'

const KEY = 'key-of-a'
const BEARER = 'bearer-of-a'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const APPS = [
  { appId: 'app-a', key: KEY, bearerSha256: sha256(BEARER) },
  { appId: 'app-b', key: 'key-of-b', bearerSha256: sha256('bearer-of-b') },
  { appId: 'app-c' },
]
const SETTINGS = { serve: { apps: APPS, monitorSha256: sha256('monitor') } }
const CHECK = requestOf('job.check.server', undefined)
const nowS = (): number => Math.floor(Date.now() / 1000)

let one: TestApp | undefined
const open = async (settings: object = SETTINGS): Promise<TestApp> => (one = await makeServeApp({ settings }))
afterEach(() => one?.close())

const withToken = (token: string | undefined, internal: object = {}) => ({
  ...CHECK,
  Internal: { ...CHECK.Internal, ...internal },
  ...(token !== undefined && { Token: token }),
})

describe('a Token of the vendor', () => {
  it('lets its AppId in', async () => {
    const { post } = await open()
    expect(await post(withToken(vendorToken({ appId: 'app-a', key: KEY })))).toMatchObject({
      Ack: 'job.check.stat',
      RetCode: 0,
      Message: 'OK',
      Internal: { RequestId: '7' },
    })
  })

  it.each([
    ['none', undefined, {}, CODES.tokenInvalid],
    ['the sample', 'xxxxxxx', {}, CODES.tokenInvalid],
    ['an empty one', '', {}, CODES.tokenInvalid],
    ['a wrong key', vendorToken({ appId: 'app-a', key: 'key-of-b' }), {}, CODES.tokenInvalid],
    ['no key', vendorToken({ appId: 'app-a', key: '' }), {}, CODES.tokenInvalid],
    ['an AppId without a key', vendorToken({ appId: 'app-c', key: '' }), {}, CODES.tokenInvalid],
    [
      'an expired one',
      vendorToken({ appId: 'app-a', key: KEY, atS: nowS() - 86_500 }),
      {},
      CODES.tokenExpired,
    ],
    [
      'one of the future',
      vendorToken({ appId: 'app-a', key: KEY, atS: nowS() + 3600 }),
      {},
      CODES.tokenExpired,
    ],
    ['an unknown AppId', vendorToken({ appId: 'app-z', key: KEY }), {}, CODES.appUnusable],
    [
      'another AppId in Internal',
      vendorToken({ appId: 'app-a', key: KEY }),
      { AppId: 'app-b' },
      CODES.tokenInvalid,
    ],
    [
      'a header with the AppKey',
      vendorToken({ appId: 'app-a', key: KEY, header: { appkey: KEY } }),
      {},
      CODES.tokenInvalid,
    ],
    ['a changed user', changed(vendorToken({ appId: 'app-a', key: KEY })), {}, CODES.tokenInvalid],
  ])('refuses %s', async (_, token, internal, code) => {
    const { post } = await open()
    const reply = await post(withToken(token, internal))
    expect(reply).toMatchObject({ Ack: 'job.check.stat', RetCode: code, Data: {} })
    expect(JSON.stringify(reply)).not.toContain(KEY)
  })
})

/** A Token that is signed with the right key, whatever its header and its end. */
function signedToken(header: object, ts = String(nowS()), rand = '0a1b2c3d'): string {
  const tail = `${vendorSignature(KEY, `app-a${ts}${rand}`)}${ts}${rand}`
  return `${Buffer.from(JSON.stringify(header)).toString('base64')}.${tail}`
}

it.each([
  ['seven random digits', signedToken({ app_id: 'app-a' }, undefined, '0a1b2c3')],
  ['nine random digits', signedToken({ app_id: 'app-a' }, undefined, '0a1b2c3d4')],
  ['no random digits', signedToken({ app_id: 'app-a' }, undefined, '')],
  ['random digits that are none', signedToken({ app_id: 'app-a' }, undefined, '0a1b-c3d')],
  ['a time of eleven digits', signedToken({ app_id: 'app-a' }, `0${nowS()}`)],
  ['something before its signature', signedToken({ app_id: 'app-a' }).replace('.', '.0')],
  ['an AppId that is no string', signedToken({ app_id: ['app-a'] })],
  ['no AppId', signedToken({})],
])('a Token with %s is none, though it is signed', async (_, token) => {
  const { post } = await open()
  expect(await post(withToken(signedToken({ app_id: 'app-a' })))).toMatchObject({ RetCode: CODES.ok })
  expect(await post(withToken(token))).toMatchObject({
    RetCode: CODES.tokenInvalid,
    Message: 'the Token is not right',
  })
})

function changed(token: string): string {
  const [header = '', rest] = token.split('.')
  const json = JSON.parse(Buffer.from(header, 'base64').toString()) as object
  return `${Buffer.from(JSON.stringify({ ...json, user_id: 'other' })).toString('base64')}.${rest}`
}

describe('a bearer token', () => {
  it('lets its AppId in, and may be a Token', async () => {
    const { post, get } = await open()
    for (const bearer of [BEARER, vendorToken({ appId: 'app-a', key: KEY })]) {
      expect(await post(CHECK, { Authorization: `Bearer ${bearer}` })).toMatchObject({ RetCode: 0 })
      expect((await get('/jobs', { Authorization: `Bearer ${bearer}` })).status).toBe(200)
    }
  })

  it.each(['wrong', 'undefined', sha256(BEARER), ''])('refuses %j', async (bearer) => {
    const { post, get } = await open()
    expect(await post(CHECK, { Authorization: `Bearer ${bearer}` })).toMatchObject({
      RetCode: CODES.tokenInvalid,
    })
    expect((await get('/jobs', { Authorization: `Bearer ${bearer}` })).status).toBe(401)
  })

  it('does not fall back to the Token of the body when it is wrong', async () => {
    const { post } = await open()
    const body = withToken(vendorToken({ appId: 'app-a', key: KEY }))
    expect(await post(body, { Authorization: 'Bearer wrong' })).toMatchObject({ RetCode: CODES.tokenInvalid })
  })

  it('is of one AppId', async () => {
    const { post } = await open()
    const reply = await post(withToken(undefined, { AppId: 'app-b' }), { Authorization: `Bearer ${BEARER}` })
    expect(reply).toMatchObject({ RetCode: CODES.tokenInvalid })
  })
})

describe('a signature', () => {
  const text = JSON.stringify(CHECK)
  const signed = (of: { key?: string; atS?: number; body?: string; app?: string }) => ({
    'X-Owt-App-Id': of.app ?? 'app-a',
    'X-Owt-Time': String(of.atS ?? nowS()),
    'X-Owt-Signature': signatureOf(of.key ?? KEY, String(of.atS ?? nowS()), of.body ?? text),
  })

  it('lets its AppId in', async () => {
    const { post, get } = await open()
    expect(await post(text, signed({}))).toMatchObject({ RetCode: 0 })
    expect((await get('/jobs?limit=5', signed({ body: '/jobs?limit=5' }))).status).toBe(200)
  })

  it.each([
    ['a wrong key', signed({ key: 'key-of-b' }), CODES.tokenInvalid],
    ['another body', signed({ body: `${text} ` }), CODES.tokenInvalid],
    ['an old time', signed({ atS: nowS() - 400 }), CODES.tokenExpired],
    ['a time to come', signed({ atS: nowS() + 3600 }), CODES.tokenExpired],
    [
      'a time that is not signed',
      { ...signed({ atS: nowS() - 400 }), 'X-Owt-Time': String(nowS()) },
      CODES.tokenInvalid,
    ],
    ['an unknown AppId', signed({ app: 'app-z' }), CODES.appUnusable],
    ['an AppId without a key', signed({ app: 'app-c', key: '' }), CODES.tokenInvalid],
  ])('refuses %s', async (_, headers, code) => {
    const { post } = await open()
    expect(await post(text, headers)).toMatchObject({ RetCode: code })
  })

  it('of one GET is not one of another', async () => {
    const { get } = await open()
    expect((await get('/jobs/x', signed({ body: '/jobs' }))).status).toBe(401)
  })
})

describe('without any AppId', () => {
  it('everybody on this machine is let in, but no page in a browser', async () => {
    const { post, get, app } = await open({})
    expect(await post(CHECK)).toMatchObject({ RetCode: 0 })
    expect((await get('/jobs', { Host: 'localhost:8600' })).status).toBe(200)
    expect((await get('/jobs', { Host: 'evil.example.com' })).status).toBe(403)
    expect((await get('/jobs', { Origin: 'https://evil.example.com' })).status).toBe(403)
    const crossing = { method: 'POST', body: '{}', headers: { Host: 'localhost', Origin: 'null' } }
    expect((await app.request('/', crossing)).status).toBe(403)
  })
})

describe('the GETs', () => {
  it('tell nothing to those who are not let in', async () => {
    const { get } = await open()
    for (const path of ['/jobs', '/jobs/x', '/jobs/x/log', '/jobs/x/events', '/metrics'])
      expect((await get(path)).status, path).toBe(401)
    for (const path of ['/healthz', '/readyz', '/openapi.json'])
      expect((await get(path)).status, path).toBe(200)
  })

  it('show metrics to the monitor alone', async () => {
    const { get } = await open()
    expect((await get('/metrics', { Authorization: `Bearer ${BEARER}` })).status).toBe(401)
    expect((await get('/metrics', { Authorization: 'Bearer monitor' })).status).toBe(200)
    await one?.close()
    const without = await open({ serve: { apps: APPS } })
    expect((await without.get('/metrics', { Authorization: 'Bearer ' })).status).toBe(401)
  })
})
