/**
 * BigBlueButton's raw recordings. bbb-webrtc-sfu lib/base/base-provider.js, video.js; record-and-playback core
 * events.rb. The events give the beginnings; the time in a name is earlier. An event's `timestamp` attribute is
 * monotonic and never used, only its `timestampUTC`.
 */
import { baseName, ifAny, isMedia, matched } from '../files.ts'
import type { Folder, Kind, Reader, Recorded } from '../model.ts'

const CAMERA = /^(?<profile>[a-z]+)-(?<user>w_\w+)-(?<ms>1\d{12})\.(webm|mkv)$/
const TRACK =
  /^(?<source>microphone|camera|screen_share(_audio)?)-(?<user>.+)-(?<track>TR_\w+)-(?<ms>1\d{12})\.webm$/

interface Started {
  readonly ms: number
  readonly isScreen: boolean
  readonly isMixed: boolean
}

interface Events {
  readonly meeting: string
  readonly names: ReadonlyMap<string, string>
  /** By base name of the file. */
  readonly started: ReadonlyMap<string, Started>
}

export const bigbluebutton: Reader = (folder) => {
  const events = eventsOf(folder)
  if (!events) return undefined
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const started = events.started.get(baseName(file.path))
    const name = matched(file, TRACK) ?? matched(file, CAMERA)
    if (!started && !name) return []
    const user = name?.['user'] ?? (started?.isMixed ? 'everybody' : 'screen')
    const isScreen = started?.isScreen ?? name?.['source']?.startsWith('screen') ?? false
    const kind: Kind = isScreen || (name?.['source']?.startsWith('screen') ?? false) ? 'screen' : 'camera'
    const known = events.names.get(user)
    const namedMs = Number(name?.['ms'])
    const startMs = started?.ms ?? (Number.isFinite(namedMs) ? namedMs : undefined)
    return {
      path: file.path,
      session: events.meeting,
      user,
      userBy: name ? 'name' : 'guess',
      name: known,
      kind,
      kindBy: started ? 'manifest' : 'name',
      startMs,
      startBy: started ? 'manifest' : 'name',
    }
  })
  return ifAny({ vendor: 'BigBlueButton', recorded, isUnixTime: true })
}

function eventsOf(folder: Folder): Events | undefined {
  const file = folder.files.find(({ path }) => baseName(path) === 'events.xml')
  const text = file?.text
  if (text === undefined || !/<recording[\s>]/.test(text)) return undefined
  const names = new Map<string, string>()
  const started = new Map<string, Started>()
  for (const block of text.split('<event ').slice(1)) {
    const kind = /eventname="(\w+)"/.exec(block)?.[1] ?? ''
    const of = (tag: string): string | undefined => {
      const from = block.indexOf(`<${tag}>`)
      const to = block.indexOf(`</${tag}>`, from)
      return from < 0 || to < 0 ? undefined : unescaped(block.slice(from + tag.length + 2, to))
    }
    const [user, name] = [of('userId'), of('name')]
    if (kind === 'ParticipantJoinEvent' && user !== undefined && name !== undefined) names.set(user, name)
    const [path, ms] = [of('filename'), Number(of('timestampUTC'))]
    if (path === undefined || !(ms > 1e12) || !/^Start/.test(kind)) continue
    started.set(baseName(path), {
      ms,
      isScreen: /Desktop|Deskshare/i.test(kind),
      isMixed: kind === 'StartRecordingEvent',
    })
  }
  return { meeting: /meeting_id="([^"]*)"/.exec(text)?.[1] ?? '', names, started }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  const plain = text.trim().replace(/^<!\[CDATA\[([\s\S]*)\]\]>$/, '$1')
  return plain.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '').trim()
}
