/**
 * Recordings whose names follow no known scheme. A word at the end says what a file is (`alice-screen.webm`,
 * `alice_audio.m4a`); the rest is the person.
 */
import { baseName, folderOf, isMedia, stemOf } from '../files.ts'
import type { Folder, FolderFile, Kind, Known, LeftFile, Reading, Recorded, Slice } from '../model.ts'
import { pathsOf, playlistOf, sliceOf } from '../playlist.ts'

const ENDS =
  /^(?<user>.*?[^-_. ])[-_. ]+(?<what>audio|mic|microphone|sound|video|cam|camera|webcam|screen|screenshare|screen-share|share|desktop)$/i
const SCREEN = /screen|share|desktop/i

/** Never undefined: every playable file counts as a participant. */
export function plain(folder: Folder): Reading {
  const { playlists, ofSlices, left } = playlistsIn(folder)
  const media = folder.files.filter(
    (file) => (isMedia(file) && !ofSlices.has(file.path)) || playlists.has(file.path),
  )
  const stems = media.map(({ path }) => stemOf(path))
  const recorded = media.map((file, i): Recorded => {
    const { user, what } = ENDS.exec(stems[i] ?? '')?.groups ?? {}
    const whole = stems[i] ?? file.path
    const kind: Kind = SCREEN.test(what ?? '') ? 'screen' : 'camera'
    // A file with audio only is a microphone.
    const isSound = file.facts?.hasAudio === true && !file.facts.hasVideo
    const by: Known = what !== undefined ? 'name' : isSound ? 'content' : 'guess'
    const slices = playlists.get(file.path)
    return {
      path: file.path,
      user: user ?? whole,
      userBy: 'name',
      kind,
      kindBy: by,
      slices,
    }
  })
  return { vendor: '', recorded: apart(recorded), left, isUnixTime: true }
}

/** Playlists whose slices are there, unless a whole file of their name is there too: that is the same media. */
function playlistsIn(folder: Folder) {
  const files = pathsOf(folder.files)
  const playlists = new Map<string, readonly Slice[]>()
  const ofSlices = new Set<string>()
  const left: LeftFile[] = []
  for (const file of folder.files) {
    const playlist = playlistOf(file)
    if (!playlist) continue
    const slices = playlist.slices.flatMap(({ name }) => sliceOf(files, file, name) ?? []).filter(isMedia)
    for (const { path } of slices) ofSlices.add(path)
    const paths = slices.map(({ path }) => path)
    const isWhole = (one: FolderFile) =>
      isMedia(one) && !paths.includes(one.path) && sameStem(one.path, file.path)
    if (folder.files.some(isWhole)) left.push({ path: file.path, why: 'sameMedia', slices: paths })
    else if (slices.length > 0)
      playlists.set(
        file.path,
        paths.map((path) => ({ path })),
      )
    if (slices.length < playlist.slices.length) left.push({ path: file.path, why: 'sliceMissing' })
  }
  return { playlists, ofSlices, left }
}

const sameStem = (a: string, b: string): boolean => folderOf(a) === folderOf(b) && stemOf(a) === stemOf(b)

/** Files of one name in several folders, as `alice/camera.webm` and `bob/camera.webm`, belong to their folders. */
function apart(recorded: readonly Recorded[]): Recorded[] {
  const folders = new Set(recorded.map(({ path }) => folderOf(path)))
  const names = recorded.map(({ path }) => baseName(path))
  const isFoldered = folders.size > 1 && recorded.every(({ path }) => path.includes('/'))
  if (!isFoldered || new Set(names).size === names.length) return [...recorded]
  return recorded.map((one) => ({ ...one, user: baseName(folderOf(one.path)), userBy: 'folder' }))
}
