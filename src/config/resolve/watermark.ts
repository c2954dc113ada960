/** Resolves WaterMark settings. */
import type { Watermark } from '../../model/job.ts'
import { textSizePx } from '../../model/text-size.ts'
import type { Font } from '../../text/font.ts'
import { found } from '../findings.ts'
import type { Path } from '../../model/findings.ts'
import {
  type Collector,
  MIXER,
  type Mixer,
  type Size,
  asList,
  givenTwice,
  isSame,
  itemPath,
} from './collect.ts'

type WireMark = Exclude<NonNullable<Mixer['WaterMark']>, readonly unknown[]>

/** How text will be drawn. */
export interface Lettering {
  /** Loaded only if there is text; undefined if the font is unknown. */
  readonly font: () => Font | undefined
  /** `watermark.textHeight` in conf/. */
  readonly textHeight: string
}

/** The watermarks in the order in which they are written; `Type` 0 means none. */
export function watermarksOf(input: {
  mixer: Mixer
  size: Size | undefined
  lettering: Lettering | undefined
  out: Collector
}): Watermark[] {
  const { mixer, out } = input
  const name = mixer.WaterMark === undefined ? 'Watermark' : 'WaterMark'
  if (name === 'WaterMark' && mixer.Watermark !== undefined && !isSame(mixer[name], mixer.Watermark)) {
    out.notices.push(givenTwice({ used: [...MIXER, name], ignored: [...MIXER, 'Watermark'] }))
  }
  const config = mixer[name]
  return asList<WireMark>(config).flatMap((mark, index) =>
    mark === undefined
      ? []
      : watermarkOf({ ...input, mark, path: itemPath([...MIXER, name], config, index) }),
  )
}

function watermarkOf(input: {
  mark: WireMark
  size: Size | undefined
  lettering: Lettering | undefined
  path: Path
  out: Collector
}): Watermark[] {
  const { mark, size, path, out } = input
  if (mark.Type === undefined || mark.Type === 0) return []
  const { X = 0, Y = 0, Alpha = 1 } = mark
  for (const [key, value, max] of [['X', X, size?.width] as const, ['Y', Y, size?.height] as const]) {
    if (max === undefined || value <= max) continue
    const here = [...path, key]
    const allowed = { kind: 'number', whole: true, min: 0, max } as const
    out.problems.push({ code: 'notAllowed', params: { found: found(value, here), allowed }, path: here })
  }
  const place = { x: X, y: Y, alpha: Alpha }
  if (mark.Type === 1) {
    checkText({ ...input, text: A_TIME, place })
    return [{ kind: 'time', ...place }]
  }
  const key = mark.Type === 2 ? 'Image' : 'Text'
  const value = mark[key]
  if (value === undefined || value.trim() === '') {
    const here = [...path, key]
    const allowed = { kind: 'filledText' } as const
    out.problems.push(
      value === undefined
        ? { code: 'missing', params: { allowed }, path: here }
        : { code: 'notAllowed', params: { found: found(value, here), allowed }, path: here },
    )
    return []
  }
  if (key === 'Image') return [{ kind: 'image', source: value.trim(), ...place }]
  // Composes a letter and its accent to one character, which fonts have a glyph for.
  const text = value.normalize('NFC')
  checkText({ ...input, path: [...path, key], text, place })
  return [{ kind: 'text', text, ...place }]
}

/** As wide as any time. */
const A_TIME = '0000-00-00 00:00:00'
/** Where ffmpeg breaks lines; the tab needs no glyph either. */
const LINE_BREAK = /\r\n|[\n\v\f\r]/
const LAYOUT = /[\t\n\v\f\r]/
/** Maximum number of missing characters to name. */
const MOST_NAMED = 8

/** Warns of text that the font cannot draw or that does not fit on the canvas; it is drawn anyway. */
function checkText(input: {
  text: string
  place: { readonly x: number; readonly y: number }
  size: Size | undefined
  lettering: Lettering | undefined
  path: Path
  out: Collector
}): void {
  const { text, place, size, lettering, path, out } = input
  const font = lettering?.font()
  if (!font || !lettering) return
  const missing = [...new Set(text)].filter((one) => !LAYOUT.test(one) && !font.has(one.codePointAt(0) ?? 0))
  if (missing.length > 0) {
    const characters = missing.slice(0, MOST_NAMED).map(characterName)
    const params = { characters, more: missing.length - characters.length }
    out.notices.push({ code: 'glyphsMissing', params, path })
  }
  if (!size) return
  const sizePx = textSizePx(lettering.textHeight, size.height)
  const lines = text.split(LINE_BREAK)
  const widths = lines.map((line) =>
    [...line].reduce((sum, one) => sum + font.advance(one.codePointAt(0) ?? 0), 0),
  )
  const right = Math.ceil(place.x + sizePx * Math.max(...widths))
  const bottom = place.y + sizePx * lines.length
  if (right > size.width || bottom > size.height) {
    const canvas = `${size.width}x${size.height}`
    out.notices.push({ code: 'textOutside', params: { right, bottom, canvas }, path })
  }
}

/** "😀 U+1F600"; only the code for characters that are invisible or would affect the text around them. */
function characterName(one: string): string {
  const code = `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(one) ? `${one} ${code}` : code
}
