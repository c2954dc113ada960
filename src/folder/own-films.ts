/** Films that the worker itself made of a folder and left in it. Pure. */
import { isOwnFilm } from '../model/made-by.ts'
import { baseName, folderOf, isMedia, stemOf } from './files.ts'
import type { Folder, FolderFile, LeftFile } from './model.ts'

/** Of a film's HLS rendition, in the folder that is named as the film. */
const OF_HLS = /^(?:init\.mp4|\d+\.m4s|index\.m3u8)$/

/** The folder without such films and their HLS renditions. Where there is nothing else, they are what is wanted. */
export function withoutOwnFilms(folder: Folder): { folder: Folder; left: readonly LeftFile[] } {
  const films = folder.files.filter(({ facts }) => isOwnFilm(facts?.comment))
  const renditions = new Set(films.map(({ path }) => belowIt(folderOf(path), stemOf(path))))
  const isOwn = (file: FolderFile): boolean =>
    films.includes(file) || (OF_HLS.test(baseName(file.path)) && renditions.has(folderOf(file.path)))
  const files = folder.files.filter((file) => !isOwn(file))
  if (films.length === 0 || !files.some(isMedia)) return { folder, left: [] }
  return {
    folder: { ...folder, files },
    left: films.map(({ path }): LeftFile => ({ path, why: 'ownFilm' })),
  }
}

const belowIt = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)
