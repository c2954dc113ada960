/** What a line of the log may hold: facts whose names are known to be harmless, and no secret of a URL. Pure. */
import { withoutUserAndQuery } from '../config/findings.ts'
import { isSecretName } from '../config/secrets.ts'

/** Names of texts in the log. One that is missing here is shown as withheld, and a test of a whole job finds it. */
const TEXTS: ReadonlySet<string> = new Set([
  ...[
    'algorithm',
    'audioCodec',
    'broken',
    'bucket',
    'code',
    'codec',
    'command',
    'detail',
    'doing',
    'doubted',
  ],
  ...['encoder', 'event', 'fault', 'ffmpeg', 'file', 'files', 'found', 'from', 'host', 'id', 'jobId', 'jobs'],
  ...['key', 'kind', 'line', 'name', 'node', 'output', 'path', 'source', 'told', 'vendor', 'version'],
  ...['videoCodec', 'videoEncoder', 'where', 'budget', 'timings'],
  // Of ffmpeg, and of what guards it.
  ...['syntax', 'graphFile', 'guards', 'prlimit', 'bwrap', 'setpriv', 'sandbox'],
  // Of errors.
  ...['err', 'type', 'message', 'stack', 'cause', 'errno', 'syscall', 'aggregateErrors'],
])

const WITHHELD = '[withheld]'

/** Facts as the log may show them. Errors are left for their serializer, whose answer is shown the same way. */
export function shownFacts(facts: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shown(name, value)]))
}

/** A text without users, passwords and queries of URLs, and without the key to a live stream. */
export function shownText(text: string): string {
  return text.replaceAll(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, withoutUserAndQuery)
}

function shown(name: string, value: unknown): unknown {
  if (value === undefined || value === null || value instanceof Error) return value
  const isText = TEXTS.has(name)
  // Numbers are measured or counted; what is called like a secret is withheld all the same.
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return isText || !isSecretName(name) ? value : WITHHELD
  if (!isText) return WITHHELD
  if (typeof value === 'string') return shownText(value)
  if (Array.isArray(value)) return value.map((one) => shown(name, one))
  return typeof value === 'object' ? shownFacts(value) : WITHHELD
}
