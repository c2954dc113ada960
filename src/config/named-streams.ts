/** Compares the streams named in cfg.json with those in the index. Pure. */
import type { Job } from '../model/job.ts'
import { settingsAtStart } from '../model/settings.ts'
import type { RoomIndex } from '../model/room.ts'
import { wantedMedia } from '../timeline/wanted.ts'
import type { Loose } from './check.ts'
import { type Notice, type Problem, nameText } from './findings.ts'
import { nearest } from './nearest.ts'
import { asList, itemPath } from './resolve/collect.ts'
import type { CfgWire } from './schema.ts'
import type { Path } from '../model/findings.ts'

interface NamedStream {
  readonly streamId: string
  readonly path: Path
}

/** Searching takes time: further names get a warning without a suggestion. */
const MOST_LOOKED_FOR = 20
const MOST_KNOWN = 2000

const LISTS = ['SubscribeAudio', 'UnsubscribeAudio', 'SubscribeVideo', 'UnsubscribeVideo'] as const

/** A warning for each place in cfg.json that names a stream without any entry in the index, usable or not. */
export function unknownStreams(wire: Loose<CfgWire>, index: RoomIndex): Notice[] {
  const known = new Set([...index.entries, ...index.skipped].map(({ streamId }) => streamId))
  const ids = [...known].slice(0, MOST_KNOWN)
  return namedStreams(wire)
    .filter(({ streamId }) => !known.has(streamId))
    .map(({ streamId, path }, at) => {
      const meant = [`${streamId}_1`, `${streamId}_2`].find((id) => known.has(id))
      const near = meant ?? (at < MOST_LOOKED_FOR ? nearest(streamId, ids) : undefined)
      const params = {
        streamId: nameText(streamId),
        ...(near !== undefined && { nearest: nameText(near) }),
      }
      return { code: 'streamUnknown', params, path }
    })
}

/** The places that name a stream and are in use: positions in manual mode only, the main stream in the other modes. */
function namedStreams({ Data = {} }: Loose<CfgWire>): NamedStream[] {
  const { JobConfig, MixerConfig, SubscribeConfig, StreamConfig } = Data
  const named: (Omit<NamedStream, 'streamId'> & { readonly streamId: string | undefined })[] = [
    { streamId: JobConfig?.KeyStream, path: ['Data', 'JobConfig', 'KeyStream'] },
  ]
  if (SubscribeConfig?.VideoStreamType === 1) {
    const config = MixerConfig?.PositionConfig
    type WirePosition = Exclude<NonNullable<typeof config>, readonly unknown[]>
    for (const [at, one] of asList<WirePosition>(config).entries()) {
      const path = itemPath(['Data', 'MixerConfig', 'PositionConfig'], config, at)
      named.push({ streamId: one?.RtcStreamId, path: [...path, 'RtcStreamId'] })
    }
  } else {
    const path = ['Data', 'MixerConfig', 'MaxResolutionStream']
    named.push({ streamId: MixerConfig?.MaxResolutionStream, path })
  }
  for (const list of LISTS) {
    for (const [at, streamId] of (SubscribeConfig?.[list] ?? []).entries())
      named.push({ streamId, path: ['Data', 'SubscribeConfig', list, at] })
  }
  type WireStream = Exclude<NonNullable<typeof StreamConfig>, readonly unknown[]>
  for (const [at, one] of asList<WireStream>(StreamConfig).entries()) {
    const path = itemPath(['Data', 'StreamConfig'], StreamConfig, at)
    named.push({ streamId: one?.RtcStreamId, path: [...path, 'RtcStreamId'] })
  }
  return named.filter((one): one is NamedStream => Boolean(one.streamId?.trim()))
}

/**
 * Finds settings that would produce only background or silence: positions of which none belongs to a stream of the
 * room, or a list that excludes all of its streams. An empty room is handled elsewhere.
 */
export function leavesNobody(job: Job, index: RoomIndex): Problem[] {
  const ids = [...new Set(index.entries.map(({ streamId }) => streamId))]
  if (ids.length === 0) return []
  const problems: Problem[] = []
  const { subscription, layout } = settingsAtStart(job)
  const { audio, video } = subscription
  if (job.media !== 'video' && audio.kind !== 'all' && !ids.some((id) => wantedMedia(job, id).audio))
    problems.push(nobody(audio.kind === 'only' ? 'SubscribeAudio' : 'UnsubscribeAudio'))
  if (job.media === 'audio') return problems
  const seen = ids.filter((id) => wantedMedia(job, id).video)
  if (video.kind !== 'all' && seen.length === 0)
    problems.push(nobody(video.kind === 'only' ? 'SubscribeVideo' : 'UnsubscribeVideo'))
  if (layout.kind !== 'manual' || seen.length === 0) return problems
  const placed = new Set(layout.positions.map(({ streamId }) => streamId))
  if (!seen.some((id) => placed.has(id)))
    problems.push({ code: 'positionsNobody', params: {}, path: ['Data', 'MixerConfig', 'PositionConfig'] })
  return problems
}

const nobody = (list: (typeof LISTS)[number]): Problem => ({
  code: 'listNobody',
  params: { list },
  path: ['Data', 'SubscribeConfig', list],
})

/** The job without a key stream that is not in the room: it has no effect, and a warning has been issued. */
export function withoutUnknownKey(job: Job, index: RoomIndex): Job {
  const { keyStream, ...rest } = job
  const isKnown = [...index.entries, ...index.skipped].some(
    ({ streamId }) => streamId === keyStream?.streamId,
  )
  return isKnown ? job : rest
}
