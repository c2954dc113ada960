import { describe, expect, it } from 'vitest'
import { type OutputKey, coversName, outputKeys, overlap, plainKey } from '../../../src/plan/output-keys.ts'

const all = { chapters: true, poster: true, thumbnails: true, hls: true }
const none = { chapters: true, poster: false, thumbnails: false, hls: false }
const keysOf = (settings: typeof all, hasPicture = true) =>
  outputKeys({ outputKey: 'out/x.mp4', settings, hasPicture }).map(({ key }) => key)
const numberedOf = (kind: OutputKey['kind']) => {
  const found = outputKeys({ outputKey: 'out/x.mp4', settings: all, hasPicture: true })
  const output = found.find((one) => one.kind === kind && one.numbered)
  if (!output) throw new Error('there is none')
  return output
}

it('lists every key that a job may write', () => {
  expect(keysOf(none)).toEqual(['out/x.mp4'])
  expect(keysOf(all)).toEqual([
    'out/x.mp4',
    ...['out/x.jpg', 'out/x.thumbs.vtt', 'out/x.thumbs.jpg', 'out/x.thumbs-999999.jpg'],
    ...['out/x/master.m3u8', 'out/x/index.m3u8', 'out/x/init.mp4', 'out/x/999999.m4s'],
  ])
  expect(keysOf(all, false).filter((key) => /jpg|vtt/.test(key))).toEqual([])
})

describe('the names of numbered files', () => {
  it.each([
    ['thumbnails', 'x.thumbs-2.jpg', true],
    ['thumbnails', 'X.THUMBS-12.JPG', true],
    ['thumbnails', 'x.thumbs-.jpg', false],
    ['thumbnails', 'y.thumbs-2.jpg', false],
    ['hls', '00000.m4s', true],
    ['hls', 'a0.m4s', false],
    ['hls', '.m4s', false],
  ] as const)('%s: %s', (kind, name, isCovered) => {
    expect(coversName(numberedOf(kind), name)).toBe(isCovered)
  })
})

it.each([
  ['out/x.mp4', 'out/x.mp4', true],
  ['out/x.mp4', 'out/X.mp4', false],
  ['out/x.mp4', 'x.mp4', false],
  ['out/x/00007.m4s', 'out/x', false],
])('tells whether two keys are one: %s and %s', (a, b, isOne) => {
  expect(overlap({ kind: 'finished', key: a }, { kind: 'finished', key: b })).toBe(isOne)
})

it('sees numbered files meet others of their kind, and single ones of their name', () => {
  const sheets = numberedOf('thumbnails')
  const single = (key: string): OutputKey => ({ kind: 'poster', key })
  expect(overlap(sheets, numberedOf('thumbnails'))).toBe(true)
  expect(overlap(sheets, numberedOf('hls'))).toBe(false)
  expect(overlap(sheets, single('out/x.thumbs-3.jpg'))).toBe(true)
  expect(overlap(single('out/x.thumbs-3.jpg'), sheets)).toBe(true)
  expect(overlap(single('else/x.thumbs-3.jpg'), sheets)).toBe(false)
})

it('writes a key in one way', () => {
  expect(plainKey('/a//./b.mp4')).toBe('a/b.mp4')
  expect(plainKey('a/\ud800.mp4')).toBe(plainKey('a/\udfff.mp4'))
  expect(plainKey('a/\u{1f600}.mp4')).toBe('a/\u{1f600}.mp4')
})
