/** How much work goes into the picture: `video.speed` in conf/. */

export const SPEEDS = ['fast', 'balanced', 'quality'] as const

export type Speed = (typeof SPEEDS)[number]
