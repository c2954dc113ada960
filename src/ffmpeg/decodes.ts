/** Whether one track of a recording can be decoded from its beginning to its end. */
import { toneMapping } from '../graph/colour.ts'
import { printFilter } from '../graph/print.ts'
import { asProbed, decoderArgs, openArgs } from '../model/command.ts'
import type { Probe } from '../model/room.ts'
import { type Watching, runWatched } from './run-watched.ts'

/**
 * Errors inside are forgiven as long as ffmpeg goes on and something comes out.
 * @throws the signal's reason when that stopped it
 */
export async function decodes(
  options: Watching & {
    readonly path: string
    readonly probe: Probe
    /** What may be decoded; what was found in it, where nothing is said. */
    readonly codecs?: readonly string[]
    readonly medium: 'video' | 'audio'
    readonly maxPixels: number
  },
): Promise<boolean> {
  const { ffmpeg, path, probe, codecs, medium, maxPixels } = options
  const isVideo = medium === 'video'
  // Tone mapping refuses colours that scaling passes on.
  const mapping = ffmpeg.toneMaps && probe.video ? toneMapping(probe.video.colour, 'bt709') : []
  const shrunk = ['scale=64:64', ...mapping.map(printFilter)]
  const { ok, reached } = await runWatched(options, {
    fence: ffmpeg.fences.decode(probe),
    input: {
      args: [
        ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
        // As it will be decoded; without its picture there may be nothing that this decoder fits.
        ...(isVideo ? decoderArgs(probe.video, ffmpeg.decodesAlpha) : []),
        ...openArgs({ ...asProbed(probe), ...(codecs && { codecs }) }, maxPixels),
      ],
      path,
    },
    // What it says of memory it wants in vain is an error.
    logLevel: 'error',
    args: [
      ...(isVideo ? ['-map', '0:V:0', '-vf', [...shrunk, 'format=yuv420p'].join(',')] : ['-map', '0:a:0']),
      ...(isVideo ? ['-fps_mode', 'passthrough'] : ['-af', 'aresample=48000']),
      ...['-f', 'null'],
    ],
    to: '-',
  })
  return ok && reached > 0
}
