/** Turns clips into the command that renders the audio of the whole timeline. */
import type { Command } from '../model/command.ts'
import type { Job } from '../model/job.ts'
import type { LevelChange } from '../model/loudness.ts'
import { WORK } from '../model/place.ts'
import { msOfFrame } from '../model/time.ts'
import type { Timeline } from '../model/timeline.ts'
import { printGraph } from '../graph/print.ts'
import { SAMPLE_RATE } from '../graph/audio-filters.ts'
import { soundGraph } from '../graph/audio.ts'
import type { EncodeSettings } from './settings.ts'
import { openClip } from './open-clip.ts'

/**
 * Renders all audio in one command: cutting it would cause clicks, and it is cheap.
 * @param options.name of the command and its files
 * @param options.change of the level of the mix
 */
export function soundCommand(options: {
  job: Job
  timeline: Timeline
  settings: EncodeSettings
  name: 'mix' | 'audio'
  change?: LevelChange
}): Command {
  const { job, timeline, settings, name, change } = options
  const durationMs = msOfFrame(timeline.frames, timeline.fps)
  const samples = Math.round((durationMs * SAMPLE_RATE) / 1000)
  const clips = timeline.clips.filter((clip) => clip.audio)
  return {
    name,
    inputs: clips.map((clip) =>
      openClip(clip, {
        // A track that changes its sample rate or channels would restart the whole graph, and all other audio with it.
        args: ['-reinit_filter', '0', '-vn', '-sn', '-dn', '-threads', '1'],
        maxPixels: settings.maxPixels,
      }),
    ),
    graph: {
      path: `${WORK}/${name}.graph`,
      text: printGraph({
        out: soundGraph({
          clips,
          samples,
          channels: job.audio.channels,
          inputOf: (clip) => clips.indexOf(clip),
          ...(change && { change }),
        }),
      }),
    },
    args: [
      ...['-map', '[out]', '-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', `${settings.audioBitrateKbps}k`],
      ...['-ar', String(SAMPLE_RATE), '-ac', String(job.audio.channels), '-f', 'mp4'],
    ],
    output: `${WORK}/${name}.m4a`,
    files: [],
    durationMs,
  }
}
