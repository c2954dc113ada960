/** Names of encoder settings in conf/ and on the command line. */

/** From fastest to best quality at the same bit rate. */
export const SPEEDS = ['fast', 'balanced', 'quality'] as const

export type Speed = (typeof SPEEDS)[number]

/** Hardware encoders in the order in which `auto` tries them. */
export const HARDWARE = ['nvenc', 'qsv', 'vaapi', 'videotoolbox'] as const

export type Hardware = (typeof HARDWARE)[number]

export type Encoder = 'x264' | Hardware
