/** What a job is called before its cfg.json is understood. */
import { basename, extname } from 'node:path'
import { parseText } from './load.ts'
import { JOB_ID } from './schema.ts'

/** The job id for naming lock, log and result, even where the rest of cfg.json is broken: then the file's name. */
export function jobIdOf(text: string, cfgPath: string): string {
  return writtenJobId(text) ?? basename(cfgPath, extname(cfgPath))
}

function writtenJobId(text: string): string | undefined {
  const cfg = parseText({ text, file: '' }).value as { Internal?: { JobId?: unknown } } | null | undefined
  const id = cfg?.Internal?.JobId
  const name = typeof id === 'number' ? String(id) : id
  return typeof name === 'string' && JOB_ID.test(name) ? name : undefined
}
