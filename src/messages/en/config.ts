import type { Allowed, Found, Place, Shape } from '../../model/findings.ts'

/** The meaning of each number or name in cfg.json, by field. */
export const VALUE_MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Mode: { 0: 'single streams', 1: 'mix' },
  ChannelType: { 0: 'meeting', 1: 'live' },
  MixedVideoLayout: { 0: 'custom', 1: 'tile', 2: 'vertical', 3: 'single', 4: 'tile 2', 5: 'vertical 2' },
  ResizeMode: { 0: 'stretch', 1: 'crop to fill', 2: 'letterbox' },
  VideoStreamType: { 0: 'automatic', 1: 'manual' },
  MediaChannel: { 1: 'audio only', 2: 'video only', 3: 'both' },
  Type: { 0: 'none', 1: 'time', 2: 'image', 3: 'text' },
}

const SHAPES: Readonly<Record<Shape, string>> = {
  jobId: 'letters, digits, "-", "_" and "." with no leading dot, at most 200',
  fraction: 'a fraction from 0 to 1 as text, such as "1/2", "0", "1" or "0.25"',
  audioCodec: '"aac", "aac_48000_1" or "aac_48000_2" (name, rate, channels)',
  time: 'a Unix time in seconds, milliseconds, microseconds or nanoseconds',
  updateTime: 'a Unix time in seconds or milliseconds, or seconds of the output',
  name: 'a file name below Root',
  httpUrl: 'an http:// or https:// URL with no user or password in it',
  codecName: 'the name of a codec as `ffmpeg -codecs` has it, such as "h264"',
  networkRule:
    'a network as 10.0.0.0/8, an address, a host name, "*." before it for all names below it, or one of loopback, link-local, private, multicast',
  absolutePath: 'an absolute path',
  appId: 'letters, digits, "-", "_" and "." with no leading dot, at most 100',
  sha256: 'a SHA-256 in hex, 64 digits',
  loudness: '"off", or a loudness in LUFS from -40 to -8, such as -16',
  fileMode: 'the mode of a file that its owner reads and writes, such as "0600", "0640" or "0644"',
  trustedHost:
    'a host, "*." before it for all names below it, a port behind it, "http://" before it for plain http',
  endpointTemplate: 'an http:// or https:// URL, "{region}" standing for the region',
  heightFraction: 'a fraction of the canvas height from "1/200" to "1/2"',
  indexKey: 'an object key that may hold {jobId} and {folder}',
  zone: 'an IANA time zone such as "Asia/Shanghai"',
  region: 'letters, digits and "-", such as "cn-bj"',
  bucket: 'a bucket name of letters, digits, "-", "_" and "."',
}

const KINDS: Readonly<Record<Extract<Found, { kind: string }>['kind'], string>> = {
  object: 'an object',
  array: 'an array',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  nothing: 'nothing',
  word: 'a word without quotes',
  hidden: 'a value that is not shown',
}

const foundText = (found: Found): string => ('value' in found ? found.value : KINDS[found.kind])

const quote = (value: string | number): string => (typeof value === 'number' ? String(value) : `"${value}"`)

function numberText(a: Extract<Allowed, { kind: 'number' }>): string {
  const noun = !a.whole ? 'numbers' : a.step === 2 ? 'even numbers' : 'whole numbers'
  if (a.min !== undefined && a.max !== undefined) return `${noun} from ${a.min} to ${a.max}`
  if (a.min !== undefined) return `${noun} from ${a.min} up`
  return a.max === undefined ? noun : `${noun} up to ${a.max}`
}

const withNames = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` with ${names.join(', ')}`

const ofMost = (most: number | undefined): string => (most === undefined ? '' : ` (at most ${most})`)

