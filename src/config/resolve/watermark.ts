/** WaterMark -> what is drawn over the picture. */
import type { Watermark } from '../../model/job.ts'
import { found } from '../findings.ts'
import type { Path } from '../vocabulary.ts'
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

/** The watermarks in the order they are written; `Type` 0 is none. */
export function watermarksOf(input: { mixer: Mixer; size: Size | undefined; out: Collector }): Watermark[] {
  const { mixer, size, out } = input
  const name = mixer.WaterMark === undefined ? 'Watermark' : 'WaterMark'
  if (name === 'WaterMark' && mixer.Watermark !== undefined && !isSame(mixer[name], mixer.Watermark)) {
    out.notices.push(givenTwice({ used: [...MIXER, name], ignored: [...MIXER, 'Watermark'] }))
  }
  const config = mixer[name]
  return asList<WireMark>(config).flatMap((mark, index) =>
    mark === undefined
      ? []
      : watermarkOf({ mark, size, path: itemPath([...MIXER, name], config, index), out }),
  )
}

function watermarkOf(input: {
  mark: WireMark
  size: Size | undefined
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
  if (mark.Type === 1) return [{ kind: 'time', ...place }]
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
  return [
    key === 'Image'
      ? { kind: 'image', source: value.trim(), ...place }
      : { kind: 'text', text: value, ...place },
  ]
}
