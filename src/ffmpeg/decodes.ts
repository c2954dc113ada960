/** Checks whether one track of a recording can be decoded from start to end. */
import { toneMapping } from '../graph/colour.ts'
import { printFilter } from '../graph/print.ts'
import { asProbed, decoderArgs, openArgs } from '../model/command.ts'
import type { Probe } from '../model/room.ts'
import { decoderMb } from '../plan/fences.ts'
import { type Watching, runWatched } from './run-watched.ts'

/** An ffmpeg process without any pictures; measured 16 to 64 MB. */
const FFMPEG_MB = 64

/**
 * Ignores decoding errors as long as ffmpeg continues and produces output.
 * @throws the signal's reason if aborted
 */
export async function decodes(
  options: Watching & {
    readonly path: string
    readonly probe: Probe
    /** Codecs that may be decoded; by default those found in the recording. */
    readonly codecs?: readonly string[]
    readonly medium: 'video' | 'audio'
    readonly maxPixels: number
  },
): Promise<boolean> {
  const { ffmpeg, path, probe, codecs, medium, maxPixels } = options
  const isVideo = medium === 'video'
  // Tone mapping rejects colours that scaling accepts.
  const mapping = ffmpeg.toneMaps && probe.video ? toneMapping(probe.video.colour, 'bt709') : []
  const shrunk = ['scale=64:64', ...mapping.map(printFilter)]
  const fence = ffmpeg.fences.decode(probe)
  let frames = 0
  const { ok, reached } = await runWatched(options, {
    fence,
    onLine: (line) => void (frames = Number(/^frame=\s*(\d+)/.exec(line)?.[1] ?? frames)),
    input: {
      args: [
        ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
        // The same decoder as in the render; without video there may be no suitable one.
        ...(isVideo ? decoderArgs(probe.video, ffmpeg.decodesAlpha) : []),
        ...openArgs({ ...asProbed(probe), ...(codecs && { codecs }) }, maxPixels),
      ],
      path,
    },
    // ffmpeg reports failed allocations as errors.
    logLevel: 'error',
    args: [
      ...(isVideo ? ['-map', '0:V:0', '-vf', [...shrunk, 'format=yuv420p'].join(',')] : ['-map', '0:a:0']),
      ...(isVideo ? ['-fps_mode', 'passthrough'] : ['-af', 'aresample=48000']),
      ...['-f', 'null'],
    ],
    to: '-',
  })
  if (!ok || reached === 0) return false
  // Some releases drop frames for lack of memory and report only that they cannot be decoded.
  const isTight = isVideo && FFMPEG_MB + decoderMb(probe.video) > fence.memoryMb
  return !isTight || frames >= (probe.video?.timesMs.length ?? 0)
}
