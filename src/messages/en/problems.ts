import type { Allowed, Found, Place } from '../../model/findings.ts'
import { foundText, allowedText, choiceText } from './values.ts'

const SYNTAX: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this; add it',
  ColonExpected: 'a colon is missing before this; add it',
  PropertyNameExpected: 'a name in double quotes is expected here; add it or remove the comma before',
  ValueExpected: 'a value is missing here; add it',
  CloseBraceExpected: 'a closing } is missing; check the brackets above',
  CloseBracketExpected: 'a closing ] is missing; check the brackets above',
  EndOfFileExpected: 'the file should end before this; check the brackets above or remove what follows',
  UnexpectedEndOfString: 'the closing double quote of this text is missing; add it on the same line',
  UnexpectedEndOfComment: 'the closing */ of this comment is missing; add it',
  InvalidEscapeCharacter: 'a lone backslash in this text; write it twice',
  InvalidUnicode: 'a \\u in this text without four hex digits; add them',
  InvalidCharacter: 'a control character or a raw tab in this text; write \\t or remove it',
}

/** Errors that stop a job or the worker: what was found and what is allowed. The place is put in front. */
export const problems = {
  notAllowed: (p: { found: Found; allowed: Allowed; meant?: string | undefined }) =>
    `found ${foundText(p.found)}, allowed ${allowedText(p.allowed)}${p.meant === undefined ? '' : `; did you mean "${p.meant}"?`}`,
  missing: (p: { allowed: Allowed }) => `missing; give ${allowedText(p.allowed)}`,
  misspelt: (p: { key: string; nearest: string }) =>
    `"${p.key}" is not known, and "${p.nearest}" is missing; did you mean "${p.nearest}"?`,
  placeholder: (p: { found: Found; allowed?: Allowed | undefined }) =>
    `found ${foundText(p.found)}, a placeholder and not a value; ${choiceText(p.allowed)}`,
  ellipsis: (_: object) => 'found ..., a placeholder; remove it',
  bareName: (p: { found: Found }) =>
    `found the name ${foundText(p.found)} without quotes; put it in double quotes`,
  fullWidth: (p: { found: string; use: string }) =>
    `found the full-width or curly character ${p.found}; write ${p.use} instead`,
  syntax: (p: { code: string }) => `not JSON: ${SYNTAX[p.code] ?? 'this cannot be read; correct it'}`,
  tooMuch: (p: { most: number }) =>
    `holds more than ${p.most} names, values and signs, or a text of more than a million characters; check that this is the right file`,
  tooDeep: (p: { max: number }) => `nested deeper than ${p.max} levels; check the brackets`,
  bothLists: (p: { allow: string; deny: string }) =>
    `both ${p.allow} and ${p.deny} name streams; keep one of the two`,
  noTemplates: (_: object) =>
    'MixedVideoLayout 0 needs templates and there are none; add LayoutConfig or choose MixedVideoLayout 1 to 5',
  outsideCanvas: (p: { canvas: string; region: string }) =>
    `${p.region} does not lie on the canvas of ${p.canvas}; move or shrink it`,
  regionTooLarge: (p: { start: string; size: string; startValue: string; sizeValue: string }) =>
    `${p.start} ${p.startValue} and ${p.size} ${p.sizeValue} make more than 1; keep the region on the canvas`,
  regionEmpty: (p: { found: string }) => `found ${p.found}, a region needs a size above 0`,
  noMp4: (p: { found: string }) => `found ${p.found}, the output is always mp4; put "mp4" in the list`,
  keyLeavesFolder: (_: object) =>
    'holds a ".." segment, which could leave the folder; write the key without it',
  keyUnusable: (_: object) =>
    'gives an object key with control characters or of more than 1000 bytes; shorten it',
  endpointMissing: (p: { vendor: string }) =>
    `missing; Vendor "${p.vendor}" needs the URL of its service, such as "https://minio.example.com:9000"`,
  regionMissing: (p: { vendor: string }) =>
    `missing; Vendor "${p.vendor}" needs its Region (such as "cn-bj") or an Endpoint`,
  unknownSetting: (p: { key: string; nearest?: string | undefined }) =>
    `"${p.key}" is not a setting; ${p.nearest === undefined ? 'remove it' : `did you mean "${p.nearest}"?`}`,
  indexShape: (p: { found: Found; allowed: Allowed }) =>
    `found ${foundText(p.found)}, an index is allowed ${allowedText(p.allowed)} here; check that this is the index`,
  listNobody: (p: { list: string }) =>
    `${p.list} excludes every stream of the index; correct the names or empty the list`,
  positionsNobody: (_: object) =>
    'none of these positions is for a stream that is seen; correct the RtcStreamId of each, or write VideoStreamType 0',
  updatesShape: (p: { found: Found }) =>
    `found ${foundText(p.found)}, timed updates are an array [...] of requests, each with At, Action and Data`,
  updateUnknown: (p: { found: Found; allowed: readonly string[]; meant?: string | undefined }) =>
    `found ${foundText(p.found)}, allowed ${p.allowed.join(', ')}${p.meant === undefined ? '' : `; did you mean "${p.meant}"?`}`,
  updateEmpty: (p: { action: string; sections: readonly string[] }) =>
    `missing; ${p.action} needs ${p.sections.join(' or ')}`,
  updateFixed: (p: { found: Found; now: string }) =>
    `found ${foundText(p.found)}, cfg.json has ${p.now}; one file has one picture size, frame rate, bit rate and audio format, so this cannot change during the output`,
  rootLeaves: (_: object) =>
    'points outside the bucket; write Root as a folder in it, without ".." and without a URL',
} as const

/** A problem as data. */
export type ProblemSaid = {
  [Code in keyof typeof problems]: {
    readonly code: Code
    readonly params: Parameters<(typeof problems)[Code]>[0]
  }
}[keyof typeof problems]

export type PlacedProblem = ProblemSaid & { readonly place: Place }

function placeText(place: Place): string {
  const spot = place.line === undefined ? place.file : `${place.file}:${place.line}:${place.column}`
  return place.path === '' ? spot : `${spot} ${place.path}`
}

function problemLine(problem: PlacedProblem): string {
  const text = problems[problem.code] as (params: unknown) => string
  return `${placeText(problem.place)}: ${text(problem.params)}`
}

/** An error names so many problems and counts the others. */
export const MOST_PROBLEMS = 20

export const problemLines = (p: { problems: readonly PlacedProblem[] }): string => {
  const more = p.problems.length - MOST_PROBLEMS
  const lines = p.problems.slice(0, MOST_PROBLEMS).map(problemLine)
  return [...lines, ...(more > 0 ? [`and ${more} more; owt-main validate --json lists all`] : [])].join('\n')
}
