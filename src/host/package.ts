/** The package the worker is installed from. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** The folder that contains bin, conf and dist. */
export const PACKAGE = resolve(import.meta.dirname, '../..')

/** Absolute path of the font for watermarks, wherever the package manager installed it. */
export function bundledFont(): string {
  const found = createRequire(import.meta.url).resolve('@embedpdf/fonts-sc')
  return join(dirname(found), '../fonts/NotoSansHans-Regular.otf')
}

export function workerVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }).version
}
