/** An ffmpeg run as data. `src/ffmpeg/` carries it out; nobody else needs to know how. */
import { word } from '../text/shell.ts'
import { decoderList } from './decoders.ts'
import type { Place, WorkPlace } from './place.ts'
import type { Demuxer, Probe, VideoProbe } from './room.ts'
import { seconds } from './time.ts'

export interface CommandInput<Path = string> {
  /** Options that stand before `-i`. */
  readonly args: readonly string[]
  readonly path: Path
  /** Of a recording: what tells one content of it from another. */
  readonly version?: string
  /** File time in ms of the keyframe at which it is opened; absent where that is its beginning. */
  readonly seekMs?: number
}

/** A file that is written for a run. */
interface CommandFile<Path> {
  readonly path: Path
  readonly text: string
  /** A concat list, whose text names places; texts of other files are what they are. */
  readonly isList?: true
}

/** @typeParam Own of what it writes, and of what is written for it */
interface CommandOf<Path, Own> {
  /** What it does, for logs. */
  readonly name: string
  readonly inputs: readonly CommandInput<Path>[]
  /** A filter graph too long for a command line: written to `path` first. Its text may name places. */
  readonly graph?: { readonly path: Own; readonly text: string }
  /** Frames per second, where the graph's frames are the output's frames: none is repeated or dropped behind it. */
  readonly fps?: number
  /** Options of the output, behind those that every run gets. */
  readonly args: readonly string[]
  /** Where the output goes. */
  readonly output: Own
  /**
   * The folder that the command runs in, which holds its output: options and output name files there by relative
   * paths. For muxers that take a `%` in a path for a pattern, with no way to escape it.
   */
  readonly cwd?: Own
  /** Other files that must lie there before it starts. */
  readonly files: readonly CommandFile<Own>[]
  /** Outputs of other commands that it reads without their being inputs. */
  readonly after?: readonly Own[]
  /** Length of what it makes, for progress. */
  readonly durationMs: number
  /** Video frames it must have made, when it makes a picture. */
  readonly frames?: number
}

/** A run as it is planned: the same on every machine. */
export type Command = CommandOf<Place, WorkPlace>

/** A run with the paths of this machine. */
export type LocalCommand = CommandOf<string, string>

/** Options that make ffmpeg tell how far it is. */
export const PROGRESS = ['-progress', 'pipe:2', '-stats_period', '0.5'] as const

/** The output as ffmpeg is told it: relative to the folder that the command runs in. */
export function outputPath({ output, cwd }: LocalCommand): string {
  return cwd !== undefined && output.startsWith(`${cwd}/`) ? output.slice(cwd.length + 1) : output
}

/**
 * A command as it can be pasted into a shell.
 * @param argv its program and arguments
 */
export function shellLine({ cwd }: LocalCommand, argv: readonly string[]): string {
  const line = argv.map(word).join(' ')
  return cwd === undefined ? line : `(cd ${word(cwd)} && ${line})`
}

/**
 * Options that open a file at a keyframe.
 * @param keyMs file time
 */
export function seekArgs(keyMs: number): string[] {
  // `-ss` counts from the file's first timestamp unless it is told that it is one.
  return ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seconds(keyMs)]
}

/**
 * The decoder of a recording's picture, where it is not the one that ffmpeg takes by itself: options before `-i`.
 * @param decodesAlpha the ffmpeg at hand has libvpx's decoders
 */
export function decoderArgs(video: VideoProbe | undefined, decodesAlpha: boolean): string[] {
  if (video?.alpha !== 'beside' || !decodesAlpha) return []
  return ['-c:V:0', video.codec === 'vp8' ? 'libvpx' : 'libvpx-vp9']
}

/** A file that nobody chose, and what may be decoded of it. */
export interface Foreign {
  readonly demuxer: Demuxer
  /** ffmpeg's names. */
  readonly codecs: readonly string[]
}

/**
 * Options that open a file that nobody chose: as what its content says it is, whatever its name claims. A
 * playlist under a video's name then opens nothing else, a picture size that only a header claims is refused, and so
 * is a codec that only a part of it has.
 */
export function openArgs({ demuxer, codecs }: Foreign, maxPixels: number): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-f', demuxer],
    ...[...decoderList(codecs), '-max_pixels', String(maxPixels)],
  ]
}

/** A recording with the codecs that were found in it. */
export function asProbed({ demuxer, video, audio }: Probe): Foreign {
  return { demuxer, codecs: [video, audio].flatMap((track) => (track ? [track.codec] : [])) }
}
