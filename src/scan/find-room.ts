/** Finds the room in a folder or in files, or says why there is none. */
import { basename } from 'node:path'
import { EXIT, JobError } from '../errors.ts'
import { type Corrections, type Room, roomOf } from '../folder/room.ts'
import { type Scanned, scan } from './scan-folder.ts'

/**
 * @param options.except absolute paths of files that are not recordings: films made earlier
 * @throws JobError if there is no recording, or those of several rooms; exit code 6 if there is none
 */
export async function findRoom(options: {
  paths: readonly string[]
  corrections: Corrections
  except: readonly string[]
}): Promise<{ room: Room; scanned: Scanned }> {
  const { paths, corrections, except } = options
  const all = await scan(paths)
  const scanned = { ...all, files: all.files.filter(({ path }) => !except.includes(`${all.path}/${path}`)) }
  const outcome = roomOf(scanned, corrections)
  const path = paths.length === 1 ? (paths[0] as string) : all.path
  if ('room' in outcome) return { room: outcome.room, scanned }
  switch (outcome.fault) {
    case 'empty': {
      const tools = new Set(outcome.left.flatMap((one) => (one.why === 'notPlayable' ? [one.tool] : [])))
      throw new JobError(
        { code: 'folderEmpty', params: { path, tools: [...tools] } },
        { exitCode: EXIT.noStream, fault: 'input' },
      )
    }
    case 'several': {
      const sessions = outcome.sessions.map(({ name, files }) => ({
        name,
        count: files.length,
        file: basename(files[0] ?? ''),
      }))
      throw new JobError({ code: 'folderSeveral', params: { path, sessions } }, { fault: 'config' })
    }
    case 'unknownCorrection':
      throw new JobError(
        { code: 'folderUnknown', params: { name: outcome.name, known: outcome.known } },
        { fault: 'config' },
      )
  }
}
