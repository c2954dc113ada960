/** Determines from probing a recording what of it can be used, and repairs its timestamps if necessary. */
import type { Watching } from '../ffmpeg/run-watched.ts'
import { unreadPart } from '../ffmpeg/parts.ts'
import { probeRecording } from '../ffmpeg/probe.ts'
import { type ProbeOutcome, type Timing, isElsewhere, isRetimed } from '../ffmpeg/probe-outcome.ts'
import { MIXED_CODEC, mixTracks } from '../ffmpeg/mix-tracks.ts'
import type { Refused } from '../ffmpeg/refused.ts'
import { type Shifts, retimeFile } from '../ffmpeg/retime-file.ts'
import type { Message, Warning } from '../messages/index.ts'
import type { Probe } from '../model/room.ts'
import { WRAP_MS } from '../timeline/rejoin.ts'

/** More runs of wrong timestamps are not accidental, and ffmpeg would take too long for them. */
const MOST_RUNS = 300
/** Timestamps of a copy are in whole ms. */
const COPIED_MS = 1

interface Mended {
  readonly path: string
  readonly probe: Probe
  readonly lostPicture: boolean
  /** Tracks that are not decoded. */
  readonly refused: Refused
  readonly warnings: readonly Warning[]
}

/**
 * Copies a recording with corrected timestamps if they are not all plausible; otherwise uses it as it is.
 * @param options.outcome the probe's result
 * @param options.name for warnings
 * @returns why it cannot be used, if so
 */
export async function mendRecording(
  options: Watching & {
    readonly name: string
    readonly path: string
    readonly maxPixels: number
    readonly codecs: readonly string[]
    readonly outcome: ProbeOutcome
    /** Where a copy may be written. Never next to the recording, which may be in the bucket. */
    readonly copyPath: string
  },
): Promise<Mended | { readonly unusable: Message }> {
  const { name, path, outcome, copyPath: to } = options
  if ('unusable' in outcome) {
    return { unusable: { code: outcome.unusable, params: { detail: outcome.detail } } }
  }
  const { probe, timing } = outcome
  const warnings = [
    ...timesMended(name, timing),
    ...clocksApart(name, timing),
    ...(probe.video?.doubts ?? []).map((doubt): Warning => ({
      code: 'pictureDoubtful',
      params: { name, doubt },
      where: name,
    })),
    ...(outcome.changesSpeed ? [{ code: 'speedNotFollowed', params: { name }, where: name } as const] : []),
    ...(await partUnread(name, path, outcome)),
  ]
  const isCopied = isRetimed(timing) || isElsewhere(timing)
  const copy = isCopied ? await copyRetimed({ ...options, demuxer: probe.demuxer, timing, to }) : outcome
  if (!copy) return { unusable: { code: 'timesUnsound', params: {} } }
  const good = { path: isCopied ? to : path, outcome: copy }
  const mixed = await mixSound(options, outcome, good)
  const { lostPicture } = copy
  return {
    path: mixed?.path ?? good.path,
    probe: asIn(probe, mixed?.probe ?? copy.probe),
    lostPicture,
    refused: outcome.refused,
    warnings: [
      ...warnings,
      ...tracksMixed(name, mixed?.tracks),
      ...tracksUnused(name, outcome, mixed?.tracks),
    ],
  }
}

type Understood = Extract<ProbeOutcome, { probe: Probe }>

/**
 * Mixes a recording's audio tracks into one, if it has several.
 * @param good the recording as it is used otherwise
 * @returns undefined if there is only one, or they could not be mixed
 */
async function mixSound(
  options: Parameters<typeof mendRecording>[0],
  { probe: { demuxer }, timing }: Understood,
  good: { readonly path: string; readonly outcome: Understood },
): Promise<{ path: string; probe: Probe; tracks: number } | undefined> {
  const { path, copyPath } = options
  const { video, audio } = good.outcome.timing
  const beside = timing.audio?.beside ?? []
  const sound = good.outcome.probe.audio
  if (!audio || !sound || beside.length === 0) return undefined
  const to = copyPath.replace(/(\.\w+)?$/, '.mixed$1')
  const first = { path: good.path, demuxer: good.outcome.probe.demuxer, position: audio.position }
  const picture = video?.position
  const startMs = Math.min(sound.startMs, ...beside.map((one) => one.startMs))
  const tracks = [first, ...beside.map(({ position }) => ({ path, demuxer, position }))] as const
  if (!(await mixTracks({ ...options, tracks, startMs, picture, to }))) return undefined
  const codecs = [...options.codecs, MIXED_CODEC]
  const mixed = await probeRecording({ ...options, codecs, path: to })
  if ('unusable' in mixed || isRetimed(mixed.timing) || !mixed.probe.audio) return undefined
  const off = [
    (video?.firstMs ?? 0) - (mixed.timing.video?.firstMs ?? 0),
    (video?.lastMs ?? 0) - (mixed.timing.video?.lastMs ?? 0),
    startMs - mixed.probe.audio.startMs,
  ]
  const isRight = off.every((ms) => Math.abs(ms) <= 2 * COPIED_MS)
  return isRight ? { path: to, probe: mixed.probe, tracks: tracks.length } : undefined
}

