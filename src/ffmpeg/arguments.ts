/** A command as data -> the arguments that the ffmpeg at hand understands: the one place where releases differ. */
import { type LocalCommand, PROGRESS, outputPath } from '../model/command.ts'
import type { Ffmpeg, Syntax } from './types.ts'

/** The options of a command's output, with those that every run gets. */
export function outputOptions({ graph, fps, args }: LocalCommand, syntax: Syntax): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+error', ...PROGRESS],
    // Timestamps are output time already; ffmpeg must not move each file's first one to 0.
    ...(graph ? ['-copyts', '-filter_complex_threads', '1', syntax.graphFile, graph.path] : []),
    ...(fps === undefined ? [] : rateOptions(fps, syntax)),
    ...args,
  ]
}

/**
 * The graph's frames are the output's frames: nothing may repeat or drop one behind it. Older releases take their rate
 * from the graph, which may not know it; newer ones from the time unit, and refuse to be told. Of those 7.1 gives frames
 * no duration behind `xstack`, and an MP4 that ends when its last frame begins loses it where it is read.
 */
function rateOptions(fps: number, { ratePassesThrough }: Syntax): string[] {
  const passing = ['-fps_mode', 'passthrough']
  return ratePassesThrough
    ? [...passing, '-r', String(fps)]
    : [...passing, '-bsf:v', 'setts=pts=PTS:dts=DTS:duration=1']
}

/** The program and its arguments exactly as they are started. */
export function commandLine(
  { path, syntax }: Pick<Ffmpeg, 'path' | 'syntax'>,
  command: LocalCommand,
): string[] {
  return [
    path,
    ...command.inputs.flatMap((input) => [...input.args, '-i', input.path]),
    '-y',
    ...outputOptions(command, syntax),
    outputPath(command),
  ]
}
