/**
 * Agora on-premise recording 3.x. AgoraIO/agora_doc_source markdown/Recording. `uid_<uid>_<time>.txt` has a line for
 * each event of a file, in seconds; `info` is the first packet of a picture. `*_av.mp4` are results of its own script.
 */
import { baseName, folderOf, ifAny, isMedia, matched } from '../files.ts'
import type { LeftFile, Reader, Recorded } from '../model.ts'
import { unixMs } from '../times.ts'

const SOURCE = /^(?<uid>\d+)_(?<time>\d{9})\.(aac|mp4|webm)$/
const LINE = /^(?<at>\d+(?:\.\d+)?)\s+(?<file>\S+)\s+(?<event>create|info|rotate|close)\b(?<rest>.*)$/

export const agoraPremise: Reader = (folder) => {
  const marks = folder.files.filter(({ path }) =>
    /^recording2-done\.txt$|^uid_\d+_\d+\.txt$/.test(baseName(path)),
  )
  if (marks.length === 0) return undefined
  const starts = new Map<string, number>()
  const turns = new Map<string, number>()
  for (const { text = '' } of marks) {
    for (const line of text.split(/\r?\n/)) {
      const { at, file, event, rest } = LINE.exec(line.trim())?.groups ?? {}
      const ms = unixMs(Number(at))
      if (file === undefined || ms === undefined) continue
      const name = baseName(file)
      if (event === 'create' && !starts.has(name)) starts.set(name, ms)
      if (event === 'info' && !name.endsWith('.aac')) starts.set(name, ms)
      const turn = Number(/rotation=(\d+)/.exec(rest ?? '')?.[1] ?? 0)
      if (event === 'info' && turn > 0) turns.set(name, turn)
    }
  }
  const left: LeftFile[] = []
  const recorded = folder.files.filter(isMedia).flatMap((file): Recorded | [] => {
    const name = matched(file, SOURCE)
    if (!name) {
      if (/_av\.mp4$/.test(file.path)) left.push({ path: file.path, why: 'result' })
      return []
    }
    const startMs = starts.get(baseName(file.path))
    const turn = turns.get(baseName(file.path))
    return {
      path: file.path,
      session: folderOf(file.path),
      user: name['uid'] ?? '',
      userBy: 'name',
      kind: 'camera',
      kindBy: 'guess',
      startMs,
      startBy: 'manifest',
      ...((turn === 90 || turn === 180 || turn === 270) && { rotation: turn }),
    }
  })
  return ifAny({ vendor: 'Agora on-premise recording', recorded, left, isUnixTime: true })
}
