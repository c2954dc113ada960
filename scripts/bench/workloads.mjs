/**
 * The rooms that are measured: who is there when, with which camera, and who is held against whom. Pure: the same
 * arguments give the same rooms.
 *
 * @typedef {object} Media what one recording's file is made from
 * @property {number} seed
 * @property {number} width
 * @property {number} height
 * @property {'vp8' | 'h264'} codec
 * @property {number} kbps
 * @property {number} durationMs
 * @property {readonly number[]} keysMs keyframes beside the first one
 * @property {{everyMs: number, sizes: readonly (readonly [number, number])[]}} [pieces] it begins again with a
 *   keyframe that often, each time in the next of these sizes
 * @property {number} [repeat] so many times one after the other
 *
 * @typedef {object} Stay one recording: a person from joining to leaving
 * @property {string} user
 * @property {number} fromMs
 * @property {Media} media
 *
 * @typedef {object} Room
 * @property {string} name
 * @property {number} width
 * @property {number} height
 * @property {number} fps
 * @property {number} kbps
 * @property {readonly Stay[]} stays
 * @property {number} lengthMs
 * @property {readonly unknown[]} [templates] own layouts; the preset "tile" without
 * @property {readonly string[]} [unseen] people without a place in any template
 * @property {boolean} [isFastPreset] encoded with a fast preset, so that what is not encoding shows
 * @property {string} [like] the room whose right pictures are this one's too; its own without
 * @property {number} [periodMs] they repeat that often
 *
 * @typedef {object} Entry one contender's run
 * @property {string} name
 * @property {'worker' | 'limit' | 'plain' | 'bigbluebutton' | 'gstreamer' | 'melt'} kind
 * @property {string} room
 * @property {string} [ffmpeg] another than everybody's
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {readonly Room[]} rooms
 * @property {readonly Entry[]} entries
 */
import { chance } from './random.mjs'

/** Sizes and codecs, mixed as in a room of browsers. */
export const CAMERAS = [
  { width: 640, height: 360, codec: 'vp8', kbps: 800 },
  { width: 640, height: 480, codec: 'h264', kbps: 1000 },
  { width: 1280, height: 720, codec: 'vp8', kbps: 2000 },
  { width: 640, height: 360, codec: 'h264', kbps: 900 },
  { width: 640, height: 480, codec: 'vp8', kbps: 1000 },
  { width: 1280, height: 720, codec: 'h264', kbps: 2500 },
]

const HD = { width: 1280, height: 720, fps: 30, kbps: 2000 }
export const FULL_HD = { width: 1920, height: 1080, fps: 15, kbps: 4000 }

/** Lengths in s. */
const LENGTHS = {
  full: { W2: 90, W4: 60, W9: 60, W32: 30, segments: 60, sizes: 24, long: 300 },
  quick: { W2: 6, W4: 9, W9: 9, W32: 9, segments: 20, sizes: 12, long: 20 },
}

export const WORKLOAD_NAMES = ['W2', 'W4', 'W9', 'W32', 'segments', 'sizes', 'long']
/** What releases of ffmpeg are compared on. */
export const RELEASES_NAMES = ['W4', 'W9', 'W32']

/**
 * @param {{quick?: boolean, seconds?: number}} options `seconds` is the length of the rooms of W2 to W32
 * @returns {Workload[]}
 */
export function workloads({ quick = false, seconds } = {}) {
  const length = quick ? LENGTHS.quick : LENGTHS.full
  const ms = (name) => 1000 * (seconds ?? length[name])
  return [
    people({ name: 'W2', canvas: HD, lengthMs: ms('W2'), stays: two }),
    people({ name: 'W4', canvas: HD, lengthMs: ms('W4'), stays: four, peers: true }),
    people({ name: 'W9', canvas: FULL_HD, lengthMs: ms('W9'), stays: nine }),
    people({ name: 'W32', canvas: FULL_HD, lengthMs: ms('W32'), stays: thirtyTwo }),
    manySegments({ lengthMs: 1000 * length.segments, count: quick ? 17 : 97 }),
    changingSizes({ lengthMs: 1000 * length.sizes }),
    longRooms({ periodMs: 1000 * length.long, repeat: quick ? 4 : 12 }),
  ]
}

