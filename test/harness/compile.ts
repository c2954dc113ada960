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
  // What the compiler and the bundler write last. The compiler's is also renewed when it only checks types.
  const made = ['dist/.tsbuildinfo', 'dist/bundle/LICENSE.zod'].map((path) =>
    statSync(join(home, path), { throwIfNoEntry: false }),
  )
  const madeMs = Math.min(...made.map((facts) => facts?.mtimeMs ?? 0))
  const sources = readdirSync(join(home, 'src'), { recursive: true, encoding: 'utf8' })
  return sources.every((path) => statSync(join(home, 'src', path)).mtimeMs <= madeMs)
}
