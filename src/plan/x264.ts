/** Maps the encoding speed to x264 options. docs/encoder.md lists what each costs and gains. */
import type { Speed } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'

/** A stock preset, overrides, and overrides for profiles with B-frames. */
interface Settings {
  readonly preset: string
  readonly params: readonly string[]
  readonly paramsOfB: readonly string[]
}

/** Options that pay off on composed rooms, by x264's names: `npm run encoder` documents the search. */
const COMPOSED = [
  ...['me=dia', 'no-dct-decimate=1', 'scenecut=0', 'rc-lookahead=12'],
  ...['psy=0', 'aq-strength=0.5', 'deblock=-1,-1'],
]
const COMPOSED_B = ['bframes=3', 'b-adapt=0', 'weightb=0', 'direct=temporal']

const SETTINGS: Readonly<Record<Speed, Settings>> = {
  fast: {
    preset: 'veryfast',
    params: [...COMPOSED, 'subme=1', 'partitions=none', 'no-fast-pskip=1'],
    paramsOfB: COMPOSED_B,
  },
  balanced: {
    preset: 'veryfast',
    params: [...COMPOSED, 'partitions=p8x8,i8x8,i4x4'],
    paramsOfB: COMPOSED_B,
  },
  quality: {
    preset: 'medium',
    // Look-ahead frames are kept in memory: half as many as in the preset.
    params: ['rc-lookahead=20', 'aq-strength=0.7', 'deblock=-1,-1'],
    paramsOfB: ['bframes=5'],
  },
}

/**
 * Selects the encoder, its speed and its rate control.
 * @param options.preset a stock preset to use unchanged, whatever the speed; empty for none
 */
export function x264Args(options: {
  speed: Speed
  preset: string
  profile: Job['video']['profile']
  threads: number
  fps: number
  keyframeFrames: number
}): string[] {
  const { speed, profile, threads, fps, keyframeFrames } = options
  const { preset, params } = options.preset === '' ? bySpeed(speed, profile) : { ...options, params: [] }
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-profile:v', profile, '-pix_fmt', 'yuv420p'],
    ...['-threads', String(threads)],
    // With x264's own tolerance a short file misses the requested average by 10 %; with this one by 2 to 3 %.
    ...['-x264-params', ['ratetol=0.1', opening(fps, keyframeFrames), ...params].join(':')],
  ]
}

/** Until the given second, an encode may spend the given multiple of its rate control's choice. */
const OPENING = [
  [0.5, 2.5],
  [1, 1.9],
  [2, 1.4],
] as const

/**
 * Allocates more bits up to the second keyframe. The first keyframe alone costs several times the average; at the start
 * of a file or chunk, x264 saves those bits on the frames right after it, which would lose 2 dB. Over the whole range
 * the total is the same.
 */
function opening(fps: number, keyframeFrames: number): string {
  let startFrame = 0
  const zones = OPENING.flatMap(([seconds, factor]) => {
    const endFrame = Math.min(keyframeFrames, Math.ceil(seconds * fps))
    if (endFrame <= startFrame) return []
    const zone = `${startFrame},${endFrame - 1},b=${factor}`
    startFrame = endFrame
    return [zone]
  })
  return `zones=${zones.join('/')}`
}

function bySpeed(speed: Speed, profile: Job['video']['profile']): Pick<Settings, 'preset' | 'params'> {
  const { preset, params, paramsOfB } = SETTINGS[speed]
  // x264 would rather violate the profile than drop an option that it does not allow.
  return { preset, params: profile === 'baseline' ? params : [...params, ...paramsOfB] }
}
