/** Telling jobs, lists of jobs and other files apart by their text. Pure. */
import type { Parsed } from '../config/load.ts'

const PARTS = ['action', 'internal', 'data']

/**
 * Whether a JSON file is to be run as a job. A broken one is: that it fails is seen, that it was passed over is
 * not. One that is sound and something else, such as an index, is not.
 */
export function isCfgLike({ value, isWellFormed }: Pick<Parsed, 'value' | 'isWellFormed'>): boolean {
  if (!isWellFormed) return true
  if (typeof value !== 'object' || value === null) return false
  const names = Object.keys(value).map((name) => name.toLowerCase())
  return PARTS.filter((part) => names.includes(part)).length > 1
}

/** Whether a file that was named on the command line is JSON itself, not a list of paths. */
export function isJson(path: string, text: string): boolean {
  return path.toLowerCase().endsWith('.json') || /^\uFEFF?\s*(?:\{|\[|\/\/|\/\*)/.test(text)
}

/** The paths of a list: one per line, `#` at the front of a line for a remark. */
export function listedPaths(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}
