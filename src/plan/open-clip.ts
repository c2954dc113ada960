/** Input options for opening a recording. */
import { type CommandInput, asProbed, openArgs } from '../model/command.ts'
import { type Place, recordingPlace } from '../model/place.ts'
import { seconds } from '../model/time.ts'
import type { Clip } from '../model/timeline.ts'

/**
 * Opens a recording so that its timestamps are output time.
 * @param args options that come first
 */
export function openClip(
  { recording, offsetMs }: Clip,
  { args, maxPixels }: { args: readonly string[]; maxPixels: number },
): CommandInput<Place> {
  return {
    args: [...args, ...openArgs(asProbed(recording.probe), maxPixels), '-itsoffset', seconds(offsetMs)],
    path: recordingPlace(recording),
    version: recording.version,
  }
}
