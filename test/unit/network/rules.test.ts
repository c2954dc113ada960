import { describe, expect, it } from 'vitest'
import { isReachable, isRefusedHost, isRule } from '../../../src/network/rules.ts'

const LOCAL = { allow: [], deny: ['loopback', 'link-local', 'private', 'multicast'] }

it.each([
  'http://127.0.0.1',
  'http://127.255.0.9',
  'http://0.0.0.0',
  // What a URL makes of numbers.
  'http://2130706433',
  'http://0x7f.1',
  'http://0177.0.0.01',
  'http://10.0.0.1',
  'http://172.31.255.255',
  'http://192.168.1.1',
  'http://100.100.100.200',
  'http://169.254.169.254',
  'http://224.0.0.1',
  'http://255.255.255.255',
  'http://[::1]',
  'http://[::]',
  'http://[fe80::1]',
  'http://[fd00:ec2::254]',
  'http://[fec0::1]',
  'http://[ff02::1]',
  // Those that carry one of version 4.
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:a9fe:a9fe]',
  'http://[::127.0.0.1]',
  'http://[::ffff:0:10.0.0.1]',
  'http://[64:ff9b::169.254.169.254]',
  'http://[64:ff9b:1::7f00:1]',
  'http://[2002:7f00:1::]',
  'http://[2001::80ff:fffe]',
  'http://[2001:db8::5efe:127.0.0.1]',
])('a word covers all ways to write its addresses: %s', (url) => {
  expect(isRefusedHost(new URL(url).hostname, LOCAL)).toBe(true)
})

it.each([
  'http://203.0.113.1',
  'http://172.32.0.1',
  'http://100.128.0.1',
  'http://[2001:db8::1]',
  'http://[::ffff:203.0.113.1]',
  'http://[64:ff9b::203.0.113.1]',
  'http://localhost',
])('and no others: %s', (url) => {
  expect(isRefusedHost(new URL(url).hostname, LOCAL)).toBe(false)
})

describe('a name', () => {
  it.each([
    ['hooks.example.com', true],
    ['HOOKS.example.com.', true],
    ['example.com', false],
    ['a.b.example.org', true],
    ['example.org', false],
    ['badexample.org', false],
  ])('is refused as itself or as one of those below: %s', (host, refused) => {
    expect(isRefusedHost(host, { allow: [], deny: ['Hooks.example.com', '*.example.org'] })).toBe(refused)
  })

  it('does not win over the address it leads to, an address does', () => {
    const rules = { allow: ['s3.example.com', '10.0.0.0/24'], deny: ['private'] }
    expect(isReachable('s3.example.com', '192.168.0.1', rules)).toBe(false)
    expect(isReachable('s3.example.com', '10.0.0.7', rules)).toBe(true)
    expect(isReachable('s3.example.com', '203.0.113.1', rules)).toBe(true)
    expect(isReachable('other.example.com', '203.0.113.1', rules)).toBe(true)
  })
})

it('where only allow is given, nothing else is reached', () => {
  const rules = { allow: ['s3.example.com', '203.0.113.0/28', 'fd00::/8'], deny: [] }
  expect(isReachable('s3.example.com', '198.51.100.1', rules)).toBe(true)
  expect(isReachable('other.example.com', '198.51.100.1', rules)).toBe(false)
  expect(isReachable('other.example.com', '203.0.113.15', rules)).toBe(true)
  expect(isReachable('other.example.com', '203.0.113.16', rules)).toBe(false)
  expect(isReachable('other.example.com', 'fd00::1', rules)).toBe(true)
  expect(isReachable('other.example.com', '::1', rules)).toBe(false)
})

it.each(['loopback', '10.0.0.0/8', '::1', '[::1]', 'fd00::/8', 'minio', '*.corp.example', 'a_b.example'])(
  'is an entry: %s',
  (text) => expect(isRule(text)).toBe(true),
)

it.each([
  '',
  '10.0.0.0/33',
  '10.0.0',
  '10',
  '::1/129',
  '10.0.0.0/8/8',
  'http://a',
  'a:80',
  '*',
  'a..b',
  'fe80::1%1',
])('is none: %s', (text) => expect(isRule(text)).toBe(false))
