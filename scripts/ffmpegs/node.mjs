/** Another release of Node, from the package registry, in a folder. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param release its number: 22
 * @returns the path of the program
 */
export function fetchNode(release, folder) {
  const program = join(folder, 'node_modules/node/bin/node')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const options = ['--prefix', folder, '--no-save', '--no-fund', '--no-audit', '--silent']
  execFileSync('npm', ['install', ...options, `node@${release}`], { stdio: ['ignore', 2, 2] })
  return program
}
