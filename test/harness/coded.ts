/** What both encoders share: packets of a source and its file times. */
import type { Packet, Track } from './matroska.ts'
import type { SourceSpec } from './source-spec.ts'

export interface Coded {
  readonly track: Track
  readonly packets: readonly Packet[]
}

/** Source time to file time, both in ms. */
export function toFileMs(
  sourceMs: number,
  spec: SourceSpec,
  { clockErrorPpm = 0 }: { clockErrorPpm?: number },
): number {
  return sourceMs * (1 + clockErrorPpm / 1e6) + (spec.fileStartMs ?? 0)
}
