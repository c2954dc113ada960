import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeValue } from '../../../src/graph/escape.ts'
import { filter, input, joined, source, through } from '../../../src/graph/node.ts'
import { printGraph } from '../../../src/graph/print.ts'

/** ffmpeg's `av_get_token`: text up to one of `ends`, escapes and quotes taken away, and white space around it. */
function token(text: string, ends: string): { value: string; rest: string } {
  let at = /^[ \n\t\r]*/.exec(text)?.[0].length ?? 0
  let value = ''
  let kept = 0
  while (at < text.length && !ends.includes(text.charAt(at))) {
    const char = text.charAt(at++)
    if (char === '\\' && at < text.length) {
      value += text.charAt(at++)
      kept = value.length
    } else if (char === "'") {
      while (at < text.length && text.charAt(at) !== "'") value += text.charAt(at++)
      if (at < text.length) {
        at++
        kept = value.length
      }
    } else {
      value += char
    }
  }
  const tail = value.slice(kept).replace(/[ \n\t\r]+$/, '')
  return { value: value.slice(0, kept) + tail, rest: text.slice(at) }
}

/** The options of the first filter of a graph, as ffmpeg reads them: the graph's parser first, then the filter's. */
function optionsOf(graph: string): Record<string, string> {
  const filterText = graph.slice(graph.indexOf('=') + 1)
  let { value: list } = token(filterText, '[],;')
  const options: Record<string, string> = {}
  while (list !== '') {
    const key = /^\w+(?==)/.exec(list)?.[0]
    if (key === undefined) throw new Error(`no option at ${list}`)
    const { value, rest } = token(list.slice(key.length + 1), ':')
    options[key] = value
    list = rest.slice(1)
  }
  return options
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...`\\':[],;=|%{}"# \n\t\rab`), maxLength: 12 }),
)

describe('escaping', () => {
  it.each([
    ['plain.ttf', 'plain.ttf'],
    ['a:b', 'a\\\\:b'],
    ["it's", "it\\\\\\'s"],
    ['C:\\x', 'C\\\\:\\\\\\\\x'],
    ['between(t,1,2)', 'between(t\\,1\\,2)'],
    ['[a];b', '\\[a\\]\\;b'],
    ['0_0|640_0', '0_0|640_0'],
    [' x ', '\\\\ x\\\\\\ '],
  ])('%s', (value, escaped) => {
    expect(escapeValue(value)).toBe(escaped)
  })

  it('gives back any text once ffmpeg has taken it apart twice', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const graph = printGraph({
          out: source('video', [filter('drawtext', { text: a, x: 1, fontfile: b }), filter('null')]),
        })
        expect(optionsOf(graph)).toEqual({ text: a, x: '1', fontfile: b })
      }),
      { numRuns: 2000 },
    )
  })

  it('lets no text end its filter', () => {
    fc.assert(
      fc.property(text, (value) => {
        const graph = printGraph({ out: source('video', [filter('drawtext', { text: value })]) })
        const { rest } = token(graph.slice('drawtext='.length), '[],;')
        expect(rest).toBe('[out]\n')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('printing', () => {
  const grey = source('video', [
    filter('color', { color: 'gray', size: '4x2' }),
    filter('setsar', { sar: 1 }),
  ])

  it('a source, its filters in a row, and the label that the command maps', () => {
    expect(printGraph({ out: grey })).toBe('color=color=gray:size=4x2,setsar=sar=1[out]\n')
  })

  it('an input that is used once is named where it is used', () => {
    expect(printGraph({ out: through(input('video', 3), [filter('hflip')]) })).toBe('[3:V:0]hflip[out]\n')
    expect(printGraph({ out: through(input('audio', 0), [filter('anull')]) })).toBe('[0:a:0]anull[out]\n')
  })

  it('what is used twice gets a split, what is used once does not', () => {
    const camera = input('video', 0)
    const flipped = through(camera, [filter('hflip')])
    const twice = joined([flipped, flipped, camera, grey], [filter('xstack', { inputs: 4 })])
    expect(printGraph({ out: twice })).toMatchInlineSnapshot(`
      "[0:V:0]split=2[v3][v4];
      [v3]hflip,split=2[v1][v2];
      color=color=gray:size=4x2,setsar=sar=1[v5];
      [v1][v2][v4][v5]xstack=inputs=4[out]
      "
    `)
  })

  it('sound is split by asplit', () => {
    const voice = input('audio', 1)
    const half = through(voice, [filter('volume', { volume: 0.5 })])
    expect(printGraph({ out: joined([half, half, voice], [filter('amix', { inputs: 3 })]) }))
      .toMatchInlineSnapshot(`
      "[1:a:0]asplit=2[a3][a4];
      [a3]volume=volume=0.5,asplit=2[a1][a2];
      [a1][a2][a4]amix=inputs=3[out]
      "
    `)
  })

  it('several ends share what they have in common', () => {
    const camera = through(input('video', 0), [filter('format', { pix_fmts: 'yuv420p' })])
    const left = through(camera, [filter('crop', { w: 2 })])
    const right = through(camera, [filter('hflip')])
    const voice = through(input('audio', 0), [filter('anull')])
    expect(printGraph({ left, right, voice })).toMatchInlineSnapshot(`
      "[0:V:0]format=pix_fmts=yuv420p,split=2[v1][v2];
      [v1]crop=w=2[left];
      [v2]hflip[right];
      [0:a:0]anull[voice]
      "
    `)
  })

  it('no filter at all is the stream itself', () => {
    expect(through(grey, [])).toBe(grey)
  })

  it('the same graph is printed the same', () => {
    const make = () => printGraph({ out: joined([grey, grey], [filter('xstack', { inputs: 2 })]) })
    expect(make()).toBe(make())
  })
})
