/** Positions of streams on the canvas while one layout lasts. Built by `layout/scene.ts`. */
import type { Rect } from './job.ts'

/** One stream's rectangle on the canvas, in whole pixels. `z` is the stacking order, lowest first. */
export interface Placement extends Rect {
  readonly streamId: string
  readonly z: number
}

export interface Scene {
  /** In painter's order: later ones cover earlier ones. */
  readonly placements: readonly Placement[]
  /** Visible streams that the layout has no region for, in seat order; they are still heard. */
  readonly unseen: readonly string[]
}
