/** Turns a command into arguments for the installed ffmpeg, whose options differ between releases. */
import { type LocalCommand, PROGRESS, outputPath } from '../model/command.ts'
import type { Ffmpeg, Syntax } from './types.ts'

/** The options of a command's output, including those common to all runs. */
export function outputOptions({ graph, fps, args }: LocalCommand, syntax: Syntax): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+error', ...PROGRESS],
    // Frames that do not decode are no reason to fail: the picture before them stays.
    ...['-max_error_rate', '1'],
    // Timestamps are already output time; ffmpeg must not shift each file to start at 0.
    ...(graph ? ['-copyts', '-filter_complex_threads', '1', syntax.graphFile, graph.path] : []),
    ...(fps === undefined ? [] : rateOptions(fps, syntax)),
    ...args,
  ]
}

/**
 * The graph's frames are the output's frames: nothing may repeat or drop any. Older releases take the rate from the
 * graph, which may not know it; newer ones take it from the time base, and reject `-r`. 7.1 gives frames no duration
 * after `xstack`, and readers of an MP4 that ends when its last frame starts lose that frame.
 */
function rateOptions(fps: number, { ratePassesThrough }: Syntax): string[] {
  const passing = ['-fps_mode', 'passthrough']
  return ratePassesThrough
    ? [...passing, '-r', String(fps)]
    : [...passing, '-bsf:v', 'setts=pts=PTS:dts=DTS:duration=1']
}

/** The program and its arguments exactly as started. */
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
