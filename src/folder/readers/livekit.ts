/**
 * LiveKit egress. livekit/egress pkg/config/manifest.go and output_file.go; livekit/livekit pkg/rtc/participant.go.
 * A manifest's `started_at` is the request's time; an EgressInfo that was saved beside it has the first packet's.
 */
import {
  asList,
  asNumber,
  asObject,
  asText,
  baseName,
  byName,
  ifAny,
  isMedia,
  matched,
  objectsIn,
} from '../files.ts'
import type { Folder, Kind, Known, Reader, Recorded } from '../model.ts'
import { unixMs, utc } from '../times.ts'

const NAME = /^(?<track>TR_(?<k>[AV][CMSs]?)\w+)-(?<t>\d{4}-\d\d-\d\dT\d{6})(-\d+)?\.(ogg|webm|mp4)$/
/** From the request to the first packet. */
const REQUEST_OFF_MS = 2000

export const livekit: Reader = (folder) => fromManifests(folder) ?? fromNames(folder)

function fromManifests(folder: Folder): ReturnType<Reader> {
  const media = folder.files.filter(isMedia)
  const find = byName(media)
  const exact = exactStarts(folder)
  const recorded: Recorded[] = []
  const named = objectsIn(folder.files)
    .filter(({ object }) => asText(object['egress_id'])?.startsWith('EG_'))
    .flatMap(({ object }) => asList(object['files']))
    .flatMap((one) => asText(asObject(one)?.['filename']) ?? [])
    .filter((name) => find(name) !== undefined)
  // The request's time and the first packet's are two clocks: exact ones count only if all are there.
  const isExact = named.every((name) => exact.has(baseName(name)))
  for (const { object } of objectsIn(folder.files)) {
    const egress = asText(object['egress_id'])
    if (!egress?.startsWith('EG_') || asList(object['files']).length === 0) continue
    const user = asText(object['publisher_identity'])
    const source = asText(object['track_source']) ?? ''
    for (const one of asList(object['files'])) {
      const file = find(asText(asObject(one)?.['filename']) ?? '')
      if (!file || recorded.some(({ path }) => path === file.path)) continue
      const firstMs = isExact ? exact.get(baseName(file.path)) : undefined
      const requestMs = unixMs(asNumber(object['started_at']))
      const startMs = firstMs ?? requestMs
      recorded.push({
        path: file.path,
        session: asText(object['room_name']) ?? '',
        user: user ?? asText(object['track_id']) ?? egress,
        userBy: user === undefined ? 'guess' : 'manifest',
        kind: /screen/i.test(source) ? 'screen' : 'camera',
        kindBy: source === '' ? 'guess' : 'manifest',
        startMs,
        startBy: 'manifest',
        ...(firstMs === undefined && { offMs: REQUEST_OFF_MS }),
      })
    }
  }
  return ifAny({ vendor: 'LiveKit egress', recorded, isUnixTime: true })
}

/** The first packets' times by file name, from an EgressInfo: of a webhook or of the API, in either spelling. */
function exactStarts(folder: Folder): ReadonlyMap<string, number> {
  const starts = new Map<string, number>()
  for (const { object } of objectsIn(folder.files)) {
    for (const one of asList(object['file_results'] ?? object['fileResults'])) {
      const result = asObject(one)
      const name = asText(result?.['filename'])
      const ms = unixMs(asNumber(result?.['started_at'] ?? result?.['startedAt']))
      if (name !== undefined && ms !== undefined) starts.set(baseName(name), ms)
    }
  }
  return starts
}

const KINDS: Readonly<Record<string, Kind>> = { VC: 'camera', AM: 'camera', VS: 'screen', As: 'screen' }

/** Without a manifest: times in whole seconds, in the server's zone, and no person. */
function fromNames(folder: Folder): ReturnType<Reader> {
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const name = matched(file, NAME)
    if (!name) return []
    const { track = '', k = '', t = '' } = name
    const startMs = utc(t.match(/^(\d{4})-(\d\d)-(\d\d)T(\d\d)(\d\d)(\d\d)$/)?.slice(1) ?? [])
    const kind = KINDS[k]
    const by: Known = kind ? 'name' : 'guess'
    return {
      path: file.path,
      user: track,
      userBy: 'guess',
      kind: kind ?? 'camera',
      kindBy: by,
      startMs,
      startBy: 'name',
      offMs: 1000,
    }
  })
  return ifAny({ vendor: 'LiveKit egress', recorded, isUnixTime: false })
}
