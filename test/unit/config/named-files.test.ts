import { expect, it } from 'vitest'
import { namedFiles } from '../../../src/config/named-files.ts'

const keysOf = (entry: unknown) => namedFiles([entry], ['rec']).flatMap(({ keys }) => keys)

it.each([
  ['a usable one', { StreamId: 'a_1', Name: 'a.webm', StartTime: 1 }, ['rec/a.webm']],
  ['one without a time', { StreamId: 'a_1', Name: 'a.webm' }, ['rec/a.webm']],
  ['one with another name for its field', { fileName: 'a.webm' }, ['rec/a.webm']],
  ['a name alone', 'a.webm', ['rec/a.webm']],
  ['a number as the name', { Name: 7 }, ['rec/7']],
  ['one that climbs', { Name: '../other/./a.webm' }, ['other/a.webm']],
  ['one from the root of the bucket', { Name: '/other/a.webm' }, ['rec/other/a.webm', 'other/a.webm']],
  ['one with backslashes', { Name: 'sub\\a.webm' }, ['rec/sub\\a.webm', 'rec/sub/a.webm']],
  ['none at all', null, []],
  ['text that is no name', { Name: ' ', StreamId: 'a_1', StartTime: 'x', More: { Name: 'b' } }, []],
])('reads what an entry may name: %s', (_, entry, keys) => {
  expect(keysOf(entry)).toEqual(keys)
})

it('reads a URL with and without a bucket in its path', () => {
  expect(keysOf({ Name: 'https://host/bucket/rec/a.webm' })).toEqual(
    expect.arrayContaining(['bucket/rec/a.webm', 'rec/a.webm']),
  )
})

it('takes an absolute path for a file of this machine too', () => {
  expect(namedFiles([{ Name: '/data/a.webm' }, { Name: 'a.webm' }], []).map(({ path }) => path)).toEqual([
    '/data/a.webm',
    undefined,
  ])
})
