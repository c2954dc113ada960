/** Reads cfg.json, and recognises other files given in its place. */
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { JobError } from '../errors.ts'
import type { MessageCode } from '../messages/index.ts'
import { word } from '../text/shell.ts'
import { notText } from './not-a-cfg.ts'
import { openRegular, readRegularText } from './read-file.ts'

const HEAD_BYTES = 4096

/** Errors for input that is not a job at all: it leaves no log and no result. */
export const NO_JOB: ReadonlySet<MessageCode> = new Set<MessageCode>([
  'cfgIsFolder',
  'cfgIsMedia',
  'cfgIsIndex',
  'cfgIsBinary',
  'fileTooLarge',
])

/** @throws JobError if it does not exist, cannot be read, or is something else: a folder, a recording, a binary file */
export async function readCfg(path: string): Promise<string> {
  try {
    await refuseOther(path)
    return await readRegularText(path)
  } catch (error) {
    if (error instanceof JobError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
    throw new JobError(
      { code: 'fileUnreadable', params: { path, reason: code ?? 'unknown' } },
      { fault: 'config' },
    )
  }
}

/**
 * Refuses the index of a room that was given as cfg.json.
 * @param value the file's parsed content
 * @throws JobError `cfgIsIndex`
 */
export function refuseIndex(path: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (!('Files' in value) || !Array.isArray(value.Files) || 'Data' in value || 'Internal' in value) return
  const beside = join(dirname(path), 'cfg.json')
  const command = beside !== path && existsSync(beside) ? `owt-main ${shown(beside)}` : mixing(dirname(path))
  throw new JobError({ code: 'cfgIsIndex', params: { path, command } }, { fault: 'config' })
}

async function refuseOther(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    const inside = join(path, 'cfg.json')
    const command = existsSync(inside) ? `owt-main ${shown(inside)}` : mixing(path)
    throw new JobError({ code: 'cfgIsFolder', params: { path, command } }, { fault: 'config' })
  }
  const file = await openRegular(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 })
    const other = notText(buffer.subarray(0, bytesRead))
    if (other === undefined) return
    const code = other === 'media' ? 'cfgIsMedia' : 'cfgIsBinary'
    throw new JobError({ code, params: { path, command: mixing(path) } }, { fault: 'config' })
  } finally {
    await file.close()
  }
}

/** As one would type it here. */
function shown(path: string): string {
  const near = relative(process.cwd(), path)
  return word(near === '' ? '.' : near.startsWith('..') ? path : near)
}

const mixing = (path: string): string => `owt-main mix ${shown(path)}`
