/** What conf/ and the command line call the ways in which a picture is encoded. */

/** From least work to best picture at the same bit rate. */
export const SPEEDS = ['fast', 'balanced', 'quality'] as const

export type Speed = (typeof SPEEDS)[number]

/** Encoders of graphics hardware, in the order in which `auto` tries them. */
export const HARDWARE = ['nvenc', 'qsv', 'vaapi', 'videotoolbox'] as const

export type Hardware = (typeof HARDWARE)[number]

export type Encoder = 'x264' | Hardware
