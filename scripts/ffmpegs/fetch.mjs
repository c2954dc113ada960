/** The ffmpeg of another Debian release with all the libraries it needs, in a folder: the machine's packages stay as they are. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @param suite of Debian: "trixie"
 * @returns the path of a program that runs it
 */
export function fetchFfmpeg(suite, folder) {
  const program = join(folder, 'ffmpeg')
  if (existsSync(program)) return program
  const said = (file, args) => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] })
  // Wherever this machine has its packages from.
  const mirror = said('apt-get', ['indextargets', '--format', '$(REPO_URI)'])
    .split('\n')
    .find((uri) => /\/debian\/?$/.test(uri))
  if (!mirror) throw new Error("this machine's apt knows no Debian mirror")
  const apt = join(folder, 'apt')
  const root = join(folder, 'root')
  for (const one of ['lists/partial', 'archives/partial', 'etc'])
    mkdirSync(join(apt, one), { recursive: true })
  writeFileSync(join(apt, 'status'), '')
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  writeFileSync(join(apt, 'etc/sources.list'), `deb ${signed} ${mirror} ${suite} main\n`)
  const settings = {
    'Dir::State': apt,
    'Dir::State::lists': `${apt}/lists`,
    'Dir::State::status': `${apt}/status`,
    'Dir::Cache': apt,
    'Dir::Cache::archives': `${apt}/archives`,
    'Dir::Etc::sourcelist': `${apt}/etc/sources.list`,
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Debug::NoLocking': '1',
  }
  const options = ['-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
  said('apt-get', [...options, 'update'])
  said('apt-get', [...options, 'install', '--download-only', '-y', 'ffmpeg'])
  const archives = readdirSync(join(apt, 'archives')).filter((name) => name.endsWith('.deb'))
  for (const name of archives) said('dpkg-deb', ['-x', join(apt, 'archives', name), root])
  rmSync(apt, { recursive: true })
  const files = readdirSync(join(root, 'usr/lib'), { recursive: true }).map((name) =>
    join(root, 'usr/lib', name),
  )
  const loader = files.find((path) => /\/ld-linux-[^/]*\.so\.\d+$/.test(path))
  const libraries = files.filter(
    (path) => path.includes('.so') && statSync(path, { throwIfNoEntry: false })?.isFile(),
  )
  const path = [...new Set(libraries.map(dirname))].sort().join(':')
  writeFileSync(
    program,
    `#!/bin/sh\nexec "${loader}" --library-path "${path}" "${root}/usr/bin/ffmpeg" "$@"\n`,
  )
  chmodSync(program, 0o755)
  said(program, ['-version'])
  return program
}
