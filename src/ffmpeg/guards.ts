/** What stands before ffmpeg when it is started: programs that take away what it does not need, and become it. */
import type { Fence } from '../model/fence.ts'
import type { Places } from '../plan/places.ts'
import { sandboxPrefix } from './sandbox.ts'
import type { Guards } from './types.ts'

export const UNGUARDED: Guards = { prlimit: undefined, sandbox: undefined }

/**
 * Thread stacks count as memory, and a release that runs each part of a graph in a thread of its own has hundreds.
 * Everywhere but on glibc 1 MB and less is usual.
 */
const STACK_BYTES = 2 * 2 ** 20
/** Shared libraries and what the allocator has reserved but not used: measured 250 to 900 MB. */
const MAPPED_MB = 4096

/** ffmpeg takes no more. */
const MOST_BYTES = 2 ** 31 - 1

/**
 * Options before all others with which ffmpeg itself refuses to take too much at once: all there is where nothing stands
 * before it. What a table claims is asked for in one piece.
 */
export function ownFence({ memoryMb }: Pick<Fence, 'memoryMb'>): readonly string[] {
  return ['-max_alloc', String(Math.min(MOST_BYTES, memoryMb * 2 ** 20))]
}

/** What a run is held to. */
interface Held {
  readonly fence: Fence
  readonly places: Places
  /** It drives graphics hardware, whose drivers map whatever they like. */
  readonly hasDevices: boolean
  readonly cwd?: string | undefined
}

/** The words before ffmpeg's own path. */
export function guardPrefix({ prlimit, sandbox }: Guards, run: Held): readonly string[] {
  return [...limits(prlimit, run), ...(sandbox ? sandboxPrefix(sandbox, run) : [])]
}

/**
 * Memory is limited by what is private and writable (RLIMIT_DATA): it is what is really taken, where the address space
 * is mostly libraries and reservations that grow with the number of threads. The address space is limited too, far
 * above, for what is mapped otherwise.
 */
function limits(prlimit: string | undefined, { fence, hasDevices }: Held): readonly string[] {
  if (prlimit === undefined) return []
  const megabytes = (count: number) => String(count * 2 ** 20)
  return [
    prlimit,
    ...(hasDevices
      ? []
      : [`--data=${megabytes(fence.memoryMb)}`, `--as=${megabytes(fence.memoryMb + MAPPED_MB)}`]),
    // The first asks it to end, and tells us why; the second it cannot overhear.
    `--cpu=${fence.cpuSeconds}:${fence.cpuSeconds + 5}`,
    `--fsize=${megabytes(fence.fileMb)}`,
    `--nofile=${fence.openFiles}`,
    `--stack=${STACK_BYTES}`,
    '--core=0',
    '--',
  ]
}
