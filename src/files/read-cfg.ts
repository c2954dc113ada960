/** Reads cfg.json, and recognises other files given in its place. */
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { JobError } from '../errors.ts'
import { word } from '../text/shell.ts'
import { type NoJson, notJson, requestParts } from './not-a-cfg.ts'
import { openRegular, readRegularText } from './read-file.ts'

const HEAD_BYTES = 4096

/** @throws JobError if it does not exist, cannot be read, or is no JSON: a folder, a recording, a playlist */
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
 * Refuses JSON of another kind that was given as cfg.json: the index of a room, or what another recorder leaves.
 * @param parsed the file's content
 * @throws JobError `cfgIsIndex`, `cfgIsNoRequest`
 */
export function refuseNoRequest(
  path: string,
  { value, isWellFormed }: { readonly value: unknown; readonly isWellFormed: boolean },
): void {
  if (!isWellFormed || requestParts(value) > 0) return
  const isIndex =
    typeof value === 'object' && value !== null && 'Files' in value && Array.isArray(value.Files)
  const beside = join(dirname(path), 'cfg.json')
  const command =
    isIndex && beside !== path && existsSync(beside) ? `owt-main ${shown(beside)}` : mixing(dirname(path))
  throw new JobError(
    { code: isIndex ? 'cfgIsIndex' : 'cfgIsNoRequest', params: { path, command } },
    { fault: 'config' },
  )
}

const CODES = {
  media: 'cfgIsMedia',
  manifest: 'cfgIsManifest',
  binary: 'cfgIsNoJson',
  text: 'cfgIsNoJson',
} as const satisfies Record<NoJson, string>

/** @throws JobError if a path is a folder, or a file whose first bytes are not those of JSON */
async function refuseOther(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    const inside = join(path, 'cfg.json')
    const command = existsSync(inside) ? `owt-main ${shown(inside)}` : mixing(path)
    throw new JobError({ code: 'cfgIsFolder', params: { path, command } }, { fault: 'config' })
  }
  const other = await noJsonIn(path)
  if (other !== undefined) throw isOther(path, other)
}

/**
 * Refuses a recording, a playlist or a binary file that was given as a list of jobs.
 * @throws JobError
 */
export async function refuseNoList(path: string): Promise<void> {
  const other = await noJsonIn(path)
  if (other !== undefined && other !== 'text') throw isOther(path, other)
}

function isOther(path: string, other: NoJson): JobError {
  const command = mixing(other === 'manifest' ? dirname(path) : path)
  return new JobError({ code: CODES[other], params: { path, command } }, { fault: 'config' })
}

/** What a file is, by its first bytes; undefined for what may be JSON. */
async function noJsonIn(path: string): Promise<NoJson | undefined> {
  const file = await openRegular(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES), position: 0 })
    return notJson(buffer.subarray(0, bytesRead))
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
