import { describe, expect, it } from 'vitest'
import { metadataText } from '../../../src/plan/metadata.ts'

/**
 * ffmpeg's reader of its metadata files, rule by rule: a line ends at a line feed that no backslash stands before;
 * one that begins with `;` or `#` is a remark; a backslash takes the next character as it is.
 * libavformat/ffmetadec.c of ffmpeg 5.1.
 */
function readMetadata(text: string): { title?: string; chapters: Record<string, string>[] } {
  const sections: Record<string, string>[] = [{}]
  for (const line of text.match(/(?:\\[\s\S]|[^\\\n\r\0])+/g) ?? []) {
    if (/^[;#]/.test(line)) continue
    if (line === '[CHAPTER]') {
      sections.push({})
      continue
    }
    const at = /^(?:\\[\s\S]|[^\\=])*/.exec(line)?.[0].length ?? 0
    const plain = (part: string) => part.replace(/\\([\s\S])/g, '$1')
    Object.assign(sections.at(-1) ?? {}, { [plain(line.slice(0, at))]: plain(line.slice(at + 1)) })
  }
  const [head = {}, ...chapters] = sections
  return { ...head, chapters }
}

const textOf = (title: string, chapterTitle = 'x') =>
  metadataText({ title, chapters: [{ startFrame: 0, endFrame: 10, title: chapterTitle }], fps: 25 })

describe('what a file says of itself', () => {
  it('title and chapters, counted in frames', () => {
    const chapters = [
      { startFrame: 0, endFrame: 40, title: 'ann joins' },
      { startFrame: 40, endFrame: 90, title: 'ann leaves' },
    ]
    expect(metadataText({ title: 'room', chapters, fps: 10 })).toBe(
      `;FFMETADATA1
title=room
comment=mixed by owt-main
[CHAPTER]
TIMEBASE=1/10
START=0
END=40
title=ann joins
[CHAPTER]
TIMEBASE=1/10
START=40
END=90
title=ann leaves
`,
    )
  })

  it.each([
    ['a=b;c#d\\e', 'a=b;c#d\\e'],
    ['[CHAPTER]', '[CHAPTER]'],
    [';#=\\', ';#=\\'],
    ['ends with \\', 'ends with \\'],
    ['房间 "1" 😀', '房间 "1" 😀'],
    ['one\ntitle=two\n[CHAPTER]\r\nEND=1', 'one title=two [CHAPTER] END=1'],
    ['nul\0byte\u2028line\u001b[31m', 'nul byte line [31m'],
    ['half \ud83d a letter', 'half   a letter'],
  ])('keeps %j as text', (given, meant) => {
    const read = readMetadata(textOf(given, given))
    expect(read.title).toBe(meant)
    expect(read.chapters).toEqual([{ TIMEBASE: '1/25', START: '0', END: '10', title: meant }])
  })

  it('keeps any text as text', () => {
    // The same ones each time, from a plain generator.
    let state = 1
    const chance = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    const alphabet = [
      '=',
      ';',
      '#',
      '\\',
      '\n',
      '\r',
      '\0',
      '[',
      ']',
      'a',
      ' ',
      '"',
      '\t',
      '中',
      '\ud83d',
      '\ude00',
    ]
    for (let run = 0; run < 5000; run++) {
      const text = Array.from({ length: chance(12) }, () => alphabet[chance(alphabet.length)]).join('')
      const { title, chapters } = readMetadata(textOf(text, text))
      const visible = (one: string) => one.replace(/[\u0000-\u001f\s\p{Cs}]+/gu, '')
      expect(visible(title ?? '')).toBe(visible(text))
      expect(chapters).toEqual([{ TIMEBASE: '1/25', START: '0', END: '10', title: title ?? '' }])
    }
  })
})
