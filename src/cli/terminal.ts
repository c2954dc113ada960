/** Whether this process is in the foreground or background of its terminal. */
import { readFileSync } from 'node:fs'
import { statOf } from '../files/processes.ts'

export interface Terminal {
  /**
   * Whether the process was started with `&` or has been sent to the background. Once the terminal is closed, the last
   * answer is kept. Without a terminal, or if the system does not tell, the process counts as being in the foreground.
   */
  readonly isBackground: () => boolean
}

/** @param readStat reads this process's line of /proc; throws if there is none */
export function watchTerminal(readStat = readOwnStat): Terminal {
  let isBackground = false
  const look = (): boolean => {
    try {
      const { group, terminal, foregroundGroup } = parseStat(readStat())
      if (terminal !== 0) isBackground = group !== foregroundGroup
    } catch {
      // Keep the last answer.
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
