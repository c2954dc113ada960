/**
 * Craig, the Discord recorder. CraigChat/craig cook.sh and cook/recinfo.js. All tracks begin at `Start time`; who left
 * and came back stays in one track. The names in info.txt are right, those of files have `_` for other characters.
 */
import { baseName, folderOf, isMedia, matched } from '../files.ts'
import type { Reader, Recorded } from '../model.ts'

const NAME = /^(?<n>\d{1,2})-(?<name>\w+)\.(flac|ogg|oga|opus|aac|mp3|wav)$/

export const craig: Reader = (folder) => {
  const recorded: Recorded[] = []
  for (const info of folder.files.filter(({ path }) => baseName(path) === 'info.txt')) {
    const startMs = Date.parse(/^Start time:\s*(\S+)/m.exec(info.text ?? '')?.[1] ?? '')
    const tracks = /^Tracks:\s*$([\s\S]*)/m.exec(info.text ?? '')?.[1]
    if (tracks === undefined) continue
    const people = tracks
      .split('\n')
      .flatMap((line) => /^\t(.+?)(?: \(([^()]*)\))? \((\d+)\)\s*$/.exec(line)?.[1] ?? [])
    for (const file of folder.files.filter(isMedia)) {
      const name = matched(file, NAME)
      if (!name || folderOf(file.path) !== folderOf(info.path)) continue
      const person = people[Number(name['n']) - 1]
      recorded.push({
        path: file.path,
        session: info.path,
        // Two people of one name have two numbers.
        user: `${name['n'] ?? ''}-${name['name'] ?? ''}`,
        userBy: person === undefined ? 'name' : 'manifest',
        name: person ?? name['name'] ?? '',
        kind: 'camera',
        kindBy: 'name',
        startMs: Number.isFinite(startMs) ? startMs : 0,
        startBy: Number.isFinite(startMs) ? 'manifest' : 'together',
      })
    }
  }
  if (recorded.length === 0) return undefined
  return { vendor: 'Craig', recorded, isUnixTime: recorded.every(({ startBy }) => startBy === 'manifest') }
}