/** Who is there when, as fractions of the room's length. */
const two = [
  { user: 'p1', from: 0, to: 1 },
  { user: 'p2', from: 0.08, to: 0.6 },
  { user: 'p2', from: 0.7, to: 1 },
]

const four = [
  { user: 'p1', from: 0, to: 1 },
  { user: 'p2', from: 0.07, to: 1 },
  { user: 'p3', from: 0.15, to: 0.85 },
  { user: 'p4', from: 0.25, to: 0.45 },
  { user: 'p4', from: 0.6, to: 1 },
]

const nine = Array.from({ length: 9 }, (_, i) => ({
  user: `p${i + 1}`,
  from: i < 2 ? 0 : (i - 1) * 0.06,
  to: i < 5 ? 1 : 0.7 + (i - 5) * 0.08,
}))

const thirtyTwo = Array.from({ length: 32 }, (_, i) => {
  const user = `p${i + 1}`
  const from = i < 12 ? 0 : 0.04 + (i - 12) * 0.028
  // Four of those who were there first go and come back; four of the last leave early.
  if (i >= 4 && i < 8) {
    return [
      { user, from, to: 0.61 + (i - 4) * 0.03 },
      { user, from: 0.75 + (i - 4) * 0.03, to: 1 },
    ]
  }
  return [{ user, from, to: i < 28 ? 1 : 0.88 + (i - 28) * 0.03 }]
}).flat()

/** Joins and leaves are at one moment or this far apart: shorter layouts are merged. */
const STEP_MS = 600
/** They lie on no frame of the output. */
const OFF_GRID_MS = 137

/** @param {number} fraction of a room's length @returns {number} ms */
function moment(fraction, lengthMs) {
  if (fraction === 0 || fraction === 1) return fraction * lengthMs
  const steps = Math.round((fraction * lengthMs) / STEP_MS)
  const most = Math.floor((lengthMs - OFF_GRID_MS) / STEP_MS) - 1
  return Math.min(Math.max(1, steps), most) * STEP_MS + OFF_GRID_MS
}

/** @returns {Workload} */
function people({ name, canvas, lengthMs, stays, peers = false }) {
  const count = new Set(stays.map(({ user }) => user)).size
  const room = {
    name,
    ...canvas,
    lengthMs,
    stays: stays.map(({ user, from, to }, i) => {
      const fromMs = moment(from, lengthMs)
      return stay({ user, fromMs, durationMs: moment(to, lengthMs) - fromMs, seed: i })
    }),
  }
  const kinds = ['worker', 'limit', 'plain', ...(peers ? ['bigbluebutton', 'gstreamer', 'melt'] : [])]
  return {
    name,
    title: `${count} people, ${stays.length} recordings, ${canvas.height}p${canvas.fps}, ${lengthMs / 1000} s`,
    rooms: [room],
    entries: kinds.map((kind) => ({ name: kind, kind, room: name })),
  }
}

/** A person's recording, with keyframes at its start and at one to three later points. */
function stay({ user, fromMs, durationMs, seed, camera = CAMERAS[seed % CAMERAS.length] }) {
  const keys = 1 + Math.floor(chance(seed, 0) * 3)
  const keysMs = Array.from({ length: keys }, (_, i) => Math.round(chance(seed, i + 1) * durationMs))
    .filter((ms) => ms > 0)
    .toSorted((a, b) => a - b)
  return { user, fromMs, media: { seed, ...camera, durationMs, keysMs } }
}

