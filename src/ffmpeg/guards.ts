/** Programs that ffmpeg is started through, which drop what it does not need and then exec it. */
import type { Fence } from '../model/fence.ts'
import type { Places } from '../plan/places.ts'
import { sandboxPrefix } from './sandbox.ts'
import type { Guards } from './types.ts'

export const UNGUARDED: Guards = { prlimit: undefined, sandbox: undefined }

/**
 * Thread stacks count as memory, and a release that runs each part of a graph in its own thread has hundreds. 1 MB or
 * less is usual everywhere except on glibc.
 */
const STACK_BYTES = 2 * 2 ** 20
/** Shared libraries and memory that the allocator reserves without using: measured 250 to 900 MB. */
const MAPPED_MB = 4096

/** ffmpeg's maximum. */
const MOST_BYTES = 2 ** 31 - 1

/**
 * Options that make ffmpeg limit single allocations, such as for a declared table. The only limit without `prlimit`.
 */
export function ownFence({ memoryMb }: Pick<Fence, 'memoryMb'>): readonly string[] {
  return ['-max_alloc', String(Math.min(MOST_BYTES, memoryMb * 2 ** 20))]
}

/** The restrictions of a run. */
interface Held {
  readonly fence: Fence
  readonly places: Places
  /** Whether it uses graphics hardware, whose drivers map arbitrary amounts of memory. */
  readonly hasDevices: boolean
  readonly cwd?: string | undefined
}

/** The arguments before ffmpeg's own path. */
export function guardPrefix({ prlimit, sandbox }: Guards, run: Held): readonly string[] {
  return [...limits(prlimit, run), ...(sandbox ? sandboxPrefix(sandbox, run) : [])]
}

/**
 * Limits private writable memory (RLIMIT_DATA), which is what a process really uses; the address space is mostly
 * libraries and reservations that grow with the number of threads. The address space is limited as well, but far
 * higher, to bound other mappings.
 */
function limits(prlimit: string | undefined, { fence, hasDevices }: Held): readonly string[] {
  if (prlimit === undefined) return []
  const megabytes = (count: number) => String(count * 2 ** 20)
  return [
    prlimit,
    ...(hasDevices
      ? []
      : [`--data=${megabytes(fence.memoryMb)}`, `--as=${megabytes(fence.memoryMb + MAPPED_MB)}`]),
    // At the first limit ffmpeg gets a signal, ends and reports it; at the second it is killed.
    `--cpu=${fence.cpuSeconds}:${fence.cpuSeconds + 5}`,
    `--fsize=${megabytes(fence.fileMb)}`,
    `--nofile=${fence.openFiles}`,
    `--stack=${STACK_BYTES}`,
    '--core=0',
    '--',
  ]
}
