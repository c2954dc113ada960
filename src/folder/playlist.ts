/** Playlists of recordings that were stored in slices. https://www.rfc-editor.org/rfc/rfc8216 */
import { baseName, folderOf } from './files.ts'
import type { FolderFile } from './model.ts'

const MOST_SLICES = 100_000

export interface Playlist {
  /** Names of its slices as written, in order, each with the seconds that it claims. */
  readonly slices: readonly { readonly name: string; readonly seconds: number }[]
  /** Its lines that begin with `#`, for tags of vendors. */
  readonly tags: readonly string[]
}

/** Undefined for a file that is not a playlist. */
export function playlistOf({ text }: FolderFile): Playlist | undefined {
  if (text === undefined || !/^\uFEFF?#EXTM3U/.test(text)) return undefined
  const slices: { name: string; seconds: number }[] = []
  const tags: string[] = []
  let seconds = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) {
      tags.push(line)
      seconds = Number(/^#EXTINF:([\d.]+)/.exec(line)?.[1] ?? seconds)
    } else if (line.trim() !== '' && slices.length < MOST_SLICES) {
      slices.push({ name: line.trim(), seconds })
      seconds = 0
    }
  }
  return { slices, tags }
}

/**
 * The file that a playlist's line names. Only the name counts, in the playlist's own folder: a line never leads
 * anywhere else.
 */
export function sliceOf(
  files: ReadonlyMap<string, FolderFile>,
  playlist: FolderFile,
  name: string,
): FolderFile | undefined {
  const plain = baseName(name.replace(/[?#].*$/s, ''))
  const folder = folderOf(playlist.path)
  return files.get(folder === '' ? plain : `${folder}/${plain}`)
}

export const pathsOf = (files: readonly FolderFile[]): ReadonlyMap<string, FolderFile> =>
  new Map(files.map((file) => [file.path, file]))
