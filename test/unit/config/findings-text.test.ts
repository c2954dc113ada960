/** What validate prints: places, carets, colours; and that no secret is ever in it. */
import { describe, expect, it } from 'vitest'
import { excerptAt, showable } from '../../../src/config/excerpt.ts'
import { fieldsOf } from '../../../src/config/fields.ts'
import { isSecret } from '../../../src/config/findings.ts'
import { colours, findingsText, plain } from '../../../src/config/findings-text.ts'
import { maskSecrets } from '../../../src/config/mask.ts'
import { parseCfg } from '../../../src/config/cfg.ts'
import { examineJob } from '../../../src/config/read-job.ts'
import { examineIndex } from '../../../src/config/room-index.ts'
import { cfgSchema } from '../../../src/config/schema.ts'
import { type Finding, findingOf, hiddenPlaces } from '../../../src/config/validation.ts'
import { conf, request } from './help.ts'

function findingsIn(text: string): Finding[] {
  const { problems, notices } = examineJob({
    cfg: parseCfg({ text, file: 'cfg.json' }),
    conf,
    cfgFolder: '/jobs',
  })
  return [
    ...notices.map((notice) => findingOf('warning', notice)),
    ...problems.map((problem) => findingOf('error', problem)),
  ]
}

function printed(text: string, paint = plain): string {
  const findings = findingsIn(text)
  const sources = new Map([['cfg.json', showable(text, hiddenPlaces(findings))]])
  return findingsText({ findings, sources, paint })
}

/** Line and carets at the first place of `part`. */
function excerpt(text: string, part: string): string[] {
  const before = text.slice(0, text.indexOf(part)).split('\n')
  const found = excerptAt(showable(text, []), {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
  })
  return found ? [found.text, found.carets] : []
}

describe('findings for people', () => {
  it('are errors, then warnings, each with its line and a caret under the place', () => {
    const text = request({
      'TranscodingConfig.Video.Profile': 'hihg',
      'TranscodingConfig.Video.Widht': 640,
      'TranscodingConfig.Video.Fps': 0,
    })
    expect(printed(text)).toMatchInlineSnapshot(`
      "error: cfg.json:18:12 Data.TranscodingConfig.Video.Fps
        found 0, allowed whole numbers from 1 to 120
         18 | "Fps": 0,
            |        ^

      error: cfg.json:20:16 Data.TranscodingConfig.Video.Profile
        found "hihg", allowed "baseline", "main", "high", "highprofile"; did you mean "high"?
         20 | "Profile": "hihg",
            |            ^^^^^^

      warning: cfg.json:21:5 Data.TranscodingConfig.Video.Widht
        "Widht" is not known and has no effect; did you mean "Width"?
         21 | "Widht": 640
            | ^^^^^^^
      "
    `)
  })

  it('are coloured when asked for', () => {
    const text = request({ 'TranscodingConfig.Video.Fps': 0 })
    expect(printed(text, colours)).toContain('\u001B[1;31merror:\u001B[0m \u001B[1mcfg.json:')
    expect(printed(text)).not.toContain('\u001B')
  })

  it('stop at twenty of a kind, and count the others', () => {
    const Files = Array.from({ length: 130 }, () => 1)
    const { omissions } = examineIndex({ text: JSON.stringify({ Files }), file: 'i.json' })
    const findings = omissions.map((reason) => findingOf('warning', reason))
    const text = findingsText({ findings, sources: new Map(), paint: plain })
    expect(text.match(/^warning: /gm)).toHaveLength(20)
    expect(text).toMatch(/and 110 more; --json lists all\n$/)
  })
})

describe('findings for machines', () => {
  it('say what was found, what is allowed and what was meant', () => {
    const text = request({ 'TranscodingConfig.Video.Profile': 'hihg', MixerConfig: { ResizMode: 1 } })
    expect(findingsIn(text)).toMatchObject([
      { severity: 'warning', code: 'unknownKey', path: 'Data.MixerConfig.ResizMode', meant: 'ResizeMode' },
      {
        severity: 'error',
        code: 'notAllowed',
        file: 'cfg.json',
        line: expect.any(Number) as number,
        column: expect.any(Number) as number,
        path: 'Data.TranscodingConfig.Video.Profile',
        found: '"hihg"',
        allowed: { kind: 'values', values: ['baseline', 'main', 'high', 'highprofile'] },
        meant: 'high',
      },
    ])
  })

  it('name the value that is used instead', () => {
    const text = request({ 'TranscodingConfig.Video.Width': '640' })
    expect(findingsIn(text)).toMatchObject([{ code: 'usedAs', found: '"640"', meant: 640 }])
  })

  it('do not blame a misspelt vendor for the region it has none of', () => {
    const text = request({
      'RecordingConfig.StorageConfig.Vendor': 'locl',
      'RecordingConfig.StorageConfig.Region': undefined,
    })
    expect(findingsIn(text).map(({ code, meant }) => [code, meant])).toEqual([['notAllowed', 'local']])
  })
})

