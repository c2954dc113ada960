/** Compiles the worker before tests start it, unless that has been done since its source last changed. */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const home = join(import.meta.dirname, '../..')

export default function compile(): void {
  if (isCompiled()) return
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: home, stdio: ['ignore', 2, 2] })
}

function isCompiled(): boolean {
  const compiled = statSync(join(home, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })
  if (!compiled) return false
  const sources = readdirSync(join(home, 'src'), { recursive: true, encoding: 'utf8' })
  return sources.every((path) => statSync(join(home, 'src', path)).mtimeMs <= compiled.mtimeMs)
}
