/**
 * Makes a fresh clone ready: packages, the compiled worker, ffmpeg. Does only what is not done yet. With --packages it
 * changes nothing outside the clone, so that it can run before every test. Plain JavaScript: it runs before anything is
 * installed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

const home = join(import.meta.dirname ?? '.', '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 11)) {
  stop(`Node ${process.versions.node} is too old; install Node 20.11 or newer`)
}

const installed = join(home, 'node_modules/.package-lock.json')
const wanted = join(home, 'package-lock.json')
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  run('npm', ['ci', '--no-fund', '--no-audit'], 'the packages could not be installed')
}
run(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  'the worker does not compile',
)

if (!(await hasFfmpeg())) {
  if (process.argv.includes('--packages')) stop('no ffmpeg was found; type: npm run setup')
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!canInstall) stop('no ffmpeg was found; type: sudo apt-get update && sudo apt-get install -y ffmpeg')
  say('installing ffmpeg from Debian')
  run('apt-get', ['update', '-qq'], 'the list of Debian packages could not be fetched')
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'],
    'ffmpeg could not be installed',
    quiet,
  )
  if (!(await hasFfmpeg())) stop('ffmpeg was installed but does not run')
}
say('ready')

/** Asks the worker itself, so that set-up and job agree on what they find; a bad path that was set is fatal. */
async function hasFfmpeg() {
  const { findFfmpeg } = await import(join(home, 'dist/ffmpeg/find.js'))
  try {
    const { path, version } = await findFfmpeg({ confPath: '', env: process.env })
    say(`ffmpeg ${version} (${path})`)
    return true
  } catch (error) {
    if (error.code === 'ffmpegMissing') return false
    return stop(error.message)
  }
}

function run(command, args, failure, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: home, stdio: ['ignore', 2, 2], env })
  if (status !== 0) stop(error ? `${failure} (${error.message})` : failure)
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}
