/** The keys of every object that a job puts into a bucket: the finished file and its sidecars. */
import type { SidecarKind } from '../model/sidecar.ts'
import type { OutputSettings } from './settings.ts'
import { wellFormed } from '../text/well-formed.ts'

/** HTTP content types by extension; players rely on them. */
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp4', 'video/mp4'],
  ['m4s', 'video/iso.segment'],
  ['m3u8', 'application/vnd.apple.mpegurl'],
  ['jpg', 'image/jpeg'],
  ['vtt', 'text/vtt'],
])

/** @returns undefined for files that the worker does not make */
export function contentTypeOf(key: string): string | undefined {
  return CONTENT_TYPES.get(/\.(\w+)$/.exec(key)?.[1] ?? '')
}

/** A key that a job may write, or a series of keys that differ in a number. */
export interface OutputKey {
  readonly kind: 'finished' | SidecarKind
  /** For numbered files, one of the longest keys. */
  readonly key: string
  /** For numbered files, the file name before and after the digits. */
  readonly numbered?: { readonly before: string; readonly after: string }
}

/** The unnumbered files of an HLS rendition. */
export const HLS_NAMES = { master: 'master.m3u8', playlist: 'index.m3u8', init: 'init.mp4' } as const

/** The common prefix of sidecar keys. */
export function stemOf(outputKey: string): string {
  return outputKey.replace(/\.mp4$/i, '')
}

export const posterKey = (stem: string): string => `${stem}.jpg`
export const thumbnailsKey = (stem: string): string => `${stem}.thumbs.vtt`
/** @param number of the sheet, from 1 */
export const sheetKey = (stem: string, number: number): string =>
  `${stem}.thumbs${number > 1 ? `-${number}` : ''}.jpg`
export const hlsKey = (stem: string, name: string): string => `${stem}/${name}`

/** Upper bound for numbers: a job has no more sheets or segments. */
const MOST = 999_999

/** Every key that a job with these settings may write, whatever its recordings contain. */
export function outputKeys(options: {
  outputKey: string
  settings: OutputSettings
  hasPicture: boolean
}): readonly OutputKey[] {
  const { outputKey, settings, hasPicture } = options
  const stem = stemOf(outputKey)
  const sheets = `${baseName(stem)}.thumbs-`
  return [
    { kind: 'finished', key: outputKey },
    ...(settings.poster && hasPicture ? [{ kind: 'poster', key: posterKey(stem) } as const] : []),
    ...(settings.thumbnails && hasPicture
      ? ([
          { kind: 'thumbnails', key: thumbnailsKey(stem) },
          { kind: 'thumbnails', key: sheetKey(stem, 1) },
          { kind: 'thumbnails', key: sheetKey(stem, MOST), numbered: { before: sheets, after: '.jpg' } },
        ] as const)
      : []),
    ...(settings.hls
      ? ([
          ...Object.values(HLS_NAMES).map((name) => ({ kind: 'hls', key: hlsKey(stem, name) }) as const),
          { kind: 'hls', key: hlsKey(stem, `${MOST}.m4s`), numbered: { before: '', after: '.m4s' } },
        ] as const)
      : []),
  ]
}

/** Whether the job may write a file of this name in the key's folder. */
export function coversName({ key, numbered }: OutputKey, name: string): boolean {
  if (!numbered) return wellFormed(baseName(key)) === wellFormed(name)
  // Ignores case: some file systems do.
  const [text, before, after] = [name, numbered.before, numbered.after].map((one) => one.toLowerCase())
  return (
    text !== undefined &&
    text.startsWith(before ?? '') &&
    text.endsWith(after ?? '') &&
    /^\d+$/.test(text.slice(before?.length, text.length - (after?.length ?? 0)))
  )
}

/** Whether two jobs could write the same key. Keys of one bucket, in the same spelling. */
export function overlap(a: OutputKey, b: OutputKey): boolean {
  if (folderName(a.key) !== folderName(b.key)) return false
  if (!a.numbered) return coversName(b, baseName(a.key))
  return b.numbered
    ? a.numbered.before === b.numbered.before && a.numbered.after === b.numbered.after
    : coversName(a, baseName(b.key))
}

const baseName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)
const folderName = (key: string): string => wellFormed(key.slice(0, Math.max(0, key.lastIndexOf('/'))))

/** Normalises a key: removes empty and `.` segments, and replaces lone surrogates as disks do. */
export function plainKey(key: string): string {
  const segments = key.split('/').filter((segment) => segment !== '' && segment !== '.')
  return wellFormed(segments.join('/'))
}
