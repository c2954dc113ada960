import { setImmediate as settled } from 'node:timers/promises'
import { beforeEach, expect, it } from 'vitest'
import { gatherStarting, startEarly } from '../../../src/job/early-start.ts'
import type { Logger } from '../../../src/records/log.ts'
import type { Recording } from '../../../src/model/room.ts'
import type { Planned } from '../../../src/job/plan-job.ts'
import { ROOM_MS, makeRecording } from '../../harness/builders.ts'

const MINUTE_MS = 60_000
const FPS = 2
const started: string[] = []
const planned: string[][] = []
const log = { info() {}, debug() {} } as unknown as Logger

beforeEach(() => {
  started.length = planned.length = 0
})

/** Chunks of five minutes. */
const plan = (recordings: readonly Recording[], minutes = 40): Promise<Planned> => {
  planned.push(recordings.map(({ entry }) => entry.streamId))
  const video = Array.from({ length: minutes / 5 }, (_, n) => ({
    ...{ name: `video ${n + 1}`, output: String(n), frames: 300 * FPS },
  }))
  const timeline = { fps: FPS, frames: minutes * 60 * FPS }
  return Promise.resolve({ plan: { video }, timeline } as unknown as Planned)
}

const at = (minutes: number) => makeRecording({ streamId: `s${minutes}_1`, atMs: minutes * MINUTE_MS })

interface Options {
  readonly plan?: typeof plan
  readonly atOnce?: number
}

const early = (recordings: readonly Recording[], options?: Options) =>
  startEarly(optionsOf(recordings, options))

function optionsOf(
  recordings: readonly Recording[],
  options: Options = {},
): Parameters<typeof startEarly>[0] {
  return {
    entries: recordings.map(({ entry }) => entry),
    roomStartMs: ROOM_MS,
    rules: { atOnce: options.atOnce ?? 1, fleetAtOnce: options.atOnce ?? 1 },
    plan: options.plan ?? plan,
    start: ({ name }) => void started.push(name),
    log,
  }
}

it('starts the chunks that end before anything still awaited can matter', async () => {
  const [first, second, last] = [at(0), at(11), at(25)]
  const { arrived } = early([first, second, last])
  // What comes at minute 11 leaves the first 5 min to be known, less the look ahead of a chunk.
  arrived(last.entry, last)
  await settled()
  expect(planned).toEqual([])
  arrived(first.entry, first)
  await settled()
  expect(planned).toEqual([['s0_1', 's25_1']])
  expect(started).toEqual(['video 1'])
})

it('starts each chunk once, and more as more is known', async () => {
  const [first, second, third, last] = [at(0), at(11), at(21), at(30)]
  const { arrived } = early([first, second, third, last])
  arrived(first.entry, first)
  await settled()
  arrived(second.entry, second)
  await settled()
  expect(started).toEqual(['video 1', 'video 2', 'video 3'])
  arrived(third.entry, third)
  await settled()
  expect(started).toEqual(['video 1', 'video 2', 'video 3', 'video 4'])
  arrived(last.entry, last)
  await settled()
  expect(planned).toHaveLength(3)
})

it('starts nothing while what begins early is awaited, or short rooms may still be cut otherwise', async () => {
  const [first, last] = [at(0), at(11)]
  early([first, last]).arrived(last.entry, last)
  await settled()
  // Three chunks of 5 minutes at once: minute 11 is still in the round that begins the room.
  early([first, last], { atOnce: 3 }).arrived(first.entry, first)
  await settled()
  const soon = at(9)
  early([first, soon]).arrived(first.entry, first)
  await settled()
  expect(planned).toEqual([])
})

it('leaves alone what lies near the end of the recordings so far', async () => {
  const [first, last] = [at(0), at(30)]
  early([first, last], { plan: (recordings) => plan(recordings, 15) }).arrived(first.entry, first)
  await settled()
  expect(started).toEqual(['video 1', 'video 2'])
})

it('goes on without a recording that does not come', async () => {
  const [first, second, last] = [at(0), at(0), at(11)]
  const { arrived } = early([first, second, last])
  arrived(first.entry, first)
  await settled()
  expect(planned).toEqual([])
  arrived(second.entry, undefined)
  await settled()
  expect(started).toEqual(['video 1'])
})

it('starts nothing more when it is over, and leaves it to the whole plan to fail', async () => {
  const [first, last] = [at(0), at(11)]
  const { arrived, stop } = early([first, last])
  stop()
  arrived(first.entry, first)
  await settled()
  const fails = early([first, last], {
    plan: () => Promise.reject(new Error('nobody is in the room yet')),
  })
  expect(() => fails.arrived(first.entry, first)).not.toThrow()
  await settled()
  expect(started).toEqual([])
})

it('leaves what arrives during a plan to the next one, and starts nothing that is planned too late', async () => {
  const [first, second, third, last] = [at(0), at(11), at(21), at(30)]
  const { arrived, stop } = early([first, second, third, last])
  arrived(first.entry, first)
  arrived(second.entry, second)
  expect(planned).toEqual([['s0_1']])
  await settled()
  expect(started).toEqual(['video 1'])
  arrived(third.entry, third)
  stop()
  await settled()
  expect(planned).toHaveLength(2)
  expect(started).toEqual(['video 1'])
})

it.each([
  ['have come', () => Promise.resolve('all')],
  ['will not come', () => Promise.reject(new Error('refused'))],
])('starts nothing that is planned after the recordings %s', async (_, outcome) => {
  const [first, last] = [at(0), at(11)]
  let planOn = () => {}
  const planning = new Promise<void>((resolve) => (planOn = resolve))
  await Promise.allSettled([
    gatherStarting({
      ...optionsOf([first, last], { plan: (recordings) => planning.then(() => plan(recordings)) }),
      gather(arrived) {
        arrived(first.entry, first)
        return outcome()
      },
    }),
  ])
  planOn()
  await settled()
  expect(planned).toHaveLength(1)
  expect(started).toEqual([])
})

it('looks at each of many entries few times', () => {
  let looks = 0
  const many = Array.from({ length: 5000 }, (_, i) => {
    const { entry } = at(0)
    const startMs = entry.startMs + ((i * 7919) % 5000)
    return Object.defineProperty({ ...entry }, 'startMs', { get: () => (looks++, startMs) })
  })
  const { arrived } = startEarly({
    ...{
      entries: many,
      roomStartMs: ROOM_MS,
      rules: { atOnce: 1, fleetAtOnce: 1 },
      plan,
      start: () => undefined,
      log,
    },
  })
  for (const entry of many) arrived(entry, undefined)
  expect(looks).toBeLessThan(40 * many.length)
})
