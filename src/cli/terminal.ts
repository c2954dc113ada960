/** Where this process stands in the terminal it was started from: in the foreground or in the background. */
import { readFileSync } from 'node:fs'
import { statOf } from '../files/processes.ts'

export interface Terminal {
  /**
   * Whether it was started with `&`, or was sent to the background since. Once the terminal is gone the last answer
   * stands. Without a terminal, or where the system does not tell, a process counts as one in the foreground.
   */
  readonly isBackground: () => boolean
}

/** @param readStat reads this process's line of /proc; throws where there is none */
export function watchTerminal(readStat = readOwnStat): Terminal {
  let isBackground = false
  const look = (): boolean => {
    try {
      const { group, terminal, foregroundGroup } = parseStat(readStat())
      if (terminal !== 0) isBackground = group !== foregroundGroup
    } catch {
      // The last answer stands.
    }
    return isBackground
  }
  look()
  return { isBackground: look }
}

const readOwnStat = (): string => readFileSync('/proc/self/stat', 'latin1')

function parseStat(line: string): { group: number; terminal: number; foregroundGroup: number } {
  const [, , group = NaN, , terminal = 0, foregroundGroup = NaN] = statOf(line).map(Number)
  return { group, terminal, foregroundGroup }
}
