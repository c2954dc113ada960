/**
 * Zoom, local recording with a file per person; seen, no document found. `audio` + name without blanks, cut at 16
 * characters + the person's number + the digits of `video….mp4`, whose first counts stops. The files are said to be
 * padded so that they begin together; that is not verified.
 */
import { baseName, folderOf, isMedia, stemOf } from '../files.ts'
import type { FolderFile, LeftFile, Reader, Recorded } from '../model.ts'

const OLD = /^audio_only_.*?(?<digits>\d{4,})_(?<name>.+)$/

export const zoom: Reader = (folder) => {
  const media = folder.files.filter(isMedia)
  const mine = media.filter(
    ({ path }) => baseName(folderOf(path)) === 'Audio Record' || isOfRecord(folder.name, path),
  )
  if (mine.length === 0) return undefined
  const tails = media.flatMap(({ path }) => /^video(\d+)\.mp4$/.exec(baseName(path))?.[1] ?? [])
  const recorded = mine.flatMap((file): Recorded | [] => {
    const person = personOf(file, tails)
    if (person === undefined) return []
    return {
      path: file.path,
      session: folderOf(folderOf(file.path)),
      user: person,
      userBy: 'name',
      kind: 'camera',
      kindBy: 'folder',
      startMs: 0,
      startBy: 'together',
    }
  })
  if (recorded.length === 0) return undefined
  const left = media
    .filter((file) => !mine.includes(file) && /^(?:video|audio)\d+\.(?:mp4|m4a)$/.test(baseName(file.path)))
    .map(({ path }): LeftFile => ({ path, why: 'mixed' }))
  return { vendor: 'Zoom, local recording', recorded, left, isUnixTime: false }
}

/** The folder itself may be the one that was given. */
const isOfRecord = (folderName: string, path: string): boolean =>
  folderName === 'Audio Record' && !path.includes('/')

function personOf({ path }: FolderFile, tails: readonly string[]): string | undefined {
  const stem = stemOf(path)
  const old = OLD.exec(stem)?.groups
  if (old) return old['name']
  const body = /^audio(?<rest>.+)$/.exec(stem)?.groups?.['rest']
  if (body === undefined) return undefined
  // The first of the meeting's digits counts its pieces, and may differ.
  const tail = tails.find((digits) => body.endsWith(digits) || body.endsWith(digits.slice(1)))
  // The person's number remains: without it the name alone is shown.
  const bare = withoutDigits(tail === undefined ? body : body.slice(0, -tail.length))
  return bare || body
}

function withoutDigits(text: string): string {
  let end = text.length
  while (end > 0 && /\d/.test(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}
