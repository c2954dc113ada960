/** A rectangle in exact fractions of the canvas. Templates consist of these. */
import Fraction from 'fraction.js'
import type { FractionText } from '../model/job.ts'

/** Fractions of the canvas width (`left`, `width`) and height (`top`, `height`), 0 to 1. */
export interface Region {
  readonly left: Fraction
  readonly top: Fraction
  readonly width: Fraction
  readonly height: Fraction
}

/** A region as written: "1/3", "0", "0.25". */
type RegionText = Readonly<Record<keyof Region, FractionText>>

/** Parses a region exactly ("0.25" is 1/4). Throws on invalid text, which reading cfg.json has ruled out. */
export function parseRegion({ left, top, width, height }: RegionText): Region {
  return {
    left: new Fraction(left),
    top: new Fraction(top),
    width: new Fraction(width),
    height: new Fraction(height),
  }
}
