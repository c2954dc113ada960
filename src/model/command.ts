/** An ffmpeg command as data. Only `src/ffmpeg/` knows how to run it. */
import { word } from '../text/shell.ts'
import { decoderList } from './decoders.ts'
import type { Place, WorkPlace } from './place.ts'
import type { Demuxer, Probe, VideoProbe } from './room.ts'
import { seconds } from './time.ts'

export interface CommandInput<Path = string> {
  /** Options before `-i`. */
  readonly args: readonly string[]
  readonly path: Path
  /** For a recording: identifies its content. */
  readonly version?: string
  /** File time in ms of the keyframe to open the file at; absent to open it at its beginning. */
  readonly seekMs?: number
}

/** A file to write before a command starts. */
interface CommandFile<Path> {
  readonly path: Path
  readonly text: string
  /** Set for a concat list, whose text names places; other texts are written unchanged. */
  readonly isList?: true
}

/** @typeParam Own path type of the files that it writes and of those written for it */
interface CommandOf<Path, Own> {
  /** What the command does, for logs. */
  readonly name: string
  readonly inputs: readonly CommandInput<Path>[]
  /** A filter graph too long for a command line, written to `path` first. Its text may name places. */
  readonly graph?: { readonly path: Own; readonly text: string }
  /** Frames per second, if the graph's frames are the output's frames and none is repeated or dropped after it. */
  readonly fps?: number
  /** Output options, after those that every command gets. */
  readonly args: readonly string[]
  readonly output: Own
  /**
   * Working directory of the command, which holds its output: options and output name files in it by relative paths.
   * For muxers that treat `%` in a path as a pattern and offer no way to escape it.
   */
  readonly cwd?: Own
  /** Other files that must exist in the working directory before the command starts. */
  readonly files: readonly CommandFile<Own>[]
  /** Outputs of other commands that it reads although they are not among its inputs. */
  readonly after?: readonly Own[]
  /**
   * Commands that run at the same time and compose its pictures, or part of them. Each writes raw pictures into a named
   * pipe, which the next one reads; the last one's is an input of this command.
   */
  readonly composers?: readonly CommandOf<Path, Own>[]
  /** Length of the output, for progress. */
  readonly durationMs: number
  /** Video frames the output must have, if it has video. */
  readonly frames?: number
}

/** A command as planned: the same on every machine. */
export type Command = CommandOf<Place, WorkPlace>

/** A command with the paths of this machine. */
export type LocalCommand = CommandOf<string, string>

/** Of the name of a command's output that is a named pipe. */
export const PIPE_SUFFIX = '.pipe'

/** The ffmpeg runs of a command, in the order in which pictures pass through them. */
export function processesOf<Path, Own>(command: CommandOf<Path, Own>): readonly CommandOf<Path, Own>[] {
  return [...(command.composers ?? []), command]
}

/** Options that make ffmpeg report progress. */
export const PROGRESS = ['-progress', 'pipe:2', '-stats_period', '0.5'] as const

/** The output path to give to ffmpeg: relative to `cwd` if there is one. */
export function outputPath({ output, cwd }: LocalCommand): string {
  return cwd !== undefined && output.startsWith(`${cwd}/`) ? output.slice(cwd.length + 1) : output
}

/**
 * Formats a command so that it can be pasted into a shell.
 * @param argv program and arguments
 */
export function shellLine({ cwd }: LocalCommand, argv: readonly string[]): string {
  const line = argv.map(word).join(' ')
  return cwd === undefined ? line : `(cd ${word(cwd)} && ${line})`
}

/**
 * Options that open a file at a keyframe.
 * @param keyMs file time in ms
 */
export function seekArgs(keyMs: number): string[] {
  // By default `-ss` counts from the file's first timestamp; `-seek_timestamp` makes it a timestamp.
  return ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(keyMs)]
}

/**
 * Input options that select a decoder for a recording's video, if ffmpeg's default is the wrong one.
 * @param decodesAlpha whether this ffmpeg has libvpx's decoders
 */
export function decoderArgs(video: VideoProbe | undefined, decodesAlpha: boolean): string[] {
  if (video?.alpha !== 'beside' || !decodesAlpha) return []
  return ['-c:V:0', video.codec === 'vp8' ? 'libvpx' : 'libvpx-vp9']
}

/** An untrusted file and what may be decoded from it. */
export interface Foreign {
  readonly demuxer: Demuxer
  /** ffmpeg's codec names. */
  readonly codecs: readonly string[]
}

/**
 * Options that open an untrusted file in the format that its content has, whatever its name says. A playlist named like
 * a video cannot open other files; picture sizes above `maxPixels` and codecs not in `codecs` are refused.
 */
export function openArgs({ demuxer, codecs }: Foreign, maxPixels: number): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-f', demuxer],
    ...[...decoderList(codecs), '-max_pixels', String(maxPixels)],
  ]
}

/** A recording with the codecs that probing found. */
export function asProbed({ demuxer, video, audio }: Probe): Foreign {
  return { demuxer, codecs: [video, audio].flatMap((track) => (track ? [track.codec] : [])) }
}
