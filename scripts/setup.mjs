/**
 * Makes a fresh clone ready: packages, the compiled worker, ffmpeg. Does only what is not done yet. With --packages it
 * changes nothing outside the clone, so that it can run before every test. Plain JavaScript: it runs before anything is
 * installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A command that is silent for longer looks as if it hung. */
const STILL_EVERY_MS = 10_000

const home = join(import.meta.dirname ?? '.', '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 11)) {
  stop(`Node ${process.versions.node} is too old; install Node 20.11 or newer`)
}

const installed = join(home, 'node_modules/.package-lock.json')
const wanted = join(home, 'package-lock.json')
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  await run('installing the packages (npm ci)', {
    command: 'npm',
    args: ['ci', '--no-fund', '--no-audit'],
    failure: 'the packages could not be installed',
  })
}
await run('compiling the worker', {
  command: 'npm',
  args: ['run', '--silent', 'build'],
  failure: 'the worker does not compile',
})

if (!(await hasFfmpeg())) {
  if (process.argv.includes('--packages')) stop('no ffmpeg was found; type: npm run setup')
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!canInstall) stop('no ffmpeg was found; type: sudo apt-get update && sudo apt-get install -y ffmpeg')
  await run('fetching the list of Debian packages (apt-get update)', {
    command: 'apt-get',
    args: ['update', '-qq'],
    failure: 'the list of Debian packages could not be fetched',
  })
  await run('installing ffmpeg from Debian (apt-get install)', {
    command: 'apt-get',
    args: ['install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'],
    failure: 'ffmpeg could not be installed',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
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

/** Says what is done, and that it still is while the command itself says nothing. */
async function run(doing, { command, args, failure, env = process.env }) {
  say(doing)
  const startedAt = performance.now()
  const timer = setInterval(() => {
    say(`${doing}: ${Math.round((performance.now() - startedAt) / 1000)} s so far`)
  }, STILL_EVERY_MS)
  const child = spawn(command, args, { cwd: home, stdio: ['ignore', 2, 2], env })
  const why = await new Promise((resolve) => {
    child.once('error', (error) => resolve(` (${error.message})`))
    child.once('close', (status) => resolve(status === 0 ? undefined : ''))
  })
  clearInterval(timer)
  if (why !== undefined) stop(`${failure}${why}`)
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}