describe('an excerpt', () => {
  it('is without indentation, the carets as long as the value', () => {
    expect(excerpt('{\n\t  "Fps": 12.5, "X": 1\n}', '12.5')).toEqual(['"Fps": 12.5, "X": 1', '       ^^^^'])
    expect(excerpt('{"a": "b c"}', '"b c"')).toEqual(['{"a": "b c"}', '      ^^^^^'])
    expect(excerpt('{"a": [1]}', '[1')).toEqual(['{"a": [1]}', '      ^'])
    expect(excerpt('{\r\n "a": 5\r\n}', '5')).toEqual(['"a": 5', '     ^'])
  })

  it('of a long line is what stands around the place', () => {
    const [line = '', carets = ''] = excerpt(
      `{${'"a": 1, '.repeat(100)}"Fps": 77, ${'"b": 2, '.repeat(100)}`,
      '77',
    )
    expect(line.length).toBeLessThan(100)
    expect(line.slice(carets.indexOf('^'), carets.length)).toBe('77')
    expect(line).toMatch(/^….*…$/)
  })

  it('is aligned behind Chinese, and holds nothing a terminal acts on', () => {
    expect(excerpt('"名": 5', '5')[1]).toBe(`${' '.repeat(6)}^`)
    expect(excerpt('"a\u001B[2J\u009B\u202E": 5', '5')[0]).not.toMatch(/[\u001B\u009B\u202E]/)
  })
})

describe('secrets', () => {
  const mask = (text: string) => maskSecrets(text)

  it.each([
    ['"SecretKey": "hidden", "Region": "shown"', '"SecretKey": ********, "Region": "shown"'],
    ['"SecretKey": "hidden" "Region": "shown"', '"SecretKey": ******** "Region": "shown"'],
    ['"SecretKey" "hidden", "Region": "shown"', '"SecretKey" ********, "Region": "shown"'],
    ['"SecretKey":\n "hidden",\n"Region": "shown"', '"SecretKey":\n ********,\n"Region": "shown"'],
    ['"SecretKy": "hidden"', '"SecretKy": ********'],
    ['"Token": {"a": ["hidden"]}, "Fps": 1', '"Token": {***: [********]}, "Fps": 1'],
    ['"Key": 12345, "Fps": 1', '"Key": *****, "Fps": 1'],
    ['“Token”： “hidden”， "Fps": 1', '“Token”： ********， "Fps": 1'],
    ["'Token': 'hidden', Fps: 1", "'Token': ********, Fps: 1"],
    ['"Authorization": "Bearer hidden", "Fps": 1', '"Authorization": ******* *******, "Fps": 1'],
    ['"apiKey": "hidden", "Fps": 1', '"apiKey": ********, "Fps": 1'],
    ['"Wahtever": {"Fps": "hidden"}, "Fps": 1', '"Wahtever": {*****: ********}, "Fps": 1'],
    ['"Widht": 640, "BackgroundColour": 1', '"Widht": 640, "BackgroundColour": 1'],
    ['"Url": "rtmp://h/live/hidden?hidden"', '"Url": "rtmp://h/live/*************"'],
    ['"Url": "https://h/live/shown"', '"Url": "https://h/live/shown"'],
    ['"Fps": 5, // hidden', '"Fps": 5,          '],
    ['"NotifyUrl": "https://u:hidden@h/p?hidden"', '"NotifyUrl": "https://*********h/p?******"'],
  ])('%s', (text, shown) => {
    expect(mask(text)).toBe(shown)
    expect(shown).toHaveLength(text.length)
  })

  it('are those fields, and no other', () => {
    for (const { path } of fieldsOf(cfgSchema)) {
      const line = `"${String(path.at(-1))}": "value"`
      expect({ line, isMasked: mask(line).includes('*') }).toEqual({ line, isMasked: isSecret(path) })
    }
  })

  const SECRETS = /hidden-/
  const text = request({
    '/Token': 'hidden-1',
    'RecordingConfig.StorageConfig.PublicKey': 'hidden-2',
    'RecordingConfig.StorageConfig.SecretKey': 'hidden-3',
    NotifyConfig: { ServiceType: 'job.mixr', NotifyUrl: 'ftp://u:hidden-4@h/?k=hidden-5', Key: 'hidden-6' },
  })

  it.each([
    ['over many lines', text],
    ['on one line', JSON.stringify(JSON.parse(text))],
  ])('are not shown with any one character missing, %s', (_, whole) => {
    for (let at = 0; at < whole.length; at += 1) {
      const broken = whole.slice(0, at) + whole.slice(at + 1)
      const shown = printed(broken)
      if (SECRETS.test(shown)) expect({ at, gone: whole[at], shown }).toBe('without secrets')
    }
  })

  it.each([
    ['SecretKey=hidden-1, "Vendor"'],
    ['"SecretKey=hidden-1": 1, "Vendor"'],
    ['"apiKey": hidden-1, "Vendor"'],
    ['"Url": "rtmp://h/live/hidden-1", "Vendor"'],
    ['"Endpoint": "rtmp://h/live/hidden-1", "Vendor"'],
  ])('are not said either: %s', (before) => {
    const shown = printed(text.replace('"Vendor"', before).replaceAll(/hidden-[2-6]/g, 'x'))
    expect(shown).not.toMatch(SECRETS)
  })

  it('are not shown where an object should be', () => {
    const shown = printed(request({ 'RecordingConfig.StorageConfig': 'hidden-1' }))
    expect(shown).toContain('"StorageConfig": **********')
    expect(shown).not.toMatch(SECRETS)
  })
})
