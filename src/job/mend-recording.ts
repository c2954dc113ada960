/** What was found out about a recording's file -> what of it can be used, mended where it has to be. */
import type { Watching } from '../ffmpeg/run-watched.ts'
import { unreadPart } from '../ffmpeg/parts.ts'
import { type ProbeOutcome, type Timing, isElsewhere, isRetimed, probeRecording } from '../ffmpeg/probe.ts'
import { MIXED_CODEC, mixTracks } from '../ffmpeg/mix-tracks.ts'
import type { Refused } from '../ffmpeg/refused.ts'
import { type Shifts, retimeFile } from '../ffmpeg/retime-file.ts'
import type { Message, Warning } from '../messages/index.ts'
import type { Probe } from '../model/room.ts'
import { WRAP_MS } from '../timeline/retime.ts'

/** More runs of wrong timestamps than this are no accident, and ffmpeg would take long over them. */
const MOST_RUNS = 300
/** A copy's timestamps are whole ms. */
const COPIED_MS = 1

interface Mended {
  readonly path: string
  readonly probe: Probe
  readonly lostPicture: boolean
  /** Its tracks that are not decoded. */
  readonly refused: Refused
  readonly warnings: readonly Warning[]
}

/**
 * Makes a copy of a recording whose timestamps are not all believed; others are used as they are.
 * @param options.outcome what probing it said
 * @param options.name for warnings
 * @returns why it cannot be used, where that is so
 */
export async function mendRecording(
  options: Watching & {
    readonly name: string
    readonly path: string
    readonly maxPixels: number
    readonly codecs: readonly string[]
    readonly outcome: ProbeOutcome
    /** Where a copy may be written: never beside the recording, which may lie in the bucket. */
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
 * Makes one sound of a recording's sound tracks, where it has several.
 * @param good the recording as it is used otherwise
 * @returns undefined where there is but one, or they could not be put together
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
 * Makes the copy. Releases of ffmpeg differ in the unit its filter counts in, and in whether the sound's priming goes
 * into timestamps: where the copy turns out to be wrong, it is made again the other way.
 * @returns what probing it said; undefined where it is not as it should be
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

/** By how much a copy is early; undefined where it has other times altogether. */
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

/** A copy's probe with what its container does not tell of the picture. */
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

/** Whether all that happens to its clock is that a cluster went on for longer than its blocks can say. */
function isWrapped({ video, audio }: Timing): boolean {
  return [video, audio].every(
    (track) => track?.runs.every((run) => !('byMs' in run) || run.byMs % WRAP_MS === 0) ?? true,
  )
}

/** How often the clock begins anew. */
function restartsOf({ video, audio }: Timing): number {
  return Math.max(...[video, audio].map((track) => track?.judged.restarts.length ?? 0))
}

async function partUnread(
  name: string,
  path: string,
  { probe, timing }: Understood,
): Promise<readonly Warning[]> {
  // What cannot be opened any more will be told of where it is used.
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

/** @param heard how many of its sound tracks are used */
function tracksUnused(name: string, { timing, unread }: Understood, heard = 1): readonly Warning[] {
  const params = {
    name,
    video: (timing.video?.others ?? 0) + (unread?.video ?? 0),
    audio: (timing.audio?.others ?? 0) + (unread?.audio ?? 0) + 1 - heard,
  }
  return params.video + params.audio > 0 ? [{ code: 'tracksUnused', params, where: name }] : []
}
