/** The files of this machine that a program needs to start, for a sandbox that exposes nothing else. */
import { execFile } from 'node:child_process'
import { lstat, open, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ANSWER_MS } from './environment.ts'

/** The system's programs and libraries, and its loader's configuration. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store'],
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
]
/** Maximum depth of scripts that start scripts. */
const MOST_STEPS = 4
const SCRIPT_BYTES = 65_536
/** A quoted or unquoted word, which may be several paths separated by colons. */
const PATHS = /"([^"\n]+)"|'([^'\n]+)'|([^\s"'`$;|&()<>=]+)/g
/** A library or loader in the output of `ldd`: "libx.so.1 => /opt/x/libx.so.1 (0x00007f…)". */
const LIBRARY = /^(?:\S+ => )?(\/.*) \(0x[\da-f]+\)$/

/** Bubblewrap options that expose the system's programs and libraries. */
export async function systemView(): Promise<readonly string[]> {
  const each = SYSTEM.map(async (path) => {
    const facts = await lstat(path).catch(() => undefined)
    if (!facts) return []
    return facts.isSymbolicLink() ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path]
  })
  return (await Promise.all(each)).flat()
}

/**
 * Files and folders outside the system's own that belong to a program: the program, its linked libraries and, for a
 * script, the programs that it names. Under `/opt` this is the package's folder. Only programs and libraries are
 * included, so that a script cannot expose files that it merely mentions.
 * @param path absolute
 */
export async function installationOf(path: string): Promise<readonly string[]> {
  const found = new Set<string>()
  await follow(path, found, MOST_STEPS)
  for (const folder of (process.env['LD_LIBRARY_PATH'] ?? '').split(':'))
    if (isAbsolute(folder)) note(folder, found)
  return [...found].filter((one) => ![...found].some((other) => one.startsWith(`${other}/`)))
}

async function follow(path: string, found: Set<string>, steps: number): Promise<void> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || steps === 0) return
  note(path, found)
  note(real, found)
  // A loader is in the folder of the libraries that it loads.
  if (/\.so(\.|$)/.test(basename(path))) note(dirname(path), found)
  const start = await beginningOf(real)
  if (!start.startsWith('#!')) {
    if (!isOfSystem(real)) for (const library of await librariesOf(real)) note(library, found)
    return
  }
  const words = [...start.matchAll(PATHS)].flatMap(([, ...one]) => one.join('').split(':'))
  for (const word of new Set(words.filter((one) => one.startsWith('/'))))
    if (!isOfSystem(word) && (await isProgram(word))) await follow(word, found, steps - 1)
}

function note(path: string, found: Set<string>): void {
  if (!isOfSystem(path)) found.add(/^\/opt\/[^/]+(?=\/)/.exec(path)?.[0] ?? path)
}

function isOfSystem(path: string): boolean {
  return SYSTEM.some((folder) => path.startsWith(`${folder}/`))
}

async function isProgram(path: string): Promise<boolean> {
  const facts = await stat(resolve(path)).catch(() => undefined)
  return facts !== undefined && facts.isFile() && (facts.mode & 0o111) !== 0
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return ''
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(SCRIPT_BYTES), position: 0 })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

async function librariesOf(path: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [path], { timeout: ANSWER_MS }).catch(() => ({
    stdout: '',
  }))
  return stdout.split('\n').flatMap((line) => LIBRARY.exec(line.trim())?.[1] ?? [])
}
