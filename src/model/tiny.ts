/** Size, in pixels, of the tiny pictures that `ffmpeg/inspect.ts` makes. */
export const TINY = { width: 64, height: 36 } as const

/** Grey levels of one tiny picture, row by row. */
export type Tiny = Uint8Array
