/**
 * Plans without seeks that lead astray: what a plan wants to seek is tried, and where that brings something else, the
 * recording is read from its start. Plans themselves stay pure: that an index is wrong is a fact of the recording.
 */
import pLimit from 'p-limit'
import { type SeekTrial, wrongSeeks } from '../ffmpeg/seeks.ts'
import type { Command } from '../model/command.ts'
import type { Recording } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'

export interface SureSeeks {
  /** The recordings, those that were found out marked as such. */
  readonly marked: (recordings: readonly Recording[]) => readonly Recording[]
  /** The same of those that a timeline shows. */
  readonly markedIn: (timeline: Timeline) => Timeline
  /**
   * Tries the seeks of some commands, as far as they were not tried before.
   * @returns whether a command seeks where it must not, and has to be planned again
   */
  readonly findWrong: (commands: readonly Command[], recordings: readonly Recording[]) => Promise<boolean>
}

/** @param onWrong is told of each recording once */
export function openSureSeeks(trial: SeekTrial, onWrong: (recording: Recording) => void): SureSeeks {
  const tried = new Set<string>()
  const wrong = new Set<string>()
  // Commands may be tried from several sides at once; who asks is to know what was found out before.
  const inTurn = pLimit(1)

  const mark = (recording: Recording): Recording =>
    wrong.has(recording.path)
      ? { ...recording, probe: { ...recording.probe, seekIndex: 'wrong' } }
      : recording

  return {
    marked: (recordings) => recordings.map(mark),
    markedIn: (timeline) => ({
      ...timeline,
      shots: timeline.shots.map((shot) => ({
        ...shot,
        tiles: shot.tiles.map((tile) => ({
          ...tile,
          clip: { ...tile.clip, recording: mark(tile.clip.recording) },
        })),
      })),
    }),
    findWrong: (commands, recordings) =>
      inTurn(async () => {
        const claimed = new Map(
          recordings.flatMap((one) => (one.probe.seekIndex === 'claimed' ? [[one.path, one] as const] : [])),
        )
        const seeks = commands
          .flatMap(({ inputs }) => inputs)
          .flatMap(({ path, seekMs }) => {
            const recording = claimed.get(path)
            const name = `${seekMs} ${path}`
            if (!recording || seekMs === undefined || tried.has(name)) return []
            tried.add(name)
            return [{ recording, keyMs: seekMs }]
          })
        const found = await wrongSeeks(trial, seeks)
        for (const path of found) {
          const recording = claimed.get(path)
          if (recording && !wrong.has(path)) onWrong(recording)
          wrong.add(path)
        }
        return commands.some(({ inputs }) =>
          inputs.some(({ path, seekMs }) => seekMs !== undefined && wrong.has(path)),
        )
      }),
  }
}
