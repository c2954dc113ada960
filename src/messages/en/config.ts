import type { Found } from '../../model/findings.ts'
import { problems, problemLines } from './problems.ts'
import { foundText, quote, SHAPES } from './values.ts'

/** A field of an index entry that cannot be used; `written` is the unknown one that most likely means it. */
export interface EntryField {
  readonly found: Found
  readonly written?: string | undefined
}

const entryField = (name: string, allowed: string, { found, written }: EntryField): string =>
  written === undefined
    ? `${name}: found ${foundText(found)}, allowed ${allowed}`
    : problems.misspelt({ key: written, nearest: name })

/** Messages about reading cfg.json, the index and conf/. */
export const config = {
  ...problems,
  fileMissing: (p: { path: string }) => `${p.path}: there is no such file; check the path`,
  cfgIsFolder: (p: { path: string; command: string }) =>
    `"${p.path}" is a folder, not a cfg.json; did you mean: ${p.command}`,
  cfgIsMedia: (p: { path: string; command: string }) =>
    `"${p.path}" is a recording, not a cfg.json; did you mean: ${p.command}`,
  cfgIsIndex: (p: { path: string; command: string }) =>
    `"${p.path}" is the index of a room, not a cfg.json; did you mean: ${p.command}`,
  cfgIsNoRequest: (p: { path: string; command: string }) =>
    `"${p.path}" has neither Internal nor Data, so it is not a cfg.json; for the recordings beside it: ${p.command}`,
  cfgIsManifest: (p: { path: string; command: string }) =>
    `"${p.path}" is a list that belongs to recordings, not a cfg.json; did you mean: ${p.command}`,
  cfgIsNoJson: (p: { path: string; command: string }) =>
    `"${p.path}" is not JSON, so it is not a cfg.json; "owt-main help" shows the commands`,
  notAFile: (p: { path: string }) =>
    `${p.path}: this is a folder, a pipe or a device, not a file; name a file`,
  fileTooLarge: (p: { path: string; maxBytes: number }) =>
    `${p.path}: the file is larger than ${p.maxBytes} bytes; check that it is the right one`,
  configInvalid: problemLines,
  indexInvalid: problemLines,
  streamsMissing: problemLines,
  confInvalid: problemLines,
  updatesInvalid: problemLines,
  unknownKey: (p: { key: string; nearest?: string | undefined }) =>
    `"${p.key}" is not known and has no effect${p.nearest === undefined ? '' : `; did you mean "${p.nearest}"?`}`,
  streamUnknown: (p: { streamId: string; nearest?: string | undefined }) =>
    `"${p.streamId}" is not a stream of the index and has no effect${p.nearest === undefined ? '' : `; did you mean "${p.nearest}"?`}`,
  duplicateKey: (p: { key: string }) => `"${p.key}" is given twice; the last one counts, remove the other`,
  usedAs: (p: { found: Found; used: string | number | boolean }) =>
    `found ${foundText(p.found)}, used as ${typeof p.used === 'boolean' ? p.used : quote(p.used)}; write that instead`,
  usedAsText: (p: { found: Found }) => `found ${foundText(p.found)}, used as text; put it in double quotes`,
  givenTwice: (p: { used: string; ignored: string }) =>
    `${p.ignored} gives ${p.used} again, with another value; ${p.used} counts, remove one of the two`,
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
    'this worker pushes no live stream, so job.living has no events; remove the entry or close it',
  notifyTwice: (p: { url: string }) =>
    `an earlier entry sends the same events to the same address at ${p.url}; that one counts, remove one of the two`,
  notifyKeyMissing: (p: { dialect: string }) =>
    `missing; ${p.dialect} callbacks are signed, here with an empty key; give the key with which the receiver checks the signature`,
  notifyUrlBad: (p: { found: Found }) =>
    `found ${foundText(p.found)}, to which no callback can be sent; give ${SHAPES.httpUrl}`,
  credentialsHalf: (p: { given: string; missing: string }) =>
    `${p.given} is given and ${p.missing} is empty; both are ignored, and the machine's own credentials are used`,
  indexTime: (p: { found: Found }) =>
    `found ${foundText(p.found)}, not ${SHAPES.time}; the start of the earliest clip is used`,
  indexTimeFar: (p: { hours: number }) =>
    `is ${p.hours} hours from the first clip; the start of the earliest clip is used`,
  endTimeBad: (p: { found: Found }) =>
    `found ${foundText(p.found)}, which is not a time after StartTime; ignored`,
  startsAfterEnd: (p: { seconds: number }) =>
    `is ${p.seconds} s after the EndTime of the room; StartTime is used, check both`,
  nameTimeOther: (p: { time: string; seconds: number }) =>
    `the file name says ${p.time}, which is ${p.seconds} s from StartTime; StartTime is used, check which is right`,
  indexJobId: (p: { found: string; jobId: string }) =>
    `the index belongs to job "${p.found}", cfg.json to "${p.jobId}"; it is used all the same; check that it is the right one`,
  mediaTypeUnknown: (p: { streamId: string; mediaType: string }) =>
    `"${p.streamId}" has media type ${p.mediaType}, but only 1 (camera) and 2 (screen) are known; it is mixed all the same`,
  entryNotObject: (p: { found: Found }) => `the entry is ${foundText(p.found)}, not an object`,
  entryNoName: (p: EntryField) => entryField('Name', SHAPES.name, p),
  entryNoStream: (p: EntryField) => entryField('StreamId', '"user_1" or "user_2"', p),
  entryNoTime: (p: EntryField) => entryField('StartTime', SHAPES.time, p),
  entryLeavesRoot: (_: object) => 'Name points outside Root; only files below Root are read',
  entryTwice: (_: object) => 'the same file is listed twice; the first entry counts',
  entryFar: (p: { hours: number }) =>
    `StartTime is ${p.hours} hours from the other recordings; check it in the index`,
  validated: (p: { file: string; errors: number; warnings: number }) => {
    if (p.errors + p.warnings === 0) return `${p.file}: no errors and no warnings`
    const count = (n: number, noun: string) => `${n === 0 ? 'no' : n} ${noun}${n === 1 ? '' : 's'}`
    return `${p.file}: ${count(p.errors, 'error')}, ${count(p.warnings, 'warning')}`
  },
  moreFindings: (p: { count: number }) => `and ${p.count} more; --json lists all`,
  indexNotRead: (p: { bucket: string; jobId: string }) =>
    `the index of job ${p.jobId} is not beside cfg.json, and the bucket "${p.bucket}" is not accessed here; name a local copy with --index to have it checked`,
  noEntries: (p: { skipped: number }) =>
    `no usable recording is listed (${p.skipped} left out); check Files in the index`,
  updateNotify: (_: object) =>
    'mixing takes place after the call, and its receivers are those of cfg.json; this has no effect: change NotifyConfig in cfg.json',
  updateNotUsed: (p: { action: string }) => `${p.action} changes nothing in a mix and is not used`,
  updateSectionUnused: (p: { action: string; section: string }) =>
    `${p.action} does not change ${p.section}, which is not used; write it as job.update`,
  updatesMissing: (p: { asked: string }) =>
    `${p.asked}: there are no timed updates under this path or key; check --updates`,
  updatesTwice: (p: { used: string; ignored: string }) =>
    `timed updates are in ${p.used} and in ${p.ignored}; the first are used, remove the others`,
  unknownVariable: (p: { name: string; nearest?: string | undefined }) =>
    `no such setting, it has no effect${p.nearest === undefined ? '' : `; did you mean ${p.nearest}?`}`,
} as const