/** Allowed values in words. */
export function allowedText(a: Allowed): string {
  switch (a.kind) {
    case 'number':
      return numberText(a)
    case 'values': {
      const meanings = VALUE_MEANINGS[a.field] ?? {}
      const one = (v: string | number) => quote(v) + (meanings[v] === undefined ? '' : ` (${meanings[v]})`)
      return a.values.map(one).join(', ')
    }
    case 'shape':
      return SHAPES[a.shape]
    case 'text':
      return 'text in double quotes'
    case 'filledText':
      return 'text in double quotes that is not empty'
    case 'boolean':
      return 'true or false'
    case 'array':
      return `an array [...]${ofMost(a.most)}`
    case 'object':
      return `an object {...}${withNames(a.names)}`
    case 'objectOrArray':
      return `an object {...}${withNames(a.names)} or an array of them${ofMost(a.most)}`
    case 'textOrArray':
      return `text or an array of texts${ofMost(a.most)}`
    case 'any':
      return 'any value'
  }
}

function choiceText(allowed: Allowed | undefined): string {
  if (!allowed || allowed.kind === 'any') return 'write one value'
  return `${allowed.kind === 'values' ? 'choose from' : 'write'} ${allowedText(allowed)}`
}

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
const problems = {
  notAllowed: (p: { found: Found; allowed: Allowed; meant?: string }) =>
    `found ${foundText(p.found)}, allowed ${allowedText(p.allowed)}${p.meant === undefined ? '' : `; did you mean "${p.meant}"?`}`,
  missing: (p: { allowed: Allowed }) => `missing; give ${allowedText(p.allowed)}`,
  placeholder: (p: { found: Found; allowed?: Allowed }) =>
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
  unknownSetting: (p: { key: string; nearest?: string }) =>
    `"${p.key}" is no setting; ${p.nearest === undefined ? 'remove it' : `did you mean "${p.nearest}"?`}`,
  indexShape: (p: { found: Found; allowed: Allowed }) =>
    `found ${foundText(p.found)}, an index is allowed ${allowedText(p.allowed)} here; check that this is the index`,
  listNobody: (p: { list: string }) =>
    `${p.list} leaves none of the streams that the index lists; correct the names or empty the list`,
  positionsNobody: (_: object) =>
    'none of these positions is for a stream that is seen; correct the RtcStreamId of each, or write VideoStreamType 0',
  updatesShape: (p: { found: Found }) =>
    `found ${foundText(p.found)}, timed updates are an array [...] of requests, each with At, Action and Data`,
  updateUnknown: (p: { found: Found; allowed: readonly string[]; meant?: string }) =>
    `found ${foundText(p.found)}, allowed ${p.allowed.join(', ')}${p.meant === undefined ? '' : `; did you mean "${p.meant}"?`}`,
  updateEmpty: (p: { action: string; sections: readonly string[] }) =>
    `missing; ${p.action} needs ${p.sections.join(' or ')}`,
  updateFixed: (p: { found: Found; now: string }) =>
    `found ${foundText(p.found)}, cfg.json has ${p.now}; one file has one picture size, frame rate, bit rate and audio format, so this cannot change during the output`,
  rootLeaves: (_: object) =>
    'leaves the bucket; write Root as a folder in it, without ".." and without a URL',
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

const problemLines = (p: { problems: readonly PlacedProblem[] }): string => {
  const more = p.problems.length - MOST_PROBLEMS
  const lines = p.problems.slice(0, MOST_PROBLEMS).map(problemLine)
  return [...lines, ...(more > 0 ? [`and ${more} more; owt-main validate --json lists all`] : [])].join('\n')
}

/** Messages about reading cfg.json, the index and conf/. */
export const config = {
  ...problems,
  fileMissing: (p: { path: string }) => `${p.path}: there is no such file; check the path`,
  cfgIsFolder: (p: { path: string; command: string }) =>
    `"${p.path}" is a folder, and a cfg.json is wanted; this was meant: ${p.command}`,
  cfgIsMedia: (p: { path: string; command: string }) =>
    `"${p.path}" is a recording, and a cfg.json is wanted; this was meant: ${p.command}`,
  cfgIsIndex: (p: { path: string; command: string }) =>
    `"${p.path}" is the index of a room, and a cfg.json is wanted; this was meant: ${p.command}`,
  cfgIsBinary: (p: { path: string; command: string }) =>
    `"${p.path}" is no text, and a cfg.json is wanted; "owt-main help" shows the commands`,
  notAFile: (p: { path: string }) =>
    `${p.path}: this is a folder, a pipe or a device and no file; name a file`,
  fileTooLarge: (p: { path: string; maxBytes: number }) =>
    `${p.path}: the file is larger than ${p.maxBytes} bytes; check that it is the right one`,
  configInvalid: problemLines,
  indexInvalid: problemLines,
  streamsMissing: problemLines,
  confInvalid: problemLines,
  updatesInvalid: problemLines,
  unknownKey: (p: { key: string; nearest?: string }) =>
    `"${p.key}" is not known and has no effect${p.nearest === undefined ? '' : `; did you mean "${p.nearest}"?`}`,
  streamUnknown: (p: { streamId: string; nearest?: string }) =>
    `"${p.streamId}" is no stream of the index and has no effect${p.nearest === undefined ? '' : `; did you mean "${p.nearest}"?`}`,
  duplicateKey: (p: { key: string }) => `"${p.key}" is given twice; the last one counts, remove the other`,
  usedAs: (p: { found: Found; used: string | number | boolean }) =>
    `found ${foundText(p.found)}, used as ${typeof p.used === 'boolean' ? p.used : quote(p.used)}; write that instead`,
  usedAsText: (p: { found: Found }) => `found ${foundText(p.found)}, used as text; put it in double quotes`,
  givenTwice: (p: { used: string; ignored: string }) =>
    `${p.ignored} is another place for ${p.used} and says something else; ${p.used} counts, remove one of the two`,
  modeSingle: (_: object) => 'Mode 0 records single streams; this worker always mixes, write 1',
  glyphsMissing: (p: { characters: readonly string[]; more: number }) =>
    `the font has no ${p.characters.length + p.more === 1 ? 'glyph for this character' : 'glyphs for these characters'}, boxes are drawn instead: ${p.characters.join(', ')}${p.more > 0 ? ` and ${p.more} more` : ''}; use others, or set watermark.fontFile in conf/ to a font that has them`,
  textOutside: (p: { right: number; bottom: number; canvas: string }) =>
    `the text reaches to ${p.right},${p.bottom} on a canvas of ${p.canvas} and is cut off there; move or shorten it, or lower watermark.textHeight in conf/`,
  snapped: (p: { found: string; used: string }) =>
    `found ${p.found}, multiples of 4 are needed; used ${p.used}`,
  manualWithoutPositions: (_: object) =>
    'VideoStreamType 1 (manual) needs PositionConfig and there is none; used MixedVideoLayout instead',
  positionTwice: (p: { streamId: string }) => `"${p.streamId}" has a position already; the last one counts`,
  templateEmpty: (_: object) => 'a template with no regions is never used; remove it',
  templateTwice: (p: { regions: number }) =>
    `there is a template for ${p.regions} streams already; the first one counts`,
  regionIdTwice: (p: { id: string }) =>
    `the Id "${p.id}" is used twice in this template; give each region its own`,
  containersLeftOut: (p: { found: string }) => `found ${p.found}, only mp4 is made; remove the others`,
  liveNotDone: (_: object) => 'this worker makes a file and does not push a live stream; remove LiveConfig',
  notifyLiving: (_: object) =>
    'this worker pushes no live stream, so there is nothing to tell of job.living; remove the entry or close it',
  notifyTwice: (p: { url: string }) =>
    `an entry before it has the same events sent to the same address at ${p.url}; that one counts, remove one of the two`,
  notifyKeyMissing: (p: { dialect: string }) =>
    `missing; ${p.dialect} callbacks carry a signature, which is made with an empty key; give the key the receiver checks it with`,
  notifyUrlBad: (p: { found: Found }) =>
    `found ${foundText(p.found)}, no callback goes there; give ${SHAPES.httpUrl}`,
  credentialsHalf: (p: { given: string; missing: string }) =>
    `${p.given} is given and ${p.missing} is empty; neither is used, the machine's own credentials are`,
  indexTime: (p: { found: Found }) =>
    `found ${foundText(p.found)}, not ${SHAPES.time}; the start of the earliest clip is used`,
  indexTimeFar: (p: { hours: number }) =>
    `lies ${p.hours} hours from the first clip; the start of the earliest clip is used`,
  endTimeBad: (p: { found: Found }) => `found ${foundText(p.found)}, no time after StartTime; not used`,
  startsAfterEnd: (p: { seconds: number }) =>
    `lies ${p.seconds} s after the EndTime of the room; StartTime is used, check both`,
  nameTimeOther: (p: { time: string; seconds: number }) =>
    `the file name says ${p.time}, which is ${p.seconds} s from StartTime; StartTime is used, check which is right`,
  indexJobId: (p: { found: string; jobId: string }) =>
    `the index is of job "${p.found}", cfg.json of "${p.jobId}"; it is used, check that it is the right one`,
  mediaTypeUnknown: (p: { streamId: string; mediaType: string }) =>
    `"${p.streamId}" has media type ${p.mediaType}; 1 camera and 2 screen are known, it is mixed all the same`,
  entryNotObject: (p: { found: Found }) => `the entry is ${foundText(p.found)}, not an object`,
  entryNoName: (p: { found: Found }) => `Name: found ${foundText(p.found)}, allowed ${SHAPES.name}`,
  entryNoStream: (p: { found: Found }) =>
    `StreamId: found ${foundText(p.found)}, allowed "user_1" or "user_2"`,
  entryNoTime: (p: { found: Found }) => `StartTime: found ${foundText(p.found)}, allowed ${SHAPES.time}`,
  entryLeavesRoot: (_: object) => 'Name leaves Root; only files below Root are read',
  entryTwice: (_: object) => 'the same file is listed twice; the first entry counts',
  entryFar: (p: { hours: number }) =>
    `StartTime lies ${p.hours} hours from the other recordings; check it in the index`,
  validated: (p: { file: string; errors: number; warnings: number }) => {
    if (p.errors + p.warnings === 0) return `${p.file}: no errors and no warnings`
    const count = (n: number, noun: string) => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`
    return `${p.file}: ${count(p.errors, 'error')}, ${count(p.warnings, 'warning')}`
  },
  moreFindings: (p: { count: number }) => `and ${p.count} more; --json lists all`,
  indexNotRead: (p: { bucket: string; jobId: string }) =>
    `the index of job ${p.jobId} is not beside cfg.json, and the bucket "${p.bucket}" is not asked here; name a local copy with --index to have it checked`,
  noEntries: (p: { skipped: number }) =>
    `no usable recording is listed (${p.skipped} left out); check Files in the index`,
  updateNotify: (_: object) =>
    'the mix is made after the call and tells the receivers of cfg.json; this is not used, change NotifyConfig there',
  updateNotUsed: (p: { action: string }) => `${p.action} changes nothing in a mix and is not used`,
  updateSectionUnused: (p: { action: string; section: string }) =>
    `${p.action} does not change ${p.section}, which is not used; write it as job.update`,
  updatesMissing: (p: { asked: string }) =>
    `${p.asked}: there are no timed updates under this path or key; check --updates`,
  updatesTwice: (p: { used: string; ignored: string }) =>
    `timed updates are in ${p.used} and in ${p.ignored}; the first are used, remove the others`,
  unknownVariable: (p: { name: string; nearest?: string }) =>
    `no such setting, it has no effect${p.nearest === undefined ? '' : `; did you mean ${p.nearest}?`}`,
} as const
