/** Changed recordings lie beside the sources they were made from, and are written once. */
import { createHash, randomUUID } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { Source } from '../../harness/sources.ts'

/** Where a changed source lies: one file for one change. */
export function keptPath(source: Source, change: unknown, extension = extname(source.path)): string {
  const key = createHash('sha256')
    .update(JSON.stringify([source.path, change]))
    .digest('hex')
  return join(dirname(source.path), `changed-${key.slice(0, 24)}${extension}`)
}

/** Writes it, whoever else writes the same one right now. */
export async function keptFile(options: {
  source: Source
  change: unknown
  bytes: Uint8Array
}): Promise<string> {
  const { source, change, bytes } = options
  const path = keptPath(source, change)
  const own = `${path}-${randomUUID()}`
  await writeFile(own, bytes)
  await rename(own, path)
  return path
}
