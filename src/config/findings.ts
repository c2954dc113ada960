/** Findings from reading a file, with the paths they refer to, and their conversion to errors and warnings. */
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import type { PlacedProblem, ProblemSaid } from '../messages/en/problems.ts'
import type { Message, Warning } from '../messages/index.ts'
import type { Found, Path, Place, Position } from '../model/findings.ts'

interface About {
  readonly path: Path
  /** Set if the text itself is invalid, so that no value exists at `path`. */
  readonly position?: Position
  /** The finding refers to the name, not to its value. */
  readonly atName?: boolean
}

/** A finding that stops the job. */
export type Problem = ProblemSaid & About
/** A finding that does not stop the job. */
export type Notice = Message & About

export type PlacedNotice = Message & { readonly place: Place }

/** Returns the position of a path in a text; that of its nearest existing ancestor if it is missing. */
export type Locate = (path: Path, atName?: boolean) => Position

const SHOWN_MAX = 60

const SECRET = /^(token|key|public_?key|secret_?key|access_?key(_?id)?|secret_?access_?key|secret|password)$/i

/** Whether values under this path must never be shown. */
export function isSecret(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && SECRET.test(step))
}

/** Formats a path: `Data.MixerConfig.LayoutConfig[0][1].Area`. */
export function pathText(path: Path): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`
      if (!/^[\w$-]+$/.test(step)) return `["${nameText(step)}"]`
      return at === 0 ? step : `.${step}`
    })
    .join('')
}

const VALUE_OF_SECRET = /^([^=:]{0,40}(?:secret|passw|token|credential|key|auth|sign)[^=:]{0,40}[=:]).*$/is

/** A name on one line, shortened. */
export function nameText(name: string): string {
  // If a quote is missing, the name includes its value.
  const alone = name.replace(VALUE_OF_SECRET, '$1***')
  const escaped = JSON.stringify(alone).slice(1, -1)
  return escaped.length > SHOWN_MAX ? `${escaped.slice(0, SHOWN_MAX)}...` : escaped
}

const isUrlName = (name: string | number | undefined): boolean => /url|endpoint|image/i.test(String(name))

/** Offset of the last segment of a live stream's URL, which is its key; undefined for other text. */
export function streamUrlKeyAt(text: string): number | undefined {
  const isStream =
    /^["“”＂']?[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^["“”＂']?(?:https?|s3|file):/i.test(text)
  const bare = text.replace(/[?#].*$/s, '')
  const at = bare.lastIndexOf('/') + 1
  return isStream && at > bare.indexOf('://') + 3 ? at : undefined
}

/** Removes user, password, query and a live stream's key from a URL, even a malformed one, as they may be secret. */
export function withoutUserAndQuery(url: string): string {
  const bare = url.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1')
  const at = streamUrlKeyAt(bare)
  return at === undefined ? bare : `${bare.slice(0, at)}***`
}

/**
 * The value at a path in a form safe to show: scalars that are not secret, shortened; for everything else only the
 * kind. URLs are shown without user, password and query.
 */
export function found(value: unknown, path: Path): Found {
  if (value === undefined) return { kind: 'nothing' }
  if (value === null) return { kind: 'null' }
  if (Array.isArray(value)) return { kind: 'array' }
  if (typeof value === 'object') return { kind: 'object' }
  if (isSecret(path)) return { kind: 'hidden' }
  if (typeof value !== 'string') return { value: JSON.stringify(value) }
  const plain = isUrlName(path.at(-1)) || value.includes('://') ? withoutUserAndQuery(value) : value
  const shown = plain.length > SHOWN_MAX ? `${plain.slice(0, SHOWN_MAX)}...` : plain
  return { value: JSON.stringify(shown) }
}

function placeOf(about: About, from: { file: string; locate: Locate }): Place {
  return {
    file: from.file,
    ...(about.position ?? from.locate(about.path, about.atName)),
    path: pathText(about.path),
  }
}

/** Adds places to the problems and sorts them in file order. */
export function placeProblems(
  problems: readonly Problem[],
  from: { file: string; locate: Locate },
): readonly PlacedProblem[] {
  const placed = problems.map(({ code, params, ...about }) => ({ code, params, place: placeOf(about, from) }))
  return inFileOrder(placed as PlacedProblem[])
}

/** Adds places to the notices and sorts them in file order. */
export function placeNotices(
  notices: readonly Notice[],
  from: { file: string; locate: Locate },
): PlacedNotice[] {
  const placed = notices.map(({ code, params, ...about }) => ({ code, params, place: placeOf(about, from) }))
  return inFileOrder(placed) as PlacedNotice[]
}

/** Converts placed notices to warnings with `file:line:column path`. */
export function warningsOf(notices: readonly PlacedNotice[]): Warning[] {
  return notices.map(({ code, params, place }) => {
    const spot = `${place.file}:${place.line}:${place.column}`
    return { code, params, where: place.path === '' ? spot : `${spot} ${place.path}` } as Warning
  })
}

const inFileOrder = <T extends { readonly place: Place }>(placed: readonly T[]): T[] =>
  [...placed].sort(
    ({ place: a }, { place: b }) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )

const startsWith = (path: Path, ...start: string[]): boolean => start.every((step, at) => path[at] === step)

/** The vendor's exit code for problems of cfg.json: JobId, video and layout first, then audio, then the rest. */
export function exitCodeOf(problems: readonly { readonly path: Path }[]): ExitCode {
  const isAudio = (path: Path) =>
    startsWith(path, 'Data', 'TranscodingConfig', 'Audio') ||
    startsWith(path, 'Data', 'SubscribeConfig', 'SubscribeAudio') ||
    startsWith(path, 'Data', 'SubscribeConfig', 'UnsubscribeAudio')
  const isVideo = (path: Path) =>
    startsWith(path, 'Internal', 'JobId') ||
    startsWith(path, 'Data', 'MixerConfig') ||
    startsWith(path, 'Data', 'SubscribeConfig') ||
    startsWith(path, 'Data', 'TranscodingConfig')
  if (problems.some(({ path }) => isVideo(path) && !isAudio(path))) return EXIT.badVideo
  return problems.some(({ path }) => isAudio(path)) ? EXIT.badAudio : EXIT.failed
}

/** The error that lists all problems of a file, one per line. */
export function invalid(
  code: 'configInvalid' | 'indexInvalid' | 'updatesInvalid' | 'confInvalid' | 'streamsMissing',
  problems: readonly PlacedProblem[],
  exitCode: ExitCode,
): JobError {
  return new JobError(
    { code, params: { problems } },
    { exitCode, fault: code === 'indexInvalid' ? 'input' : 'config' },
  )
}
