/**
 * Vonage (OpenTok) individual archives: wobbals/barc archive_manifest.cc, opentok/archiving-composer. OpenVidu 2
 * individual recordings: branch v2, SingleStreamRecordingService.java. Both are a ZIP with one manifest of any name;
 * `createdAt` and the offsets are in ms.
 */
import { asList, asNumber, asObject, asText, byName, ifAny, isMedia, objectsIn } from '../files.ts'
import type { LeftFile, Reader, Recorded } from '../model.ts'

interface Spelling {
  readonly vendor: string
  /** Keys of a file's entry. */
  readonly file: string
  readonly end: string
  readonly kind: string
  readonly user: string
  readonly about: string
}

const VONAGE: Spelling = {
  vendor: 'Vonage Video (OpenTok)',
  file: 'filename',
  end: 'stopTimeOffset',
  kind: 'videoType',
  user: 'streamId',
  about: 'connectionData',
}
const OPENVIDU: Spelling = {
  vendor: 'OpenVidu 2',
  file: 'name',
  end: 'endTimeOffset',
  kind: 'typeOfVideo',
  user: 'connectionId',
  about: 'clientData',
}

export const vonage: Reader = readerOf(VONAGE)
export const openvidu: Reader = readerOf(OPENVIDU)

function readerOf(spelling: Spelling): Reader {
  return (folder) => {
    const find = byName(folder.files.filter(isMedia))
    const recorded: Recorded[] = []
    const left: LeftFile[] = []
    for (const { file: manifest, object } of objectsIn(folder.files)) {
      const createdMs = asNumber(object['createdAt'])
      if (createdMs === undefined) continue
      for (const one of asList(object['files'])) {
        const entry = asObject(one)
        const written = asText(entry?.[spelling.file])
        const offsetMs = asNumber(entry?.['startTimeOffset'])
        if (!entry || written === undefined || offsetMs === undefined || !(spelling.end in entry)) continue
        // OpenVidu names streams; their recordings have an extension.
        const file = find(written) ?? find(`${written}.webm`) ?? find(`${written}.mkv`)
        if (!file) {
          left.push({ path: written, why: 'missing' })
          continue
        }
        const name = nameIn(asText(entry[spelling.about]))
        const kind = asText(entry[spelling.kind])
        recorded.push({
          path: file.path,
          session: asText(object['id']) ?? manifest.path,
          user: asText(entry[spelling.user]) ?? file.path,
          userBy: 'manifest',
          name,
          kind: /screen/i.test(kind ?? '') ? 'screen' : 'camera',
          kindBy: kind === undefined ? 'guess' : 'manifest',
          startMs: createdMs + offsetMs,
          startBy: 'manifest',
        })
      }
    }
    return ifAny({ vendor: spelling.vendor, recorded, left, isUnixTime: true })
  }
}

const NAME_KEYS = ['userName', 'username', 'name', 'displayName', 'nickname', 'clientData']

/** The application's own text about a person: plain, or JSON with a name in it. */
function nameIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!text.trim().startsWith('{')) return text.length <= 80 ? text.trim() : undefined
  try {
    const about = asObject(JSON.parse(text) as unknown)
    return NAME_KEYS.map((key) => asText(about?.[key])).find((name) => name !== undefined)
  } catch {
    return undefined
  }
}
