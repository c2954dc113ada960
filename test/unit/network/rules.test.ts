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
  'http://[2001:db8::200:5efe:127.0.0.1]',
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

it('an address that a name leads to may have a zone', () => {
  expect(isReachable('a.example', 'fe80::1%eth0', LOCAL)).toBe(false)
  expect(isReachable('a.example', '2001:db8::1%eth0', LOCAL)).toBe(true)
})

it('an address that carries one of version 4 is allowed only if both are', () => {
  const [nat64, mapped] = ['64:ff9b::10.0.0.7', '::ffff:10.0.0.7']
  const reaches = (address: string, ...allow: string[]) =>
    isReachable('a.example', address, { ...LOCAL, allow })
  expect(reaches(nat64, '64:ff9b::/96')).toBe(false)
  expect(reaches(nat64, '10.0.0.0/24')).toBe(false)
  expect(reaches(nat64, '64:ff9b::/96', '10.0.0.0/24')).toBe(true)
  // The system connects to the address of version 4 alone.
  expect(reaches(mapped, '10.0.0.0/24')).toBe(true)
  expect(reaches(mapped, '::ffff:0:0/96')).toBe(false)
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

  it('is not refused if it is allowed itself', () => {
    const rules = { allow: ['s3.example.com'], deny: ['*.example.com'] }
    expect(isRefusedHost('s3.example.com', rules)).toBe(false)
    expect(isRefusedHost('s4.example.com', rules)).toBe(true)
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
