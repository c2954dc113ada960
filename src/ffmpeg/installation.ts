/** What of the machine a program needs to start: for a sandbox that shows it nothing else. */
import { execFile } from 'node:child_process'
import { lstat, open, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Programs and libraries of the system, and where its loader looks up where they are. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store'],
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
]
/** Scripts that start scripts are followed this far. */
const MOST_STEPS = 4
const SCRIPT_BYTES = 65_536
/** A word in quotes or without, which may be one of several paths between colons. */
const PATHS = /"([^"\n]+)"|'([^'\n]+)'|([^\s"'`$;|&()<>=]+)/g
/** As `ldd` shows a library, or the loader: "libx.so.1 => /opt/x/libx.so.1 (0x00007f…)". */
const LIBRARY = /^(?:\S+ => )?(\/.*) \(0x[\da-f]+\)$/

/** Options that show the system's programs and libraries, as bubblewrap takes them. */
export async function systemView(): Promise<readonly string[]> {
  const each = SYSTEM.map(async (path) => {
    const facts = await lstat(path).catch(() => undefined)
    if (!facts) return []
    return facts.isSymbolicLink() ? ['--symlink', await readlink(path), path] : ['--ro-bind', path, path]
  })
  return (await Promise.all(each)).flat()
}

/**
 * Files and folders beside the system's own that belong to a program: itself, the libraries that it is linked with, and,
 * where it is a script, the programs that it names. Of `/opt` it is the folder of the package. None holds more than
 * programs and libraries, so that a script cannot show itself what it merely mentions.
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
  // A loader lies among the libraries that it is started for.
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
  const { stdout } = await promisify(execFile)('ldd', [path], { timeout: 20_000 }).catch(() => ({
    stdout: '',
  }))
  return stdout.split('\n').flatMap((line) => LIBRARY.exec(line.trim())?.[1] ?? [])
}
