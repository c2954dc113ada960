/** Resolves the layout settings of MixerConfig. */
import type { Fit, LayoutChoice, Preset, Rgb } from '../../model/job.ts'
import { type Collector, MIXER, type Mixer, type Size, asList, givenTwice, isSame } from './collect.ts'
import { positionsOf } from './positions.ts'
import { templatesOf } from './templates.ts'

const PRESETS: Readonly<Record<1 | 2 | 3 | 4 | 5, Preset>> = {
  1: 'tile',
  2: 'vertical',
  3: 'single',
  4: 'tile2',
  5: 'vertical2',
}

/** Resolves `MixerConfig.ResizeMode`; without it, `Crop` from the live push document applies. */
export function fitOf(mixer: Mixer, out: Collector): Fit {
  const { ResizeMode, Crop } = mixer
  if (Crop === true && (ResizeMode ?? 1) !== 1)
    out.notices.push(givenTwice({ used: [...MIXER, 'ResizeMode'], ignored: [...MIXER, 'Crop'] }))
  return ({ 0: 'stretch', 1: 'cover', 2: 'contain' } as const)[ResizeMode ?? (Crop === true ? 1 : 2)]
}

export function backgroundOf(mixer: Mixer): Rgb {
  const { R = 0, G = 0, B = 0 } = mixer.BackgroundColor ?? {}
  return { r: R, g: G, b: B }
}

/** The layout; undefined if it is invalid. `size` is undefined while the canvas is unknown. */
export function layoutOf(input: {
  mixer: Mixer
  isManual: boolean
  size: Size | undefined
  out: Collector
}): LayoutChoice | undefined {
  const { mixer, isManual, size, out } = input
  if (isManual) {
    const positions = positionsOf({ config: mixer.PositionConfig, size, out })
    if (positions.length > 0) return { kind: 'manual', positions }
    if (asList(mixer.PositionConfig).length > 0) return undefined
    out.notices.push({ code: 'manualWithoutPositions', params: {}, path: [...MIXER, 'PositionConfig'] })
  }
  const number = mixer.MixedVideoLayout ?? 1
  if (number !== 0) return { kind: 'preset', preset: PRESETS[number] }
  const name = mixer.LayoutConfig?.length ? 'LayoutConfig' : mixer.Layouts?.length ? 'Layouts' : undefined
  if (name === 'LayoutConfig' && mixer.Layouts?.length && !isSame(mixer.LayoutConfig, mixer.Layouts)) {
    out.notices.push(givenTwice({ used: [...MIXER, 'LayoutConfig'], ignored: [...MIXER, 'Layouts'] }))
  }
  const wire = name === undefined ? [] : (mixer[name] ?? [])
  const templates = templatesOf({ wire, path: [...MIXER, name ?? 'LayoutConfig'], out })
  if (templates.length > 0) return { kind: 'custom', templates }
  // If the templates themselves are invalid, that has been reported.
  if (!wire.some((template) => template === undefined || template.length > 0)) {
    out.problems.push({ code: 'noTemplates', params: {}, path: [...MIXER, 'LayoutConfig'] })
  }
  return undefined
}
