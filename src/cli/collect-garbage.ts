/** Gives memory that is no longer used back to the system. */
import v8 from 'node:v8'
import vm from 'node:vm'

/**
 * Collects garbage now: left alone, Node keeps what it no longer uses until it needs memory itself. Takes some ms.
 *
 * Called after probing. The packets of an hour's recordings are garbage by then, and ffmpeg is about to need the memory.
 */
export function collectGarbage(): void {
  // Node offers this to contexts made after the flag is set.
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc') as (() => void) | undefined
  // Buffers that the first collection finds unused are freed by the second.
  collect?.()
  collect?.()
}
