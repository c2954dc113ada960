/**
 * Volcengine RTC, single stream. volcengine.com/docs/6348/106873. The pattern of names can be configured; a saved
 * callback counts more.
 */
import { asList, asNumber, asObject, asText, baseName, ifAny, isMedia, matched, objectsIn } from '../files.ts'
import type { Folder, Reader, Recorded } from '../model.ts'
import { unixMs } from '../times.ts'

const NAME =
  /^(?=.{1,255}$)(?<task>.+)_(?<room>.+)_(?<user>.+)_(?<type>[CS])_(?<ms>1\d{12})_(?<sec>\d{6})_\w+\.\w+$/

interface Said {
  readonly startMs: number | undefined
  readonly user: string | undefined
  readonly isScreen: boolean
}

export const volcengine: Reader = (folder) => {
  const callback = callbackFiles(folder)
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const name = matched(file, NAME)
    const said = callback.get(baseName(file.path))
    const user = said?.user ?? name?.['user']
    if ((!name && !said) || user === undefined) return []
    const startMs = said?.startMs ?? (name ? Number(name['ms']) : undefined)
    return {
      path: file.path,
      ...(name && { session: `${name['task'] ?? ''} ${name['room'] ?? ''}` }),
      user,
      userBy: said ? 'manifest' : 'name',
      kind: (said?.isScreen ?? name?.['type'] === 'S') ? 'screen' : 'camera',
      kindBy: said ? 'manifest' : 'name',
      startMs,
      startBy: said?.startMs === undefined ? 'name' : 'manifest',
    }
  })
  return ifAny({ vendor: 'Volcengine RTC', recorded, isUnixTime: true })
}

/** By base name, from `RecordFileList` of a saved callback. */
function callbackFiles(folder: Folder): ReadonlyMap<string, Said> {
  const files = new Map<string, Said>()
  for (const { object } of objectsIn(folder.files)) {
    for (const one of asList(object['RecordFileList'])) {
      const file = asObject(one)
      const key = asText(file?.['ObjectKey'])
      if (key === undefined) continue
      const stream = asObject(asList(file?.['StreamList'])[0])
      files.set(baseName(key), {
        startMs: unixMs(asNumber(file?.['StartTime'])),
        user: asText(stream?.['UserId']),
        isScreen: asNumber(stream?.['StreamType']) === 1,
      })
    }
  }
  return files
}
