/**
 * Jitsi's multitrack recorder. jitsi/jitsi-multitrack-recorder MkaRecorder.kt: `<meeting>[-N]/recording.mka` has the
 * sound of everybody, a track each, on one clock, and no names and no time of day.
 */
import { baseName, folderOf, ifAny, isMedia } from '../files.ts'
import type { Reader, Recorded } from '../model.ts'

export const jitsi: Reader = (folder) => {
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    if (baseName(file.path) !== 'recording.mka') return []
    const meeting = folderOf(file.path) === '' ? folder.name : baseName(folderOf(file.path))
    return {
      path: file.path,
      session: file.path,
      user: meeting,
      userBy: 'folder',
      kind: 'camera',
      kindBy: 'content',
      startMs: 0,
      startBy: 'container',
      isRoomClock: true,
    }
  })
  return ifAny({ vendor: 'Jitsi multitrack recorder', recorded, isUnixTime: false })
}
