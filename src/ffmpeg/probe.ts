/**
 * Determines the contents of a recording from its packets: headers of real-time recordings are wrong or incomplete.
 *
 * One ffmpeg run (without ffprobe) copies every packet to `framecrc`, which prints times and flags, and decodes only
 * the keyframes through `showinfo`, which prints sizes and colours.
 *
 * ffmpeg's report also contains the recordings' own tags, which may be any text, including line breaks. So packets
 * arrive through one pipe per file, and only report lines tagged with a random word are used.
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

/** Why a recording cannot be used. */
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
      /** Whether it also has video of which nothing can be decoded. */
      readonly lostPicture: boolean
      /** Tracks that are not decoded because of what the recording declares. */
      readonly refused: Refused
      /** Packet times after correction; the probe describes the recording with these. */
      readonly timing: Timing
      readonly codecs: Codecs
      /** Declared tracks that ffmpeg skips; absent if there are none. */
      readonly unread?: TrackCounts
      /** Whether its edit lists change the speed, which ffmpeg ignores. */
      readonly changesSpeed: boolean
    }
  | {
      readonly unusable: Unusable
      readonly detail: string
      /** Detected format and codecs, if any. */
      readonly demuxer?: Demuxer
      readonly codecs?: Codecs
    }

/** ffmpeg's codec names of the tracks with packets that are not refused, decodable or not. */
type Codecs = Readonly<Partial<Record<'video' | 'audio', string>>>

/** The times of a recording's packets, by track. */
export interface Timing {
  readonly video?: TrackTiming
  readonly audio?: TrackTiming
  /** The gap between audio and video, if their timestamps are unrelated. */
  readonly apart?: Apart
}

/** Placeholder for decoded facts where only the packets matter. */
const UNSEEN: Pictures = {
  sizes: [],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

/**
 * ffmpeg's guess of a frame rate can reach the container's time base, and filters that repeat frames for part of a
 * second use it: a broken time base would keep them busy for hours. Recorders' time bases are far coarser.
 */
const MOST_FRAMES_PER_SECOND = 1e7
/** A recorder's clock may have any epoch, but values beyond this do not fit into ffmpeg's options. */
const FARTHEST_MS = 1e13

/** Every packet takes up space in the file, if only an entry in a table, except for up to `MOST_PACKETS`. */
const LEAST_PACKET_BYTES = 4
const MOST_PACKETS = 100_000
/** Recorders write up to three edits. In longer edit lists each entry may repeat the whole track. */
const FEW_EDITS = 8

/** Maximum number of packets for a file size. */
function mostPackets(bytes: number): number {
  return MOST_PACKETS + bytes / LEAST_PACKET_BYTES
}

/** Additional outputs of the same pass, to avoid reading and decoding the file again. */
interface Also {
  /** The output of the keyframes, in order: its filter, options and destination. */
  readonly keyframes?: { readonly filter: string; readonly args: readonly string[]; readonly to: string }
  /** Further outputs. A file without a track for one of them is probed with none of these. */
  readonly outputs: readonly { readonly args: readonly string[]; readonly to: string }[]
  /** Folders that their filters write to. */
  readonly writes?: readonly string[]
}

/** A file identified as a recording. */
interface Sniffed extends Beginning {
  readonly path: string
  readonly bytes: number
  readonly demuxer: Demuxer
  /** Tracks that an MP4 declares; empty for other files. */
  readonly tracks: readonly Mp4Track[]
}

/** Probes one recording on this machine. Never throws because of the file's content. */
export async function probeRecording(
  options: Probing & { readonly path: string; readonly also?: Also; readonly fence?: Fence },
): Promise<ProbeOutcome> {
  const file = await sniff(options.path)
  return 'unusable' in file ? file : probeOne(file, options)
}

/**
 * Probes recordings in one ffmpeg run, since startup costs more than reading most of them. Those for which this fails
 * are probed one by one.
 * @returns one outcome per path, in the same order
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
    // Must happen before ffmpeg opens the file, because it expands edit lists immediately.
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

/** Number of times a report with missing lines is read again. */
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
  // A run for audio alone may find no video, and newer releases then reject `-skip_frame`.
  const both = await readAs(also && !also.keyframes ? 'none' : 'keyframes', also)
  // Without video the second output has no stream, which is an error to ffmpeg; and if memory is too small for the
  // video, the audio may still be usable.
  const none = both.ok || both.stalled || isHopeless(both) ? both : await readAs('none')
  // ffmpeg does not even list the packets of a track whose declared picture is too large; its audio may be usable.
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

/** Whether reading again would fail as well. */
function isHopeless<T extends { readonly beyond: ReturnType<typeof beyond> }>(
  run: T,
): run is T & { readonly beyond: NonNullable<ReturnType<typeof beyond>> } {
  return run.beyond !== undefined && run.beyond.unusable !== 'tooMuchMemory'
}

/** Why a run was ended before it had read everything; undefined if it was not. */
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

/** @returns outcomes of files without problems, and of those that would fail again; if ffmpeg fails, only the latter */
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

/** What one ffmpeg run reports about one of its files. */
interface Facts {
  readonly packets: PacketReader
  /** Undefined if no picture was shown. */
  readonly pictures: Pictures | undefined
  /** Whether its frame rate is within what filters can handle. */
  readonly isPaced: boolean
}

/** Whether an edit list may hide the only keyframe, so that only the pictures after it are shown. */
function isHidden({ packets, pictures }: Facts): boolean {
  return !pictures && packets.video(UNSEEN) !== undefined
}

/** Returns undefined if nothing in it can be used. */
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

/** Whether a track that is used comes after an empty one of its kind. */
export function isElsewhere({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.position > 0)
}

/** Whether packets of a recording have times other than in its file. */
export function isRetimed({ video, audio }: Timing): boolean {
  return [video, audio].some((track) => track !== undefined && track.runs.length > 0)
}

function isBeyond(startMs = 0, endMs = 0): boolean {
  return !(Math.abs(startMs) < FARTHEST_MS && Math.abs(endMs) < FARTHEST_MS)
}

/**
 * Which pictures are decoded. Keyframes are sufficient, at a fraction of the cost. With `claims` nothing is decoded,
 * and the declared picture size is not limited.
 */
type Look = 'keyframes' | 'all' | 'none' | 'claims'
const TOO_LARGE = /exceeds specified max pixel count/
/** ffmpeg's maximum. */
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
      // The output's description equals the recording's, without its tags and with the random word as language.
      const describing = `[info]   Stream #${i}:0(${word}): Video: `
      if (!line.startsWith(describing)) continue
      described = pictures
      return pictures.described(line.slice(describing.length))
    }
    // Indented lines continue the description.
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
        // Newer releases reject this option for a file without video.
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
      // The first error names the cause ("moov atom not found"); later ones are only consequences.
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
