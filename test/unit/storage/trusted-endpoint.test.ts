import { expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { type Trust, isTrustedEndpoint } from '../../../src/storage/trusted-endpoint.ts'

const isTrusted = (endpoint: string, changes: Partial<Trust> = {}) =>
  isTrustedEndpoint(endpoint, { ...defaultConf().storage, ...changes })

it.each([
  'https://s3-cn-bj.ufileos.com',
  'https://s3.eu-west-1.amazonaws.com',
  'https://S3.amazonaws.com/',
  'https://oss-cn-hangzhou-internal.aliyuncs.com',
  'https://cos.ap-beijing.myqcloud.com:443',
])('a vendor has its own: %s', (endpoint) => {
  expect(isTrusted(endpoint)).toBe(true)
})

it.each([
  'http://s3-cn-bj.ufileos.com',
  'https://s3-cn-bj.ufileos.com:8443',
  'https://s3-cn-bj.ufileos.com.example',
  'https://s3.example.com/.eu-west-1.amazonaws.com',
  'https://s3.eu-west-1.amazonaws.com@s3.example.com',
  'https://s3xeu-west-1.amazonaws.com',
  // What somebody has rented there.
  'https://ec2-1-2-3-4.compute.amazonaws.com',
  'https://rented.s3.eu-west-1.amazonaws.com',
  'http://internal.s3-cn-bj.ufileos.com',
  'not a URL',
])('nobody else has them: %s', (endpoint) => {
  expect(isTrusted(endpoint)).toBe(false)
})

it('plain http is for conf/ to allow, as the address inside a cloud does', () => {
  expect(isTrusted('http://internal.s3-cn-bj.ufileos.com', { internalNetwork: true })).toBe(true)
  const endpoints = { ...defaultConf().storage.endpoints, aws: 'http://minio:9000' }
  expect(isTrusted('http://minio:9000', { endpoints })).toBe(true)
  expect(isTrusted('http://minio:9001', { endpoints })).toBe(false)
})

it.each([
  ['s3.example.com', 'https://s3.example.com:9000', true],
  ['S3.Example.com', 'https://s3.example.com', true],
  ['s3.example.com', 'http://s3.example.com', false],
  ['s3.example.com', 'https://a.s3.example.com', false],
  ['*.example.com', 'https://a.s3.example.com', true],
  ['*.example.com', 'https://example.com', false],
  ['*.example.com', 'https://badexample.com', false],
  ['s3.example.com:9000', 'https://s3.example.com:9000', true],
  ['s3.example.com:9000', 'https://s3.example.com:9001', false],
  ['http://10.0.0.1:9000', 'http://10.0.0.1:9000', true],
  ['http://10.0.0.1', 'https://10.0.0.1', true],
  ['http://10.0.0.1', 'http://0x0a000001', true],
  ['https://10.0.0.1', 'http://10.0.0.1', false],
  ['http://[::1]:9000', 'http://[::1]:9000', true],
])('those that are named have them too: %s for %s: %s', (entry, endpoint, expected) => {
  expect(isTrusted(endpoint, { credentialsFor: [entry] })).toBe(expected)
})