/**
 * Makes the copy. ffmpeg releases differ in the filter's time unit and in whether audio priming affects timestamps: if
 * the copy is wrong, it is made again with the other variant.
 * @returns the copy's probe; undefined if it is still wrong
 */
async function copyRetimed(
  options: Parameters<typeof probeRecording>[0] & Omit<Parameters<typeof retimeFile>[0], 'shiftMs' | 'unit'>,
): Promise<Understood | undefined> {
  const { timing, to } = options
  const runs = Math.max(timing.video?.runs.length ?? 0, timing.audio?.runs.length ?? 0)
  if (runs > MOST_RUNS) return undefined
  for (const unit of ['TB', '0.001'] as const) {
    let shiftMs: Shifts | undefined = { video: 0, audio: 0 }
    for (let attempt = 0; attempt < 2 && shiftMs; attempt++) {
      if (!(await retimeFile({ ...options, shiftMs, unit }))) return undefined
      const copy = await probeRecording({ ...options, path: to })
      if ('unusable' in copy) break
      shiftMs = shiftOf(timing, copy.timing)
      if (shiftMs?.video === 0 && shiftMs.audio === 0) return copy
    }
  }
  return undefined
}

/** How much earlier than wanted a copy is; undefined if it differs in more than a constant offset. */
function shiftOf(wanted: Timing, copy: Timing): Shifts | undefined {
  if (isRetimed(copy)) return undefined
  const [video, audio] = (['video', 'audio'] as const).map((medium) => {
    const [due, is] = [wanted[medium], copy[medium]]
    if (!due || !is) return due ? NaN : 0
    const [atStart, atEnd] = [due.firstMs - is.firstMs, due.lastMs - is.lastMs]
    if (Math.abs(atStart - atEnd) > 2 * COPIED_MS) return NaN
    return Math.abs(atStart) <= COPIED_MS ? 0 : atStart
  })
  return Number.isFinite(video) && Number.isFinite(audio)
    ? { video: video ?? 0, audio: audio ?? 0 }
    : undefined
}

/** Adds to a copy's probe the video properties that its container does not store. */
function asIn({ video: original }: Probe, copy: Probe): Probe {
  const { video } = copy
  if (!original || !video) return copy
  const { rotation, pixelAspect, colour } = original
  return { ...copy, video: { ...video, rotation, pixelAspect, colour } }
}

function timesMended(name: string, timing: Timing): readonly Warning[] {
  const strays = (['video', 'audio'] as const).flatMap((medium): Warning[] => {
    const packets = timing[medium]?.judged.stray.reduce((sum, { count }) => sum + count, 0) ?? 0
    return packets > 0 ? [{ code: 'timesMended', params: { name, medium, packets }, where: name }] : []
  })
  const restarts = restartsOf(timing)
  if (restarts === 0) return strays
  if (isWrapped(timing)) return [...strays, { code: 'blockTimesWrapped', params: { name }, where: name }]
  return [...strays, { code: 'clockRestarts', params: { name, parts: restarts + 1 }, where: name }]
}

/** Whether the only defect is that a cluster ran longer than its block timestamps can express. */
function isWrapped({ video, audio }: Timing): boolean {
  return [video, audio].every(
    (track) => track?.runs.every((run) => !('byMs' in run) || run.byMs % WRAP_MS === 0) ?? true,
  )
}

/** How often the clock restarts. */
function restartsOf({ video, audio }: Timing): number {
  return Math.max(...[video, audio].map((track) => track?.judged.restarts.length ?? 0))
}

async function partUnread(
  name: string,
  path: string,
  { probe, timing }: Understood,
): Promise<readonly Warning[]> {
  // A file that can no longer be opened is reported where it is used.
  const at = await unreadPart(path, probe.demuxer, restartsOf(timing)).catch(() => undefined)
  return at === undefined ? [] : [{ code: 'partUnread', params: { name, at }, where: name }]
}

function clocksApart(name: string, { apart }: Timing): readonly Warning[] {
  if (!apart) return []
  const { medium, byMs, movedMs } = apart
  const params = { name, medium, minutes: byMs / 60_000, isPlaced: movedMs !== undefined }
  return [{ code: 'clocksApart', params, where: name }]
}

function tracksMixed(name: string, tracks = 1): readonly Warning[] {
  return tracks > 1 ? [{ code: 'tracksMixed', params: { name, tracks }, where: name }] : []
}

/** @param heard number of audio tracks used */
function tracksUnused(name: string, { timing, unread }: Understood, heard = 1): readonly Warning[] {
  const params = {
    name,
    video: (timing.video?.others ?? 0) + (unread?.video ?? 0),
    audio: (timing.audio?.others ?? 0) + (unread?.audio ?? 0) + 1 - heard,
  }
  return params.video + params.audio > 0 ? [{ code: 'tracksUnused', params, where: name }] : []
}
