/** How commands open a recording. */
import { asProbed, openArgs } from '../model/command.ts'
import { seconds } from '../model/time.ts'
import type { Clip } from '../model/timeline.ts'

/** Options that open a recording so that its timestamps are output time. */
export function openClip(clip: Clip, maxPixels: number): string[] {
  return [...openArgs(asProbed(clip.recording.probe), maxPixels), '-itsoffset', seconds(clip.offsetMs)]
}
