/** Writes pictures to their destination atomically. */
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { putText } from '../files/write-file.ts'

/** @throws the system's error, including the path */
export async function putFile(from: string, to: string): Promise<void> {
  await putText(to, await readFile(from))
}

/** Writes pictures into a folder by name and removes those of an earlier preview that were not rewritten. */
export async function putFolder(
  folder: string,
  pictures: readonly { readonly from: string; readonly name: string }[],
): Promise<readonly string[]> {
  const paths = pictures.map(({ name }) => join(folder, name))
  for (const [i, { from }] of pictures.entries()) await putFile(from, paths[i] ?? '')
  const names = new Set(pictures.map(({ name }) => name))
  const stale = (await readdir(folder)).filter((name) => OWN_NAME.test(name) && !names.has(name))
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })))
  return paths
}

const OWN_NAME = /^segment-\d+-[A-Z]+-\d+\.\d{3}s\.png$/

/** "segment-003-C-00012.500s.png": sorts chronologically by name. */
export function segmentFile(number: number, letter: string, atMs: number): string {
  const seconds = (atMs / 1000).toFixed(3).padStart(9, '0')
  return `segment-${String(number + 1).padStart(3, '0')}-${letter}-${seconds}s.png`
}
