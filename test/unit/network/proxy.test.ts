import { describe, expect, it } from 'vitest'
import { JobError } from '../../../src/errors.ts'
import { type Env, proxyFor } from '../../../src/network/proxy.ts'

const hostFor = (url: string, env: Env) => proxyFor(new URL(url), env)?.host

describe('the proxy for a URL', () => {
  it.each([
    ['http://a.com/', {}, undefined],
    ['http://a.com/', { HTTP_PROXY: 'http://p:1' }, 'p:1'],
    ['http://a.com/', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://a.com/', { HTTPS_PROXY: 'https://p:1/' }, 'p:1'],
    ['https://a.com/', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://a.com/', { http_proxy: 'http://small', HTTP_PROXY: 'http://large' }, 'small'],
    ['https://a.com/', { https_proxy: ' ', HTTPS_PROXY: 'p.corp:3128' }, 'p.corp:3128'],
    ['http://a.com/', { HTTP_PROXY: 'http://[fd00::1]:8080' }, '[fd00::1]:8080'],
  ])('%s with %j', (url, env, expected) => {
    expect(hostFor(url, env)).toBe(expected)
  })

  it.each([
    ['*', 'http://a.com/', true],
    ['', 'http://a.com/', false],
    [' , ,', 'http://a.com/', false],
    ['a.com', 'http://a.com/', true],
    ['A.COM', 'http://a.com./', true],
    ['a.com', 'http://s3.a.com/', true],
    ['a.com', 'http://aa.com/', false],
    ['.a.com', 'http://s3.a.com/', true],
    ['*.a.com', 'http://s3.a.com/', true],
    ['b.com,\ta.com', 'http://a.com/', true],
    ['a.com:9000', 'http://a.com:9000/', true],
    ['a.com:9000', 'http://a.com/', false],
    ['a.com:443', 'https://a.com/', true],
    ['a.com:80', 'https://a.com/', false],
    ['10.0.0.1', 'http://10.0.0.1:9000/', true],
    ['10.0.0.1:9000', 'http://10.0.0.1:9000/', true],
    ['10.0.0.1:9001', 'http://10.0.0.1:9000/', false],
    ['0.0.1', 'http://10.0.0.1/', false],
    ['10.0.0.1', 'http://x.10.0.0.1.com/', false],
    ['10.0.0.0/8', 'http://10.9.8.7/', true],
    ['10.0.0.0/8', 'http://11.9.8.7/', false],
    ['10.0.0.0/33', 'http://10.9.8.7/', false],
    ['10.0.0.0/', 'http://10.9.8.7/', false],
    ['::1', 'http://[::1]:9000/', true],
    ['[::1]', 'http://[::1]:9000/', true],
    ['[::1]:9000', 'http://[::1]:9000/', true],
    ['[::1]:9001', 'http://[::1]:9000/', false],
    ['0:0:0:0:0:0:0:1', 'http://[::1]/', true],
    ['fd00::/8', 'http://[fd12::5]/', true],
    ['fd00::/8', 'http://10.0.0.1/', false],
  ])('NO_PROXY "%s" exempts %s: %s', (list, url, isExempt) => {
    const env = { HTTP_PROXY: 'p', HTTPS_PROXY: 'p' }
    expect(hostFor(url, { ...env, NO_PROXY: list })).toBe(isExempt ? undefined : 'p')
    expect(hostFor(url, { ...env, no_proxy: list, NO_PROXY: 'other' })).toBe(isExempt ? undefined : 'p')
  })

  it('keeps user and password out of the URL', () => {
    const { url, authorization } = proxyFor(new URL('http://a'), { HTTP_PROXY: 'http://me:a%20b%@p:1' }) ?? {}
    expect(url?.href).toBe('http://p:1/')
    expect(authorization).toBe(`Basic ${Buffer.from('me:a%20b%').toString('base64')}`)
    const plain = proxyFor(new URL('http://a'), { HTTP_PROXY: 'http://me:a%20b@p:1' })
    expect(plain?.authorization).toBe(`Basic ${Buffer.from('me:a b').toString('base64')}`)
  })

  it.each(['socks5://me:hush@p:1', 'http://', 'me:hush@p:99999'])(
    'refuses %s, without its secrets',
    (text) => {
      expect(() => hostFor('http://a', { HTTP_PROXY: text })).toThrow(JobError)
      expect(() => hostFor('http://a', { HTTP_PROXY: text })).toThrow(
        /^HTTP_PROXY in the environment is not an HTTP proxy/,
      )
      expect(hostFor('http://a', { HTTP_PROXY: text, NO_PROXY: 'a' })).toBeUndefined()
    },
  )
})
