/**
 * Plans without seeks that lead astray: what a plan wants to seek is tried, and where that brings something else, the
 * recording is read from its start. Plans themselves stay pure: that an index is wrong is a fact of the recording.
 */
import pLimit from 'p-limit'
import { type SeekTrial, wrongSeeks } from '../ffmpeg/seeks.ts'
import type { Command } from '../model/command.ts'
import { recordingPlace } from '../model/place.ts'
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
        const known = new Map(recordings.map((one) => [recordingPlace(one), one]))
        const seeks = commands
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
