/** What rendering a chunk takes with the encoder threads it has. Pure. Times are in decoded pixels, as work is. */
import { type ChunkRules, coresOfChunk, encoderThreads } from './budget.ts'
import { processesFor } from './composers.ts'
import { type ChunkWork, type CutCosts, totalWork } from './cut-costs.ts'

/** Measured on two cores: CPU of an encoder with several threads over that of one. */
const THREADS_COST = 1.1
/**
 * How much of their cores the threads of one ffmpeg keep busy, and those of several: measured on two; each doubling is
 * assumed to lose as much again.
 */
const BUSY = { one: 0.85, several: 0.93 }

/** Measured: pictures that are only decoded take this share of what those take that are scaled and composed too. */
const LEAD_COST = 0.65

export interface ChunkTime {
  /** CPU time of all threads. */
  readonly cpu: number
  /** From start to end. */
  readonly wall: number
}

/**
 * @param number of the chunk, from 1
 * @param options.of how many chunks there are
 */
export function chunkTime(
  work: ChunkWork,
  number: number,
  options: { of: number; rules: ChunkRules },
): ChunkTime {
  const { encode, decode } = work
  const cpu = totalWork(work)
  if (encoderThreads(number, options) === 1) return { cpu, wall: cpu }
  const shared = decode + encode * THREADS_COST
  const cores = coresOfChunk(number, options)
  const processes = processesFor(work, { cores, isThreaded: false, asked: options.rules.processes })
  const busy = cores * BUSY[processes > 1 ? 'several' : 'one'] ** Math.log2(cores)
  // In each ffmpeg one thread decodes and composes, however many encode.
  return { cpu: shared, wall: Math.max(decode / processes, shared / busy) }
}

/** Costs in which what is decoded before it is seen counts as much as it takes, compared to what is seen. */
export function withLeads(costs: CutCosts): CutCosts {
  return {
    ...costs,
    chunk(start, end) {
      const { encode, decode } = costs.chunk(start, end)
      return { encode, decode: decode - (1 - LEAD_COST) * costs.lead(start, end) }
    },
  }
}

/** Each task begins, in order, as soon as one of so many places is free. @returns when the last one ends */
export function makespan(times: readonly number[], places: number): number {
  const free = Array.from({ length: Math.min(places, times.length) }, () => 0)
  for (const time of times) {
    const first = free.indexOf(Math.min(...free))
    free[first] = (free[first] ?? 0) + time
  }
  return Math.max(0, ...free)
}
