/** The name of a job before its cfg.json has been validated. */
import { basename, extname } from 'node:path'
import { JOB_ID } from './schema.ts'

/**
 * The job id for naming lock, log and result, even if the rest of cfg.json is broken; by default the file's name.
 * @param value content of cfg.json, as far as it could be read
 */
export function jobIdOf(value: unknown, cfgPath: string): string {
  return writtenJobId(value) ?? basename(cfgPath, extname(cfgPath))
}

function writtenJobId(value: unknown): string | undefined {
  const id = (value as { Internal?: { JobId?: unknown } } | null | undefined)?.Internal?.JobId
  const name = typeof id === 'number' ? String(id) : id
  return typeof name === 'string' && JOB_ID.test(name) ? name : undefined
}
