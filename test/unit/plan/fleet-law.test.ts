import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { chunkRules } from '../../../src/plan/budget.ts'
import { cutChunks } from '../../../src/plan/chunks.ts'
import { cutCosts } from '../../../src/plan/cut-costs.ts'
import { renderTime } from '../../../src/plan/fleet-times.ts'
import { CANVAS, LIMITS, type Person, makeShots, people } from './rooms.ts'

/** Among plans that take as long within 3 %, the one with the least work is chosen, and of these one of short chunks. */
const NEARLY = 1.03

/** How long chunks and sound take on so many machines with two cores each. */
function timeOn(machines: number, room: readonly Person[], soundWork = 0): number {
  const shots = makeShots(room)
  const costs = cutCosts({ shots, canvas: CANVAS })
  const limits = { ...LIMITS, fleetCores: 2 * machines }
  const rules = chunkRules({ budget: { cores: 2, memoryMb: 4000 }, canvas: CANVAS, limits, encoder: 'x264' })
  const chunks = runToEnd(cutChunks({ shots, costs, rules, soundWork }))
  return renderTime({ chunks, costs, rules, soundWork })
}

it('more machines never take longer', () => {
  fc.assert(
    fc.property(
      people(3600),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 1, max: 16 }),
      (room, a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)]
        expect(timeOn(many, room)).toBeLessThanOrEqual(timeOn(few, room) * NEARLY)
      },
    ),
    { numRuns: 25 },
  )
})

it('an hour with few keyframes takes less time with each machine', () => {
  const keys = (person: number) => [700 + 130 * person, 2000 + 110 * person]
  const room = Array.from({ length: 9 }, (_, i): Person => ({ seen: [[0, 3600]], keyframes: keys(i) }))
  const times = [1, 2, 4, 8, 16].map((machines) => timeOn(machines, room, 1e9))
  times.slice(1).forEach((time, i) => expect(time).toBeLessThan(0.8 * (times[i] ?? 0)))
})
