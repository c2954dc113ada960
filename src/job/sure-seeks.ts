/**
 * Detects seeks that land in the wrong place: the seeks of a plan are tried, and a recording with a wrong one is read
 * from its start. Planning stays pure: a wrong index is a property of the recording.
 */
import pLimit from 'p-limit'
import { type SeekTrial, wrongSeeks } from '../ffmpeg/seeks.ts'
import { type Command, processesOf } from '../model/command.ts'
import { recordingPlace } from '../model/place.ts'
import type { Recording } from '../model/room.ts'
import type { Timeline } from '../model/timeline.ts'

export interface SureSeeks {
  /** Returns the recordings, with those found wrong marked. */
  readonly marked: (recordings: readonly Recording[]) => readonly Recording[]
  /** The same for the recordings in a timeline. */
  readonly markedIn: (timeline: Timeline) => Timeline
  /**
   * Tries the seeks of commands that were not tried before.
   * @returns whether a command uses a wrong seek and must be planned again
   */
  readonly findWrong: (commands: readonly Command[], recordings: readonly Recording[]) => Promise<boolean>
}

/** @param onWrong called once per recording */
export function openSureSeeks(trial: SeekTrial, onWrong: (recording: Recording) => void): SureSeeks {
  const tried = new Set<string>()
  const wrong = new Set<string>()
  // Commands may be tried by several callers at once; one at a time, so that each sees earlier findings.
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
        const known = new Map(recordings.map((one) => [recordingPlace(one), one]))
        const seeks = commands
          .flatMap(processesOf)
          .flatMap(({ inputs }) => inputs)
          .flatMap(({ path, seekMs }) => {
            const recording = known.get(path)
            return recording && seekMs !== undefined ? [{ recording, keyMs: seekMs }] : []
          })
        const untried = seeks.filter(({ recording: { path, probe }, keyMs }) => {
          const name = `${keyMs} ${path}`
          if (probe.seekIndex !== 'claimed' || tried.has(name)) return false
          tried.add(name)
          return true
        })
        for (const recording of await wrongSeeks(trial, untried)) {
          if (!wrong.has(recording.path)) onWrong(recording)
          wrong.add(recording.path)
        }
        return seeks.some(({ recording }) => wrong.has(recording.path))
      }),
  }
}
