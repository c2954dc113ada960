/** Rooms of nine people for a fleet: one that is recorded, and hours that are only planned. Pure. */
import { chance } from './random.mjs'
import { CAMERAS, FULL_HD } from './workloads.mjs'

const PEOPLE = 9
const MINUTE_MS = 60_000
/** An hour's people come this much after one another. */
const APART_MS = 1500

/** What is measured: a chunk a minute. */
export const WHOLE = { canvas: FULL_HD, people: PEOPLE, minutes: 4, keysMs: [], chunks: 4 }
/** Whether it works, rather than how fast. */
export const QUICK = {
  canvas: { width: 320, height: 180, fps: 5, kbps: 300 },
  ...{ people: 2, minutes: 1, keysMs: [MINUTE_MS / 2], chunks: 2 },
}

/**
 * @param {object} size
 * @param {typeof FULL_HD} size.canvas
 * @param {number} size.people
 * @param {number} size.minutes each begins with a keyframe of everybody
 * @param {number[]} size.keysMs further ones within each minute
 * @returns {import('./workloads.mjs').Room}
 */
export function fleetRoom({ canvas, people, minutes, keysMs }) {
  return {
    name: `fleet-${people}-${minutes}`,
    ...canvas,
    lengthMs: minutes * MINUTE_MS,
    stays: cameras(people).map((camera, seed) => ({
      user: `p${seed + 1}`,
      fromMs: 0,
      media: {
        ...{ seed, ...camera, durationMs: MINUTE_MS, keysMs },
        ...(minutes > 1 && { repeat: minutes }),
      },
    })),
  }
}

/**
 * @param {number} minutes
 * @param {'minute' | 'sparse'} keyframes of everybody at once every minute, or one to three of each person an hour
 * @returns {{user: string, codec: 'vp8' | 'h264', width: number, height: number, kbps: number, fromMs: number,
 *   durationMs: number, keysMs: number[]}[]}
 */
export function plannedPeople(minutes, keyframes) {
  return cameras(PEOPLE).map((camera, i) => {
    const fromMs = minutes === 60 ? i * APART_MS : 0
    const durationMs = minutes * MINUTE_MS - fromMs
    const everyMinute = Array.from({ length: minutes - 1 }, (_, k) => (k + 1) * MINUTE_MS - fromMs)
    const count = 1 + Math.floor(chance(i, 0) * 3)
    const few = Array.from({ length: count }, (_, k) => Math.round(chance(i, k + 1) * durationMs))
    const keysMs = keyframes === 'minute' ? everyMinute : few.toSorted((a, b) => a - b)
    return { user: `p${i + 1}`, ...camera, fromMs, durationMs, keysMs: [0, ...keysMs] }
  })
}

function cameras(count) {
  return Array.from({ length: count }, (_, i) => CAMERAS[i % CAMERAS.length])
}
