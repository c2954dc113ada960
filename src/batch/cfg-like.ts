/** Distinguishes jobs, lists of jobs and other files by their text. Pure. */
import type { Parsed } from '../config/load.ts'
import { requestParts } from '../files/not-a-cfg.ts'

/**
 * Whether to run a JSON file as a job. True for malformed files, so that the failure is visible instead of the file
 * being skipped silently. False for well-formed files of another kind, such as an index.
 */
export function isCfgLike({ value, isWellFormed }: Pick<Parsed, 'value' | 'isWellFormed'>): boolean {
  return !isWellFormed || requestParts(value) > 1
}

/** Whether a file named on the command line is JSON rather than a list of paths. */
export function isJson(path: string, text: string): boolean {
  return path.toLowerCase().endsWith('.json') || /^\uFEFF?\s*(?:\{|\[|\/\/|\/\*)/.test(text)
}

/** Returns the paths of a list: one per line; lines starting with `#` are comments. */
export function listedPaths(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}
