/** Size of the tiny pictures that `look.ts` makes, in pixels. */
export const TINY = { width: 64, height: 36 } as const

/** Grey levels of one tiny picture, row by row. */
export type Tiny = Uint8Array
