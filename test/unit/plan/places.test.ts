import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeValue, unescapedValue } from '../../../src/graph/escape.ts'
import { placesOf } from '../../../src/plan/places.ts'

const OPEN = ['-protocol_whitelist', 'file', '-f', 'matroska']

it('a run reads its inputs and writes to the folders of its outputs', () => {
  const inputs = [
    { args: OPEN, path: '/bucket/rec/ada.webm' },
    { args: OPEN, path: '/bucket/rec/ben.webm', seekMs: 4000 },
    { args: OPEN, path: '/bucket/rec/ada.webm' },
  ]
  expect(placesOf({ inputs, outputs: ['/work/room/video-1.mp4', '/work/room/seek-0.packets', '-'] })).toEqual(
    {
      reads: ['/bucket/rec/ada.webm', '/bucket/rec/ben.webm'],
      writes: ['/work/room'],
    },
  )
})

it('a run that hands on what it finds writes nowhere', () => {
  const made = { args: ['-f', 'lavfi'], path: 'color=s=16x16' }
  expect(placesOf({ inputs: [made], outputs: ['-'] })).toEqual({ reads: [], writes: [] })
})

it('a run in a folder of its own writes there', () => {
  const inputs = [{ args: [], path: '/work/room/finished.mp4' }]
  expect(placesOf({ inputs, outputs: ['index.m3u8'], cwd: '/work/room/hls' })).toEqual({
    reads: ['/work/room/finished.mp4'],
    writes: ['/work/room/hls'],
  })
})

it('a graph reads its fonts and texts, whatever their names', () => {
  const [font, text] = ["/fonts/it's: [a, b]; \\.ttf", '/work/room/ video-1-watermark-1.txt ']
  const drawn = (file: string) =>
    `drawtext=textfile=${escapeValue(file)}:expansion=none:fontfile=${escapeValue(font)}:fontsize=20`
  const graph = {
    path: '/work/room/video-1.graph',
    text: `[0:V]${drawn(text)},${drawn('/b.txt')}[v];[1:a]anull[a]`,
  }
  expect(placesOf({ inputs: [], outputs: ['-'], graph })).toEqual({
    reads: ['/work/room/video-1.graph', text, font, '/b.txt'].toSorted(byPlace(graph.text)),
    writes: [],
  })
})

/** In the order in which a graph names them; itself first. */
function byPlace(graph: string): (a: string, b: string) => number {
  const at = (path: string) => graph.indexOf(escapeValue(path))
  return (a, b) => at(a) - at(b)
}

it('a concat list reads the files that it names', () => {
  const list = '/work/room/video.ffconcat'
  const text = [
    'ffconcat version 1.0',
    "file '/work/room/video-1.mp4'",
    'duration 2.000000000',
    "file 'file:/work/it'\\''s/video 2.mp4'",
    '',
  ].join('\n')
  const run = {
    outputs: ['/work/room/finished.mp4'],
    files: [{ path: list, text }],
    reads: ['/work/room/video-1.mp4'],
  }
  expect(placesOf({ ...run, inputs: [{ args: ['-f', 'concat', '-safe', '0'], path: list }] })).toEqual({
    reads: [list, '/work/room/video-1.mp4', "/work/it's/video 2.mp4"],
    writes: ['/work/room'],
  })
})

it('what a name or a text says opens nothing', () => {
  const files = [
    { path: '/work/room/mux.ffmetadata', text: "[CHAPTER]\ntitle=x\nfile '/etc/shadow'\n" },
    { path: '/work/room/text.txt', text: "file '/etc/shadow'\ndrawtext=fontfile=/etc/passwd" },
  ]
  const inputs = [{ args: ['-f', 'ffmetadata'], path: '/work/room/mux.ffmetadata' }]
  expect(placesOf({ inputs, outputs: ['-'], files }).reads).toEqual(files.map(({ path }) => path))
})

it('an escaped value is the value again, also with options behind it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...String.raw`ab:\'[],; /.`) }), (value) => {
      expect(unescapedValue(escapeValue(value))).toBe(value)
      expect(unescapedValue(`${escapeValue(value)}:fontsize=20`)).toBe(value)
    }),
  )
})
