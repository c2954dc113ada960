/**
 * What is inside a recording, read from its packets: headers of real-time recordings lie or say nothing.
 *
 * One run of ffmpeg itself (no ffprobe is needed) copies every packet to `framecrc`, which prints their times
 * and flags, and decodes the keyframes alone through `showinfo`, which prints sizes and colours.
 *
 * ffmpeg's report holds the recordings' own tags too, which may be any text, line breaks included. Packets come
 * through a pipe for each file; of the report only lines count that begin with a word that no recording can know.
 */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { openArgs } from '../model/command.ts'
import type { Demuxer, Probe } from '../model/room.ts'
import type { TrackCounts } from './declared.ts'
import { type Mp4Track, mp4Tracks } from './mp4-tracks.ts'
import { TIMES_AS_SUMS } from './packet-times.ts'
import { type Apart, PacketReader, type TrackTiming } from './packets.ts'
import type { Fence } from '../model/fence.ts'
import { PictureReader, type Pictures, quarterTurn } from './pictures.ts'
import { readPositions } from './positions.ts'
import { type RefusalCode, type Refused, refusalOf, refusedTracks, withoutRefused } from './refused.ts'
import { type FfmpegEnd, runFfmpeg } from './process.ts'
import { type Beginning, sniffDemuxer, sniffRecording } from './sniff.ts'
import { watchForStall } from './stall.ts'
import type { Probing } from './types.ts'

/** Why a recording cannot be used, for people. */
type Unusable =
  | 'empty'
  | 'folder'
  | 'unreadable'
  | 'notMedia'
  | 'broken'
  | 'noPackets'
  | 'stalled'
  | 'tooMuchMemory'
  | 'tooMuchTime'
  | 'tooManyPackets'
  | 'timesBeyond'
  | RefusalCode

export type ProbeOutcome =
  | {
      readonly probe: Probe
      /** It has a picture too, of which nothing can be decoded. */
      readonly lostPicture: boolean
      /** Its tracks that are not decoded, for what it says of them. */
      readonly refused: Refused
      /** The probe tells of the recording as it is once its stray packets have these times. */
      readonly timing: Timing
      readonly codecs: Codecs
      /** Tracks that it declares and ffmpeg passes over; absent where there are none. */
      readonly unread?: TrackCounts
      /** Its edit lists ask for another speed, which ffmpeg does not follow. */
      readonly changesSpeed: boolean
    }
  | {
      readonly unusable: Unusable
      readonly detail: string
      /** What it looked like, and what was found in it, before it turned out to be unusable. */
      readonly demuxer?: Demuxer
      readonly codecs?: Codecs
    }

/** ffmpeg's names of the codecs of its tracks that have packets and are not refused, whether they decode or not. */
type Codecs = Readonly<Partial<Record<'video' | 'audio', string>>>

/** The times of a recording's packets, by track. */
export interface Timing {
  readonly video?: TrackTiming
  readonly audio?: TrackTiming
  /** Sound and picture were so by their timestamps. */
  readonly apart?: Apart
}

