/** How much work x264 puts into a picture -> its options. docs/encoder.md has what each costs and gives. */
import type { Speed } from '../model/encoding.ts'
import type { Job } from '../model/job.ts'

/** A stock preset, what differs from it, and what differs where the profile has B-frames. */
interface Settings {
  readonly preset: string
  readonly params: readonly string[]
  readonly paramsOfB: readonly string[]
}

/** What pays on composed rooms, each as x264 names it: `npm run encoder` tells of the search. */
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
    // Pictures that are looked ahead at are kept in memory: half as many as the preset has.
    params: ['rc-lookahead=20', 'aq-strength=0.7', 'deblock=-1,-1'],
    paramsOfB: ['bframes=5'],
  },
}

/**
 * Which encoder, how fast, and how it keeps to its bit rate.
 * @param options.preset a stock preset to take as it is, whatever the speed; empty for none
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
    // x264's own tolerance lets a short file miss the asked average by 10 %; this one by 2 to 3 %.
    ...['-x264-params', ['ratetol=0.1', opening(fps, keyframeFrames), ...params].join(':')],
  ]
}

/** Until so many seconds after its start an encode may spend so many times what its rate control thinks of. */
const OPENING = [
  [0.5, 2.5],
  [1, 1.9],
  [2, 1.4],
] as const

/**
 * Bits for the pictures up to the second keyframe. The first keyframe alone costs several times the average, and x264
 * at its start, of a file or of a chunk, saves that at the pictures right behind it: they would lose 2 dB. Over the
 * whole stretch it comes to the same.
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
  // x264 would leave the profile rather than an option that it does not allow.
  return { preset, params: profile === 'baseline' ? params : [...params, ...paramsOfB] }
}
