/** What `npm run setup` says while it installs: with an npm and an apt-get that install nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'

const SCRIPT = join(import.meta.dirname, '../../scripts/setup.mjs')
/** Makes the timers of the script a thousand times faster. */
const FASTER = `data:text/javascript,${encodeURIComponent(
  'const real = setInterval; globalThis.setInterval = (run, ms) => real(run, ms / 1000)',
)}`

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'owt-setup-'))
  await put('scripts/setup.mjs')
  await copyFile(SCRIPT, join(home, 'scripts/setup.mjs'))
  await put('package-lock.json', '{}')
  // As the compiled one does: until ffmpeg is there, it is missing.
  await put(
    'dist/ffmpeg/find.js',
    `import { existsSync } from 'node:fs'
export async function findFfmpeg() {
  if (existsSync('${home}/bin/ffmpeg')) return { path: '/usr/bin/ffmpeg', version: '5.1.9' }
  throw Object.assign(new Error('no ffmpeg'), { code: 'ffmpegMissing' })
}`,
  )
  await program('npm', 'sleep 0.3')
  await program('apt-get', `case "$1" in install) touch '${home}/bin/ffmpeg';; esac`)
  return () => rm(home, { recursive: true })
})

async function put(path: string, text = ''): Promise<string> {
  const full = join(home, path)
  await mkdir(dirname(full), { recursive: true })
  await writeFile(full, text)
  return full
}

async function program(name: string, line: string): Promise<void> {
  await chmod(await put(`bin/${name}`, `#!/bin/sh\n${line}\n`), 0o755)
}

async function setUp(args: readonly string[] = []) {
  const child = spawn(process.execPath, ['--import', FASTER, join(home, 'scripts/setup.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${home}/bin:/usr/bin:/bin` },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, lines: said.trimEnd().split('\n') }
}

/** Lines that only say that something still goes on. */
const isStill = (line: string): boolean => / s so far$/.test(line)

describe('the set-up', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'says each thing that it does, and that it is still at it',
    async () => {
      const { code, lines } = await setUp()
      expect(lines.filter((line) => !isStill(line))).toEqual([
        'setup: installing the packages (npm ci)',
        'setup: compiling the worker',
        'setup: fetching the list of Debian packages (apt-get update)',
        'setup: installing ffmpeg from Debian (apt-get install)',
        'setup: ffmpeg 5.1.9 (/usr/bin/ffmpeg)',
        'setup: ready',
      ])
      expect(code).toBe(0)
      for (const doing of ['installing the packages (npm ci)', 'compiling the worker'])
        expect(
          lines.filter((line) => isStill(line) && line.startsWith(`setup: ${doing}: `)).length,
        ).toBeGreaterThan(1)
    },
  )

  it('does only what is not done yet, and installs nothing outside the clone with --packages', async () => {
    await put('node_modules/.package-lock.json', '{}')
    const { code, lines } = await setUp(['--packages'])
    expect(lines.filter((line) => !isStill(line))).toEqual([
      'setup: compiling the worker',
      'setup: no ffmpeg was found; type: npm run setup',
    ])
    expect(code).toBe(1)
  })

  it('says what failed', async () => {
    await program('npm', 'echo "npm says why" >&2; exit 1')
    const { code, lines } = await setUp()
    expect(lines.filter((line) => !isStill(line))).toEqual([
      'setup: installing the packages (npm ci)',
      'npm says why',
      'setup: the packages could not be installed',
    ])
    expect(code).toBe(1)
  })
})