/** Stands in for what the pictures would tell, where only the packets are asked. */
const UNSEEN: Pictures = {
  sizes: [],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

/**
 * ffmpeg's guess of a frame rate goes up to the container's time unit, and filters that repeat a picture for part
 * of a second count by it: a broken time unit would keep them busy for hours. Recorders' units are far below this.
 */
const MOST_FRAMES_PER_SECOND = 1e7
/** A recorder may count from any year. What is further away fits into no option of ffmpeg. */
const FARTHEST_MS = 1e13

/** Each packet has its place in the file, be it only a line of a table; so many may have none. */
const LEAST_PACKET_BYTES = 4
const MOST_PACKETS = 100_000
/** Recorders write up to three. Of longer edit lists each entry may play the whole track once more. */
const FEW_EDITS = 8

/** How many packets a file of so many bytes may have. */
function mostPackets(bytes: number): number {
  return MOST_PACKETS + bytes / LEAST_PACKET_BYTES
}

/** What the same pass is to make of the file besides, so that it need not be read and decoded again. */
interface Also {
  /** Options of the output that the keyframes go to in order, behind its filter. */
  readonly keyframes?: { readonly filter: string; readonly args: readonly string[]; readonly to: string }
  /** Further outputs. A file that has no track for one of them is probed without any of this. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string }[]
  /** Folders that their filters write to. */
  readonly writes?: readonly string[]
}

/** A file that looks like a recording. */
interface Sniffed extends Beginning {
  readonly path: string
  readonly bytes: number
  readonly demuxer: Demuxer
  /** What an MP4 says of its tracks; none where it is none. */
  readonly tracks: readonly Mp4Track[]
}

/** Probes one recording on this machine. Never throws for what the file holds. */
export async function probeRecording(
  options: Probing & { readonly path: string; readonly also?: Also; readonly fence?: Fence },
): Promise<ProbeOutcome> {
  const file = await sniff(options.path)
  return 'unusable' in file ? file : probeOne(file, options)
}

/**
 * Probes recordings in one run of ffmpeg, which costs more to start than most of them cost to read. Where one of them
 * is not as it should be, each is probed by itself.
 * @returns as many outcomes, in the same order
 */
export async function probeRecordings(
  paths: readonly string[],
  options: Probing,
): Promise<readonly ProbeOutcome[]> {
  const sniffed = await Promise.all(paths.map(sniff))
  const files = sniffed.filter((file) => 'path' in file)
  const together = files.length > 1 ? await probeTogether(files, options) : undefined
  const outcomes: ProbeOutcome[] = []
  for (const file of sniffed) {
    outcomes.push('unusable' in file ? file : (together?.get(file) ?? (await probeOne(file, options))))
  }
  return outcomes
}

async function sniff(path: string): Promise<Sniffed | Extract<ProbeOutcome, { unusable: Unusable }>> {
  try {
    const [demuxer, { size }] = await Promise.all([sniffDemuxer(path), stat(path)])
    if (demuxer === 'empty') return { unusable: 'empty', detail: '' }
    if (demuxer === undefined) return { unusable: 'notMedia', detail: '' }
    const tracks = demuxer === 'mov' ? await mp4Tracks(path) : []
    // Before ffmpeg opens it, which follows edit lists at once.
    const repeated = tracks.map(({ edits, samples }) => (edits > FEW_EDITS ? edits * samples : 0))
    if (repeated.some((packets) => packets > mostPackets(size)))
      return { unusable: 'tooManyPackets', detail: '' }
    const beginning = await sniffRecording(path, demuxer)
    const references = tracks.find(({ kind }) => kind === 'vide')?.references ?? beginning.references
    return { path, demuxer, bytes: size, tracks, ...beginning, references }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EISDIR'
      ? { unusable: 'folder', detail: '' }
      : { unusable: 'unreadable', detail: code ?? '' }
  }
}

/** A report with lines missing is not read more often than that. */
const MOST_GARBLED = 2

async function probeOne(
  file: Sniffed,
  options: Probing & { readonly also?: Also; readonly fence?: Fence },
): Promise<ProbeOutcome> {
  const { stallMs, signal, also } = options
  const readAs = async (look: Look, withAlso?: Also) => {
    const readOnce = () => read([file], { ...options, look, also: withAlso })
    let run = await readOnce()
    for (let again = 0; run.isGarbled && again < MOST_GARBLED; again += 1) run = await readOnce()
    return run
  }
  // Where sound alone is asked for there may be no picture, and newer releases refuse to look at one then.
  const both = await readAs(also && !also.keyframes ? 'none' : 'keyframes', also)
  // A file without a picture leaves the second output without a stream, which ffmpeg takes for a mistake; and where it
  // is the pictures that memory is too small for, the sound may be all right.
  const none = both.ok || both.stalled || isHopeless(both) ? both : await readAs('none')
  // ffmpeg does not even list the packets of a track whose picture claims too much; its sound may be all right.
  const run = TOO_LARGE.test(none.firstError) ? await readAs('claims') : none
  signal?.throwIfAborted()
  if (run.stalled) return { unusable: 'stalled', detail: (stallMs / 1000).toFixed() }
  if (run.beyond) return run.beyond
  let facts: Facts = { ...both.facts(0), packets: run.facts(0).packets }
  const refused = refusedTracks(facts.packets, options)
  if (isHidden(facts) && !refused.video) {
    const all = await readAs('all')
    signal?.throwIfAborted()
    if (isHopeless(all)) return all.beyond
    facts = { ...facts, pictures: all.facts(0).pictures }
  }
  if (facts.packets.isApart()) facts.packets.settle(await readPositions(file, options))
  const found = understood(file, facts, refused)
  if (found) return found
  const whole = refusalOf(refused)
  if (whole) return { unusable: whole.code, detail: whole.params.detail }
  const { demuxer } = file
  const codecs = facts.packets.codecs()
  return { unusable: run.ok ? 'noPackets' : 'broken', detail: run.firstError, demuxer, codecs }
}

/** Reading it again would end no better. */
function isHopeless<T extends { readonly beyond: ReturnType<typeof beyond> }>(
  run: T,
): run is T & { readonly beyond: NonNullable<ReturnType<typeof beyond>> } {
  return run.beyond !== undefined && run.beyond.unusable !== 'tooMuchMemory'
}

/** Why a run was ended before it had read everything; undefined where it was not. */
function beyond(run: {
  end: FfmpegEnd
  fence: Fence
  tooLong: boolean
  tooMany: boolean
  mostMs: number | undefined
}): Extract<ProbeOutcome, { unusable: Unusable }> | undefined {
  const { end, fence, tooLong, tooMany, mostMs } = run
  if (tooMany) return { unusable: 'tooManyPackets', detail: '' }
  if (tooLong) return { unusable: 'tooMuchTime', detail: ((mostMs ?? 0) / 1000).toFixed() }
  if (end.ok || end.reached === undefined) return undefined
  return end.reached === 'memory'
    ? { unusable: 'tooMuchMemory', detail: String(fence.memoryMb) }
    : { unusable: 'tooMuchTime', detail: String(fence.cpuSeconds) }
}

/** @returns those that are as they should be, or that would end no better; where ffmpeg fails, the latter alone */
async function probeTogether(
  files: readonly Sniffed[],
  options: Probing,
): Promise<ReadonlyMap<Sniffed, ProbeOutcome>> {
  const run = await read(files, { ...options, look: 'keyframes' })
  options.signal?.throwIfAborted()
  const found = new Map<Sniffed, ProbeOutcome>()
  files.forEach((file, i) => {
    if (run.hasTooMany(i)) found.set(file, { unusable: 'tooManyPackets', detail: '' })
    if (!run.ok || run.isGarbled) return
    const facts = run.facts(i)
    const isPlain = !isHidden(facts) && !facts.packets.isApart()
    const refused = refusedTracks(facts.packets, options)
    const outcome = isPlain ? understood(file, facts, refused) : undefined
    if (outcome) found.set(file, outcome)
  })
  return found
}

/** What one run of ffmpeg says about one of its files. */
interface Facts {
  readonly packets: PacketReader
  /** Undefined where no picture was shown. */
  readonly pictures: Pictures | undefined
  /** Its frames follow one another at a rate that filters can bear. */
  readonly isPaced: boolean
}

/** An edit list may hide the only keyframe: what is shown then are the pictures behind it. */
function isHidden({ packets, pictures }: Facts): boolean {
  return !pictures && packets.video(UNSEEN) !== undefined
}

/** Undefined where nothing of it can be used. */
function understood(
  file: Sniffed,
  { packets, pictures, isPaced }: Facts,
  refused: Refused,
): ProbeOutcome | undefined {
  const seen = !refused.video && isPaced && pictures ? packets.video(pictures) : undefined
  const isBeside = file.hasAlpha && !seen?.alpha && (seen?.codec === 'vp8' || seen?.codec === 'vp9')
  const mirroredTurn = file.tracks.find(({ kind }) => kind === 'vide')?.mirroredTurn
  const video = seen && {
    ...seen,
    ...(file.references !== undefined && { references: file.references }),
    ...(isBeside && { alpha: 'beside' as const }),
    ...(mirroredTurn !== undefined && {
      rotation: quarterTurn(mirroredTurn),
      doubts: [...(seen.doubts ?? []), 'mirrored' as const],
    }),
  }
  const audio = refused.audio ? undefined : packets.audio()
  const ofVideo = refused.video ? undefined : packets.timing('video')
  const ofAudio = refused.audio ? undefined : packets.timing('audio')
  const apart = packets.apart()
  const timing: Timing = {
    ...(ofVideo && { video: ofVideo }),
    ...(ofAudio && { audio: ofAudio }),
    ...(apart && { apart }),
  }
  if (!video && !audio && !isElsewhere(timing)) return undefined
  if (isBeyond(video?.timesMs[0], video?.endMs) || isBeyond(audio?.startMs, audio?.endMs)) {
    return { unusable: 'timesBeyond', detail: '' }
  }
  return {
    probe: {
      demuxer: file.demuxer,
      ...(video && { video }),
      ...(audio && { audio }),
      ...(file.hasIndex && { seekIndex: 'claimed' }),
    },
    lostPicture: !video && !refused.video && packets.video(UNSEEN) !== undefined,
    refused,
    timing,
    codecs: withoutRefused(packets.codecs(), refused),
    ...unreadOf(file, packets),
    changesSpeed: file.tracks.some((track) => track.changesSpeed),
  }
}

function unreadOf({ declared }: Sniffed, packets: PacketReader): { unread?: TrackCounts } {
  const missing = (medium: 'video' | 'audio') =>
    Math.max(0, (declared?.[medium] ?? 0) - packets.trackCount(medium))
  const unread = { video: missing('video'), audio: missing('audio') }
  return unread.video + unread.audio > 0 ? { unread } : {}
}

/** Whether a track that is used has an empty one of its kind before it. */
export function isElsewhere({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.position > 0)
}

/** Whether packets of a recording have other times than its file says. */
export function isRetimed({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.runs.length > 0)
}

function isBeyond(startMs = 0, endMs = 0): boolean {
  return !(Math.abs(startMs) < FARTHEST_MS && Math.abs(endMs) < FARTHEST_MS)
}

/**
 * Which pictures are decoded: keyframes say all that is asked, at a fraction of the cost. For `claims` nothing at all is,
 * so that a picture may claim what it likes.
 */
type Look = 'keyframes' | 'all' | 'none' | 'claims'
const TOO_LARGE = /exceeds specified max pixel count/
/** All that ffmpeg takes. */
const ANY_PIXELS = 2 ** 31 - 1

async function read(
  files: readonly Sniffed[],
  options: Probing & { readonly look: Look; readonly also?: Also | undefined; readonly fence?: Fence },
) {
  const { ffmpeg, maxPixels, codecs, stallMs, mostMs, look, also, signal } = options
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const fence = options.fence ?? ffmpeg.fences.probe(bytes, files.length)
  const { filter, args, to } = also?.keyframes ?? { filter: 'null', args: ['-f', 'null'], to: '-' }
  const watch = watchForStall(stallMs, signal, mostMs)
  const lines = files.map(() => 0)
  const hasTooMany = (i: number) => (lines[i] ?? 0) > mostPackets(files[i]?.bytes ?? 0)
  const word = randomBytes(8).toString('hex')
  const seen = files.map(() => ({ packets: new PacketReader(), pictures: new PictureReader() }))
  let described: PictureReader | undefined
  const report = (line: string) => {
    for (const [i, { pictures }] of seen.entries()) {
      const showing = `[showinfo@${word}${i} @ `
      if (line.startsWith(showing)) return pictures.shown(line.slice(showing.length))
      // The output's description: the recording's without its tags, under a language of our own.
      const describing = `[info]   Stream #${i}:0(${word}): Video: `
      if (!line.startsWith(describing)) continue
      described = pictures
      return pictures.described(line.slice(describing.length))
    }
    // What is indented goes on with the description.
    if (line.startsWith('[info]     ')) described?.describedFurther(line)
    else described = undefined
  }
  let firstError = ''
  const end = await runFfmpeg({
    ffmpeg,
    fence,
    inputs: files.map(({ path, demuxer, declared }) => ({
      args: [
        ...(look === 'claims'
          ? openArgs({ demuxer, codecs: [] }, ANY_PIXELS)
          : openArgs({ demuxer, codecs }, maxPixels)),
        ...['-reinit_filter', '0', '-noautorotate', '-threads', '1'],
        // Newer releases refuse it for a file without a picture.
        ...(look === 'keyframes' && declared?.video !== 0 ? ['-skip_frame:v', 'nokey'] : []),
      ],
      path,
    })),
    outputs: [
      ...files.map((_, i) => ({
        args: [
          ...(i === 0 ? ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-copyts'] : []),
          ...['-map', `${i}:V?`, '-map', `${i}:a?`, '-map_metadata', '-1', '-map_chapters', '-1'],
          ...['-metadata:s', `language=${word}`, '-c', 'copy', '-copyinkf'],
          ...[...TIMES_AS_SUMS, '-f', 'framecrc'],
        ],
        to: (line: string) => {
          watch.alive()
          lines[i] = (lines[i] ?? 0) + 1
          if (hasTooMany(i)) watch.end()
          else seen[i]?.packets.line(line)
        },
      })),
      ...(look === 'none' || look === 'claims'
        ? []
        : files.map((_, i) => {
            const shown = `showinfo@${word}${i}=checksum=0,${filter}`
            return { args: ['-map', `${i}:V:0?`, '-vf', shown, ...args], to }
          })),
      ...(also?.outputs ?? []),
    ],
    writes: also?.writes,
    onStderrLine: (line) => {
      watch.alive()
      report(line)
      // The first says what is wrong ("moov atom not found"); those behind it only that something is.
      firstError ||= /\[(?:error|fatal)\] (.*)/.exec(line)?.[1] ?? ''
    },
    signal: watch.signal,
  }).finally(watch.done)
  for (const { path } of files) firstError = firstError.replace(`${path}: `, '')
  return {
    ok: end.ok,
    stalled: watch.stalled(),
    beyond: beyond({
      end,
      fence,
      tooLong: watch.tooLong(),
      tooMany: files.some((_, i) => hasTooMany(i)),
      mostMs,
    }),
    hasTooMany,
    firstError: firstError.trim(),
    isGarbled: end.ok && seen.some(({ pictures }) => pictures.isGarbled()),
    facts: (file: number): Facts => {
      const { packets, pictures } = seen[file] ?? {
        packets: new PacketReader(),
        pictures: new PictureReader(),
      }
      return {
        packets,
        pictures: pictures.result(),
        isPaced: pictures.framesPerSecond() <= MOST_FRAMES_PER_SECOND,
      }
    },
  }
}
