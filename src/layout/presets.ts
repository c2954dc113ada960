/** The vendor's five preset layouts: regions for a number of streams. */
import type { Preset } from '../model/job.ts'
import { parseRegion, type Region } from './region.ts'
import { tile2Template, tileTemplate } from './tiles.ts'
import { isVertical2Overlay, vertical2Template, verticalTemplate } from './verticals.ts'

/** `MixerConfig.MixedVideoLayout` 3, and every preset with one stream. */
const FULL = [parseRegion({ left: '0', top: '0', width: '1', height: '1' })]

/**
 * Returns the regions of a preset for n streams, as exact fractions of the canvas, in seat order; region 1 is the main
 * one. Source: the vendor's layout pictures (RecordLaylout), continued in the same way beyond them.
 * @param n number of visible streams, an integer; 0 gives no region
 * @returns n regions; one for `single`, which shows one stream whatever n is
 */
export function presetTemplate(preset: Preset, n: number): readonly Region[] {
  if (n < 1) return []
  switch (preset) {
    case 'tile':
      return tileTemplate(n)
    case 'vertical':
      return verticalTemplate(n)
    case 'single':
      return FULL
    case 'tile2':
      return tile2Template(n)
    case 'vertical2':
      return vertical2Template(n)
  }
}

/** Whether the preset with n streams draws regions 2 and up over region 1; all others are disjoint. */
export function coversMain(preset: Preset, n: number): boolean {
  return preset === 'vertical2' && isVertical2Overlay(n)
}
