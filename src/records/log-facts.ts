/** What a log line may contain: facts whose names are known to be harmless, with secrets removed from URLs. Pure. */
import { withoutUserAndQuery } from '../config/findings.ts'
import { isSecretName } from '../config/secrets.ts'

/** Names of facts that may be text. A name missing here is logged as withheld, which a test of a whole job detects. */
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
  // From ffmpeg and its sandbox.
  ...['syntax', 'graphFile', 'guards', 'prlimit', 'bwrap', 'setpriv', 'sandbox'],
  // From errors.
  ...['err', 'type', 'message', 'stack', 'cause', 'errno', 'syscall', 'aggregateErrors'],
])

const WITHHELD = '[withheld]'

/**
 * Returns the facts with secrets withheld. Errors are left for their serializer, whose output is filtered the same way.
 */
export function shownFacts(facts: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, shown(name, value)]))
}

/** Returns the text with users, passwords, queries and live stream keys removed from URLs. */
export function shownText(text: string): string {
  return text.replaceAll(/[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi, withoutUserAndQuery)
}

function shown(name: string, value: unknown): unknown {
  if (value === undefined || value === null || value instanceof Error) return value
  const isText = TEXTS.has(name)
  // Numbers are measurements or counts, but are withheld under a secret's name.
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return isText || !isSecretName(name) ? value : WITHHELD
  if (!isText) return WITHHELD
  if (typeof value === 'string') return shownText(value)
  if (Array.isArray(value)) return value.map((one) => shown(name, one))
  return typeof value === 'object' ? shownFacts(value) : WITHHELD
}
