/** Folds timed updates into a job's settings: stretches of time in which they are the same. */
import type { Loose } from '../config/check.ts'
import type { Notice, Problem } from '../config/findings.ts'
import { found } from '../config/findings.ts'
import { unknownStreams } from '../config/named-streams.ts'
import { type Collector, asList, idsOf } from '../config/resolve/collect.ts'
import { type SettingsWire, settingsOf } from '../config/resolve/settings.ts'
import {
  type WireCommand,
  type WireStream,
  entryOf,
  followingLists,
  withStreams,
} from '../config/resolve/streams.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import type { CfgWire } from '../config/schema.ts'
import type { Path } from '../model/findings.ts'
import type { Job, Settings, StreamState, Stretch } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import { settingsAtStart } from '../model/settings.ts'
import { frameAt } from '../model/time.ts'
import type { Update } from './read.ts'

/** A job with its updates, and all findings about them. */
export interface Updated {
  readonly job: Job
  readonly problems: readonly Problem[]
  readonly notices: readonly Notice[]
}

/**
 * Applies updates to a job, in the order of their frames; several at one frame are one. What an update does not give
 * stays as it is.
 * @param options.wire the checked cfg.json that the job was made from
 * @param options.roomStartMs Unix time in ms of output time 0; if undefined, Unix times count from the earliest
 */
export function applyUpdates(options: {
  job: Job
  wire: Loose<CfgWire>
  updates: readonly Update[]
  roomStartMs: number | undefined
  lettering?: Lettering | undefined
}): Updated {
  const { job, wire, lettering } = options
  const problems: Problem[] = []
  const notices: Notice[] = []
  let state = stateOf(wire)
  let settings = settingsAtStart(job)
  let isSound = true
  const stretches: Stretch[] = [{ fromFrame: 0, soundFromMs: 0, settings }]
  for (const { frame, soundFromMs, group } of byFrame(options)) {
    for (const update of group) {
      for (const problem of fixedProblems(update, job)) problems.push(problem)
      if (update.data.NotifyConfig !== undefined) {
        notices.push({
          code: 'updateNotify',
          params: {},
          path: [...update.path, 'Data', 'NotifyConfig'],
        })
      }
      state = stateAfter(state, update)
    }
    const out: Collector = { problems: [], notices: [] }
    const next = settingsIn(state, { size: job.canvas, lettering, out })
    for (const one of out.problems) {
      // What an earlier request has broken has been reported there.
      const isGiven = giverOf(group, one.path) !== undefined
      if (isGiven || isSound) problems.push({ ...one, path: pathIn(group, one.path) })
    }
    isSound = out.problems.length === 0
    for (const one of out.notices) {
      // What an earlier request gave has been reported there.
      if (giverOf(group, one.path)) notices.push({ ...one, path: pathIn(group, one.path) })
    }
    const update = { actions: group.map(({ action }) => action), before: settings }
    settings = next ?? settings
    const stretch = { fromFrame: frame, soundFromMs, settings, update }
    if (frame === 0) stretches[0] = stretch
    else stretches.push(stretch)
  }
  return { job: { ...job, stretches: stretches as [Stretch, ...Stretch[]] }, problems, notices }
}

/** What the requests so far have said. */
interface State extends Pick<SettingsWire, 'MixerConfig' | 'SubscribeConfig'> {
  readonly streams: readonly StreamState[]
}

function stateOf({
  Data: { MixerConfig = {}, SubscribeConfig = {}, StreamConfig } = {},
}: Loose<CfgWire>): State {
  return { MixerConfig, SubscribeConfig, streams: withStreams([], asList<WireStream>(StreamConfig)) }
}

/** Names of the same setting: a new value for one of them replaces the others. */
const ALIASES = [
  ['WaterMark', 'Watermark'],
  ['LayoutConfig', 'Layouts'],
  ['ResizeMode', 'Crop'],
  ['SubscribeAudio', 'UnsubscribeAudio'],
  ['SubscribeVideo', 'UnsubscribeVideo'],
]

type Fields = Readonly<Record<string, unknown>>

function merged(before: Fields, given: Fields | undefined, cleared: readonly string[]): Fields {
  const keys = Object.keys(given ?? {}).filter((key) => given?.[key] !== undefined)
  const gone = new Set([
    ...cleared,
    ...ALIASES.filter((names) => names.some((name) => keys.includes(name) || cleared.includes(name))).flat(),
  ])
  const kept = Object.entries(before).filter(([key]) => !gone.has(key))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(keys.map((key) => [key, given?.[key]])) }
}

function stateAfter(state: State, { data, cleared }: Update): State {
  const { SubscribeConfig: given, Stream } = data
  const gives = (...names: readonly (keyof NonNullable<typeof given>)[]) =>
    names.some((name) => given?.[name] !== undefined || cleared.SubscribeConfig.includes(name))
  const followed = followingLists(state.streams, {
    audio: gives('SubscribeAudio', 'UnsubscribeAudio'),
    video: gives('SubscribeVideo', 'UnsubscribeVideo'),
  })
  const commands = asList<WireCommand>(Stream).flatMap((one) => (one ? [entryOf(one)] : []))
  return {
    MixerConfig: merged(state.MixerConfig ?? {}, data.MixerConfig, cleared.MixerConfig),
    SubscribeConfig: merged(state.SubscribeConfig ?? {}, given, cleared.SubscribeConfig),
    streams: withStreams(followed, [...asList<WireStream>(data.StreamConfig), ...commands]),
  }
}

