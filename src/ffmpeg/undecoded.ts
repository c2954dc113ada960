/** What ffmpeg says about packets that it could not decode. */
import type { CommandInput } from '../model/command.ts'

/** `[vist#1:0/vp9 @ 0x5580] [dec:vp9 @ 0x55a0] [error] Error submitting packet to decoder: ...` or `Decoding error: ...`, since 7.0. */
const SUBMITTING =
  /^\[[av]ist#(\d{1,5}):\d{1,5}\/[^\]]{1,60}\] \[dec:[^\]]{1,60}\] \[error\] (?:Error submitting packet to decoder|Decoding error):/
/** `[error] Error while decoding stream #1:0: ...`, before. */
const DECODING = /^\[error\] Error while decoding stream #(\d{1,5}):\d{1,5}:/
/** The end of a recording whose recorder was killed is often cut off; nobody notices a packet or two. */
const FEWEST = 3

/**
 * Counts packets that could not be decoded.
 * @returns `line` takes each line that ffmpeg writes; `versions` are those of the inputs with more than a few of them
 */
export function watchUndecoded(inputs: readonly CommandInput[]): {
  readonly line: (text: string) => void
  readonly versions: () => readonly string[]
} {
  const counts = new Map<number, number>()
  return {
    line(text) {
      const [, input] = SUBMITTING.exec(text) ?? DECODING.exec(text) ?? []
      if (input !== undefined) counts.set(Number(input), (counts.get(Number(input)) ?? 0) + 1)
    },
    versions: () =>
      inputs.flatMap(({ version }, i) => ((counts.get(i) ?? 0) >= FEWEST ? (version ?? []) : [])),
  }
}
