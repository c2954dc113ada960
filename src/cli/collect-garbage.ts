/** Gives memory that is no longer used back to the system. */
import v8 from 'node:v8'
import vm from 'node:vm'

/** In bytes. Node itself takes 25 MB, of which little is garbage; the recordings of a short room add hardly any. */
const MUCH = 40 * 2 ** 20

/**
 * Collects garbage where there may be much. Called after probing: the packets of an hour's recordings are garbage by
 * then, and ffmpeg is about to need the memory. For a short room 50 ms of CPU would free nothing.
 */
export function collectMuchGarbage(): void {
  const { heapTotal, external } = process.memoryUsage()
  if (heapTotal + external > MUCH) collectGarbage()
}

/** Collects garbage now: left alone, Node keeps what it no longer uses until it needs memory itself. */
export function collectGarbage(): void {
  // Node offers this to contexts made after the flag is set.
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc') as (() => void) | undefined
  // Buffers that the first collection finds unused are freed by the second.
  collect?.()
  collect?.()
}
