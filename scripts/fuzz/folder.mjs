/** A job's folder: written with everything that was planted in it, and what is there afterwards. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { linkSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { indexOf } from './job.mjs'

export function writeFolder(folder, job) {
  const write = (path, content) => {
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 })
    writeFileSync(full, content)
  }
  mkdirSync(join(folder, 'bucket/rec'), { recursive: true })
  write('outside/secret.webm', job.material.recordings['alice.webm'])
  write('logo.png', job.logo)
  write('conf.json', JSON.stringify(job.conf))
  write('cfg.json', job.cfgText ?? JSON.stringify(job.cfg, null, 2))
  write(`${job.id}.json`, job.indexText ?? JSON.stringify(indexOf(job), null, 2))
  for (const { name, bytes, isMissing } of job.recordings) if (!isMissing) write(`bucket/rec/${name}`, bytes)
  for (const plant of job.plants) put(folder, plant)
}

/** @param plant `path` and `to` are relative to the job's folder, but for devices */
function put(folder, { path, make, to }) {
  const full = join(folder, path)
  mkdirSync(dirname(full), { recursive: true, mode: 0o700 })
  rmSync(full, { recursive: true, force: true })
  const target = to === undefined || isAbsolute(to) ? to : join(folder, to)
  if (make === 'fifo') execFileSync('mkfifo', [full])
  else if (make === 'folder') mkdirSync(full)
  else if (make === 'hardLink' && lstatOf(target)?.isFile()) linkSync(target, full)
  else symlinkSync(target, full)
}

function lstatOf(path) {
  return lstatSync(path, { throwIfNoEntry: false })
}

/**
 * Everything in a job's folder but its logs, links not followed.
 * @returns {Map<string, string>} by path, what is there
 */
export function contentOf(folder) {
  const found = new Map()
  const walk = (path) => {
    for (const name of readdirSync(join(folder, path))) {
      const inside = path ? `${path}/${name}` : name
      const full = join(folder, inside)
      const stat = lstatSync(full)
      if (stat.isDirectory() && inside !== 'logs') walk(inside)
      if (stat.isFile()) found.set(inside, createHash('sha1').update(readFileSync(full)).digest('hex'))
      else if (stat.isSymbolicLink()) found.set(inside, `link to ${readlinkSync(full)}`)
      else if (!stat.isDirectory()) found.set(inside, 'special')
    }
  }
  walk('')
  return found
}

/** The texts of a job's logs and results. */
export function logsOf(folder) {
  try {
    const names = readdirSync(join(folder, 'logs'))
    return names.map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))
  } catch {
    return []
  }
}