function settingsIn(
  { MixerConfig, SubscribeConfig, streams }: State,
  options: Pick<Parameters<typeof settingsOf>[0], 'size' | 'lettering' | 'out'>,
): Settings | undefined {
  const settings = settingsOf({ data: { MixerConfig, SubscribeConfig }, ...options })
  return settings && { ...settings, streams }
}

/** The updates by output frame, ascending. Those before the output are at its beginning. */
function byFrame(options: {
  job: Job
  updates: readonly Update[]
  roomStartMs: number | undefined
}): readonly { frame: number; soundFromMs: number; group: readonly Update[] }[] {
  const { job, updates } = options
  const earliestMs = updates.reduce(
    (least, { at }) => (at.kind === 'unix' ? Math.min(least, at.ms) : least),
    Infinity,
  )
  const startMs = options.roomStartMs ?? earliestMs
  const groups = new Map<number, { soundFromMs: number; group: Update[] }>()
  const timed = updates
    .map((update) => ({ update, ms: update.at.kind === 'output' ? update.at.ms : update.at.ms - startMs }))
    // Stable: those at the same time stay in the order of the file.
    .toSorted((a, b) => a.ms - b.ms)
  for (const { update, ms } of timed) {
    const frame = Math.max(0, frameAt(ms, job.canvas.fps))
    const one = groups.get(frame) ?? { soundFromMs: 0, group: [] }
    if (one.group.length === 0 || isAboutSound(update)) one.soundFromMs = Math.max(0, ms)
    one.group.push(update)
    groups.set(frame, one)
  }
  return [...groups].map(([frame, one]) => ({ frame, ...one }))
}

function isAboutSound({ data }: Update): boolean {
  return data.SubscribeConfig !== undefined || data.StreamConfig !== undefined || data.Stream !== undefined
}

/** The last update of a group that gives the field a path of cfg.json is about. */
function giverOf(group: readonly Update[], [, section, key]: Path): Update | undefined {
  return group.findLast(({ data }) => {
    const fields = (data as Readonly<Record<string, Fields | undefined>>)[String(section)]
    return fields?.[String(key)] !== undefined
  })
}

function pathIn(group: readonly Update[], path: Path): Path {
  return [...((giverOf(group, path) ?? group.at(-1))?.path ?? []), ...path]
}

/** A problem for each field that would change what one file cannot change. What stays the same is no problem. */
function fixedProblems({ data, path }: Update, job: Job): readonly Problem[] {
  const wire = data.TranscodingConfig
  if (!wire) return []
  const { Video = {}, Audio = {} } = wire
  const { canvas, video, audio } = job
  const profile = Video.Profile === 'highprofile' ? 'high' : Video.Profile
  const channels = { aac: 2, aac_48000_1: 1, aac_48000_2: 2 }[Audio.Codec ?? ''] ?? audio.channels
  const fields: readonly [path: Path, given: unknown, now: string | number][] = [
    [['Bitrate'], wire.Bitrate, video.bitrateKbps],
    [['BitRate'], wire.BitRate, video.bitrateKbps],
    [['Video', 'BitRate'], Video.BitRate, video.bitrateKbps],
    [['Video', 'Bitrate'], Video.Bitrate, video.bitrateKbps],
    [['Video', 'Width'], Video.Width, canvas.width],
    [['Video', 'Height'], Video.Height, canvas.height],
    [['Video', 'Fps'], Video.Fps, canvas.fps],
    [['Video', 'Profile'], profile, video.profile],
    [
      ['Audio', 'Codec'],
      channels === audio.channels ? undefined : Audio.Codec,
      `aac_48000_${audio.channels}`,
    ],
  ]
  return fields.flatMap(([inner, given, now]): Problem[] => {
    if (given === undefined || given === now) return []
    const here = [...path, 'Data', 'TranscodingConfig', ...inner]
    return [{ code: 'updateFixed', params: { found: found(given, here), now: String(now) }, path: here }]
  })
}

/** A warning for each stream that an update names and the index does not have, once for each stream. */
export function unknownInUpdates(updates: readonly Update[], index: RoomIndex): readonly Notice[] {
  const seen = new Set<string>()
  return updates.flatMap((update) => {
    const named = wireOf(update)
    return unknownStreams(named, index).flatMap((notice): Notice[] => {
      const { streamId } = notice.params as { streamId: string }
      if (seen.has(streamId)) return []
      seen.add(streamId)
      return [{ ...notice, path: [...update.path, ...notice.path] }]
    })
  })
}

/** An update's streams where cfg.json would have them. */
function wireOf({ data }: Update): Loose<CfgWire> {
  const { MixerConfig, SubscribeConfig, StreamConfig, Stream } = data
  const commands = idsOf(asList<WireCommand>(Stream).map((one) => one?.SubScribeId))
  const streams = [...asList<WireStream>(StreamConfig), ...commands.map((RtcStreamId) => ({ RtcStreamId }))]
  const isManual = MixerConfig?.PositionConfig !== undefined
  return {
    Data: {
      MixerConfig,
      SubscribeConfig: { ...SubscribeConfig, VideoStreamType: isManual ? 1 : 0 },
      StreamConfig: streams,
    },
  }
}