/** Two who stay, and a visitor who comes and goes; in the other room nobody sees the visitor. */
function manySegments({ lengthMs, count }) {
  const at = (i) => Math.round((i * lengthMs) / count)
  const stays = [
    ...[0, 1].map((seed) => stay({ user: `p${seed + 1}`, fromMs: 0, durationMs: lengthMs, seed })),
    ...Array.from({ length: (count - 1) / 2 }, (_, i) => {
      const fromMs = at(2 * i + 1)
      const durationMs = at(2 * i + 2) - fromMs
      return stay({ user: 'visitor', fromMs, durationMs, seed: 3 + (i % 5), camera: CAMERAS[3] })
    }),
  ]
  const canvas = { ...HD, fps: 15 }
  const halves = [
    { Id: 1, Shape: 'rectangle', Area: { Left: '0', Top: '1/4', Width: '1/2', Height: '1/2' } },
    { Id: 2, Shape: 'rectangle', Area: { Left: '1/2', Top: '1/4', Width: '1/2', Height: '1/2' } },
  ]
  return {
    name: 'segments',
    title: `${count} segments against 1, ${stays.length} recordings, 720p15, ${lengthMs / 1000} s`,
    rooms: [
      { name: 'segments-many', ...canvas, lengthMs, stays },
      { name: 'segments-one', ...canvas, lengthMs, stays, templates: [halves], unseen: ['visitor'] },
    ],
    entries: [
      { name: `${count} segments`, kind: 'worker', room: 'segments-many' },
      { name: '1 segment', kind: 'worker', room: 'segments-one' },
    ],
  }
}

/** The changing sizes have as many pixels on average as the steady one, and both have the same keyframes. */
const STEADY_SIZE = [640, 360]
const CHANGING_SIZES = [
  [640, 360],
  [480, 270],
  [768, 432],
  [560, 420],
]

function changingSizes({ lengthMs }) {
  const roomOf = (name, sizes) => ({
    name,
    ...HD,
    lengthMs,
    stays: [0, 1].map((i) => {
      const media = { seed: 40 + i, width: 640, height: 360, codec: 'vp8', kbps: 800, keysMs: [] }
      const fromMs = i * 1000
      // The second person begins elsewhere in the row of sizes.
      const order = sizes.map((_, k) => sizes[(k + i) % sizes.length])
      const pieces = { everyMs: 2000, sizes: order }
      return { user: `p${i + 1}`, fromMs, media: { ...media, durationMs: lengthMs - fromMs, pieces } }
    }),
  })
  return {
    name: 'sizes',
    title: `2 people whose picture changes size 30 times a minute, 720p30, ${lengthMs / 1000} s`,
    rooms: [roomOf('sizes-changing', CHANGING_SIZES), roomOf('sizes-steady', [STEADY_SIZE])],
    entries: [
      { name: 'changing', kind: 'worker', room: 'sizes-changing' },
      { name: 'steady', kind: 'worker', room: 'sizes-steady' },
    ],
  }
}

/** The long room is the short one over and over: the same recordings, the same joins and leaves a minute. */
function longRooms({ periodMs, repeat }) {
  const camera = (i) => ({ ...CAMERAS[i], width: 320, height: 180, kbps: 200 })
  const whole = [0, 1, 2].map((i) =>
    stay({ user: `p${i + 1}`, fromMs: 0, durationMs: periodMs, seed: 50 + i, camera: camera(i) }),
  )
  const visitFrom = Math.round(periodMs * 0.2)
  const visitMs = Math.round(periodMs * 0.6)
  const visit = stay({ user: 'p4', fromMs: visitFrom, durationMs: visitMs, seed: 53, camera: camera(3) })
  const roomOf = (name, times) => ({
    name,
    // Small, so that an hour of it can be measured in minutes.
    ...{ width: 640, height: 360, fps: 15, kbps: 500 },
    isFastPreset: true,
    lengthMs: times * periodMs,
    stays: [
      ...whole.map((one) => (times === 1 ? one : { ...one, media: { ...one.media, repeat: times } })),
      ...Array.from({ length: times }, (_, i) => ({ ...visit, fromMs: visit.fromMs + i * periodMs })),
    ],
  })
  const minutes = (ms) => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`)
  return {
    name: 'long',
    title: `4 people, ${minutes(repeat * periodMs)} against ${minutes(periodMs)} of the same, 360p15`,
    rooms: [roomOf('long-short', 1), { ...roomOf('long-long', repeat), like: 'long-short', periodMs }],
    entries: [
      { name: minutes(periodMs), kind: 'worker', room: 'long-short' },
      { name: minutes(repeat * periodMs), kind: 'worker', room: 'long-long' },
    ],
  }
}
