/** Finds when tones of known pitch start in a sound, to a fraction of a millisecond. */

/** Envelopes are sampled this often. */
const STEP_MS = 0.5
/** A burst is at least this loud, as an amplitude; the sample rooms' have 0.3. */
const QUIETEST = 0.02
/** Pauses inside one burst that are bridged: a coder may let its level sag. */
const BRIDGED_MS = 40

/**
 * Starts of the bursts of one pitch.
 *
 * The tone is brought down to 0 Hz and averaged under a Hann window that is centred on each moment; a tone that
 * starts at once then rises through half of its level exactly at its start.
 * @param samples mono
 * @param otherHz other pitches that may sound at the same time
 * @returns times in ms from the first sample, ascending
 */
export function findBursts(options: {
  samples: Float32Array
  sampleRate: number
  pitchHz: number
  otherHz?: readonly number[]
}): number[] {
  const { pitchHz, otherHz = [] } = options
  const nearest = Math.min(
    ...otherHz.filter((hz) => hz !== pitchHz).map((hz) => Math.abs(hz - pitchHz)),
    Infinity,
  )
  // A Hann window hears nothing further away than two over its length.
  const windowMs = Math.min(45, Math.max(14, 2200 / nearest))
  const level = envelope({ ...options, windowMs })
  const loudest = level.reduce((a, b) => Math.max(a, b), 0)
  // Quieter than a quarter of the loudest is another pitch's splash.
  const threshold = Math.max(QUIETEST, loudest / 4)
  const starts: number[] = []
  let lastLoud = -Infinity
  for (let i = 0; i < level.length; i++) {
    if ((level[i] ?? 0) < threshold) continue
    if ((i - lastLoud) * STEP_MS > BRIDGED_MS) {
      const start = halfWay(level, i, windowMs)
      if (start !== undefined) starts.push(start)
    }
    lastLoud = i
  }
  return starts
}

/** The moment at which a rise around `at` passes half of where it leads. */
function halfWay(level: Float64Array, at: number, windowMs: number): number | undefined {
  const steps = Math.ceil(windowMs / STEP_MS)
  let top = 0
  for (let i = at; i < Math.min(level.length, at + 2 * steps); i++) top = Math.max(top, level[i] ?? 0)
  let i = Math.max(1, at - steps)
  while (i < level.length && (level[i] ?? 0) < top / 2) i++
  const [below = 0, above = 0] = [level[i - 1], level[i]]
  if (i >= level.length) return undefined
  // A sound that begins inside a tone has no start there.
  if (below >= top / 2) return undefined
  return (i - 1 + (top / 2 - below) / (above - below)) * STEP_MS
}

/** Amplitude of a tone around each moment, every STEP_MS. */
function envelope(options: {
  samples: Float32Array
  sampleRate: number
  pitchHz: number
  windowMs: number
}): Float64Array {
  const { samples, sampleRate, pitchHz, windowMs } = options
  const length = Math.round((windowMs * sampleRate) / 1000)
  const half = length >> 1
  // A Hann window is three plain windows at neighbouring frequencies, and running sums make those cheap.
  const shift = sampleRate / length
  const sums = [pitchHz, pitchHz - shift, pitchHz + shift].map((hz) => runningSum(samples, hz / sampleRate))
  const count = Math.floor((samples.length / sampleRate) * (1000 / STEP_MS))
  return Float64Array.from({ length: count }, (_, step) => {
    const centre = Math.round((step * STEP_MS * sampleRate) / 1000)
    const from = Math.max(0, centre - half)
    const to = Math.min(samples.length, centre - half + length)
    const [middle, lower, upper] = sums.map(({ re, im }) => [
      (re[to] ?? 0) - (re[from] ?? 0),
      (im[to] ?? 0) - (im[from] ?? 0),
    ])
    const angle = (2 * Math.PI * centre) / length
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    const [m, l, u] = [middle ?? [0, 0], lower ?? [0, 0], upper ?? [0, 0]] as [number[], number[], number[]]
    const [mr = 0, mi = 0] = m
    const [lr = 0, li = 0] = l
    const [ur = 0, ui = 0] = u
    const re = 0.5 * mr + 0.25 * (lr * c + li * s + ur * c - ui * s)
    const im = 0.5 * mi + 0.25 * (li * c - lr * s + ui * c + ur * s)
    return (4 * Math.hypot(re, im)) / length
  })
}

/** Running sums of a sound turned by `perSample` turns per sample. */
function runningSum(samples: Float32Array, perSample: number): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(samples.length + 1)
  const im = new Float64Array(samples.length + 1)
  const [stepC, stepS] = [Math.cos(2 * Math.PI * perSample), -Math.sin(2 * Math.PI * perSample)]
  let [c, s] = [1, 0]
  for (let i = 0; i < samples.length; i++) {
    // Turning by a product drifts: set right now and then.
    if (i % 1024 === 0) {
      c = Math.cos(2 * Math.PI * ((perSample * i) % 1))
      s = -Math.sin(2 * Math.PI * ((perSample * i) % 1))
    }
    const sample = samples[i] ?? 0
    re[i + 1] = (re[i] ?? 0) + sample * c
    im[i + 1] = (im[i] ?? 0) + sample * s
    const turned = c * stepC - s * stepS
    s = c * stepS + s * stepC
    c = turned
  }
  return { re, im }
}
