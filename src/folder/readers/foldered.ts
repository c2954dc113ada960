/**
 * Systems that say who and what by folders, and nothing about the beginning.
 *
 * - 100ms: 100mslive/100ms-docs storage-configuration.mdx, `<room>/<date>/<session>/<peer>/<stream>/<track>.webm`.
 * - VideoSDK (document): `<session>/<participant>/(audio|video|screen_audio|screen_video)/`, a file for each unmute.
 */
import { ifAny, isMedia } from '../files.ts'
import type { Folder, FolderFile, Reader, Recorded } from '../model.ts'

export const hundredMs: Reader = readerOf('100ms', (segments) => {
  const [date, session, peer, , file] = segments.slice(-5)
  if (file === undefined || !/^\d{4}-?\d\d-?\d\d$/.test(date ?? '')) return undefined
  return { session: session ?? '', user: peer ?? '', isScreen: false }
})

export const videosdk: Reader = readerOf('VideoSDK', (segments) => {
  const [session, user, kind, file] = segments.slice(-4)
  if (file === undefined || !/^(audio|video|screen_audio|screen_video)$/.test(kind ?? '')) return undefined
  return {
    session: session ?? '',
    user: user ?? '',
    isScreen: kind?.startsWith('screen') === true,
    kind: 'folder',
  }
})

interface Place {
  readonly session: string
  readonly user: string
  readonly isScreen: boolean
  readonly kind?: 'folder'
}

function readerOf(vendor: string, placeOf: (segments: readonly string[]) => Place | undefined): Reader {
  return (folder: Folder) => {
    const recorded = folder.files.filter(isMedia).flatMap((file: FolderFile): Recorded | [] => {
      // The given folder may be one of theirs.
      const place = placeOf([folder.name, ...file.path.split('/')])
      if (!place) return []
      return {
        path: file.path,
        session: place.session,
        user: place.user,
        userBy: 'folder',
        kind: place.isScreen ? 'screen' : 'camera',
        kindBy: place.kind ?? 'guess',
      }
    })
    return ifAny({ vendor, recorded, isUnixTime: true })
  }
}
