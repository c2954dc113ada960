/** conf/default.json: every setting with its default, and its meaning in a comment above it. */
import { namesOf, schemaAt } from '../config/allowed.ts'
import { valueAt } from '../config/check.ts'
import { confSchema, defaultConf } from '../config/conf.ts'
import { fieldsOf, labelOf } from '../config/fields.ts'
import type { Path } from '../model/findings.ts'
import { wrapTo } from '../text/wrap.ts'

const WIDTH = 120

const HEAD =
  'How this worker runs. These are the defaults; leave this file as it is and write what differs into conf/local.json (same shape, only what differs; $XDG_CONFIG_HOME/owt-main/local.json where conf/ cannot be written), into a file given with --conf, or into a variable named from the path: ffmpeg.path is OWT_FFMPEG_PATH, storage.connectTimeoutMs is OWT_STORAGE_CONNECT_TIMEOUT_MS; arrays and objects as JSON, an empty variable counts as not set. Later ones win: this file, conf/local.json, --conf, variables. A name that is not listed here is an error.'

/** Returns the text of the file. */
export function defaultConfFile(): string {
  return [...comment(HEAD, ''), ...object([], '', ''), ''].join('\n')
}

const DEFAULTS = defaultConf()
const MEANINGS = new Map(fieldsOf(confSchema).map(({ label, meaning }) => [label, meaning?.description]))

/** The lines of a section. @param start what precedes its brace, the indentation included */
function object(path: Path, start: string, indent: string): string[] {
  const names = namesOf(schemaAt(confSchema, path)).filter((name) => name !== '$schema')
  const inner = `${indent}  `
  const members = names.map((name) => member([...path, name], inner))
  return [
    `${start}{`,
    ...members.flatMap((lines, i) => (i < members.length - 1 ? withComma(lines) : lines)),
    `${indent}}`,
  ]
}

/** The lines of a setting or section with its comment. */
function member(path: Path, indent: string): string[] {
  const start = `${indent}${JSON.stringify(path.at(-1))}: `
  const isSection = namesOf(schemaAt(confSchema, path)).length > 0
  return [
    ...comment(MEANINGS.get(labelOf(path)) ?? '', indent),
    ...(isSection ? object(path, start, indent) : value(valueAt(DEFAULTS, path), start, indent)),
  ]
}

/** An array stands on one line where it fits. */
function value(of: unknown, start: string, indent: string): string[] {
  const line =
    start + (Array.isArray(of) ? `[${of.map((one) => JSON.stringify(one)).join(', ')}]` : JSON.stringify(of))
  if (line.length < WIDTH) return [line]
  const [first = '', ...rest] = JSON.stringify(of, null, 2).split('\n')
  return [start + first, ...rest.map((one) => indent + one)]
}

const comment = (text: string, indent: string): string[] =>
  wrapTo(text, WIDTH - indent.length - '// '.length).map((line) => `${indent}// ${line}`)

const withComma = (lines: readonly string[]): string[] => [...lines.slice(0, -1), `${lines.at(-1) ?? ''},`]
