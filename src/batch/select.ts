/** Which cfg.json files a batch is of: what was named on the command line, looked up on the disk. */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { JobError } from '../errors.ts'
import { jobIdOf } from '../config/job-id.ts'
import { parseText } from '../config/load.ts'
import { isCfgLike, isJson, listedPaths } from './cfg-like.ts'
import { readRegularText } from '../files/read-file.ts'
import { type Glob, isGlob, parseGlob } from './glob.ts'

export interface CfgFile {
  /** Absolute. */
  readonly path: string
  readonly jobId: string
}

interface Selection {
  readonly files: readonly CfgFile[]
  /** JSON files that are no jobs, absolute paths. */
  readonly passedOver: readonly string[]
}

/** A file, and whether it was asked for by its very name in a list: then it is a job, whatever it holds. */
interface Candidate {
  readonly path: string
  readonly isNamed: boolean
}

const inOrder = new Intl.Collator('en', { numeric: true })

/**
 * @param named folders, lists, globs and cfg.json files
 * @param from the folder that they are relative to, absolute
 * @returns each file once, in the order of `named`, and within a folder or glob by name, numbers by their value
 * @throws JobError when one of `named` is not there, or no job is among them
 */
export async function selectFiles(named: readonly string[], from: string): Promise<Selection> {
  const candidates: Candidate[] = []
  for (const path of named) candidates.push(...(await lookUp(resolve(from, path), path)))
  const files: CfgFile[] = []
  const passedOver: string[] = []
  const seen = new Set<string>()
  for (const { path, isNamed } of candidates) {
    const real = await realpath(path).catch(() => path)
    if (seen.has(real)) continue
    seen.add(real)
    // What cannot be read fails as a job, which says why.
    const text = await readRegularText(path).catch(() => undefined)
    const parsed = parseText({ text: text ?? '', file: path })
    if (isNamed || text === undefined || isCfgLike(parsed))
      files.push({ path, jobId: jobIdOf(parsed.value, path) })
    else passedOver.push(path)
  }
  if (files.length === 0) {
    const params = { places: named, passedOver: passedOver.length }
    throw new JobError({ code: 'batchEmpty', params }, { fault: 'config' })
  }
  return { files, passedOver }
}

/** @param asked the path as it was written */
async function lookUp(path: string, asked: string): Promise<Candidate[]> {
  const kind = await kindOf(path)
  if (kind === 'folder') return unnamed(await ofFolder(path))
  if (kind === 'file' || kind === 'other') return ofFile(path)
  if (isGlob(asked)) return unnamed(await expand(path))
  throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
}

const unnamed = (paths: readonly string[]): Candidate[] => paths.map((path) => ({ path, isNamed: false }))

/** A folder's own JSON files, and cfg.json of the folders in it. No deeper: buckets lie there. */
async function ofFolder(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await namesIn(folder)) {
    if (name.startsWith('.')) continue
    const path = join(folder, name)
    const kind = await kindOf(path)
    if (kind === 'file' && name.toLowerCase().endsWith('.json')) found.push(path)
    if (kind === 'folder' && (await kindOf(join(path, 'cfg.json'))) === 'file')
      found.push(join(path, 'cfg.json'))
  }
  return found
}

async function ofFile(path: string): Promise<Candidate[]> {
  const text = await readRegularText(path).catch(() => undefined)
  if (text === undefined || isJson(path, text)) return unnamed([path])
  const all: Candidate[] = []
  for (const line of listedPaths(text)) {
    const listed = resolve(dirname(path), line)
    const kind = await kindOf(listed)
    if (kind === 'folder') all.push(...unnamed(await ofFolder(listed)))
    else if (kind === undefined && isGlob(line)) all.push(...unnamed(await expand(listed)))
    else all.push({ path: listed, isNamed: true })
  }
  return all
}

/** The files that a pattern stands for. */
async function expand(pattern: string): Promise<string[]> {
  const { base, steps } = parseGlob(pattern)
  const found: string[] = []
  await walk(base, steps, found)
  return [...new Set(found)]
}

async function walk(folder: string, steps: Glob['steps'], found: string[]): Promise<void> {
  const [step, ...rest] = steps
  if (step === undefined) return
  if (step === '**') {
    await walk(folder, rest, found)
    // Links are not followed: one that leads upwards would never end.
    const folders = (await entriesOf(folder)).filter((entry) => entry.isDirectory())
    for (const { name } of folders) {
      if (!name.startsWith('.')) await walk(join(folder, name), steps, found)
    }
    return
  }
  for (const name of (await namesIn(folder)).filter((name) => step.test(name))) {
    const path = join(folder, name)
    if (rest.length > 0) await walk(path, rest, found)
    else if ((await kindOf(path)) === 'file') found.push(path)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).map(({ name }) => name)
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.sort((a, b) => inOrder.compare(a.name, b.name))
}

/** A pipe or a device that is named is read like a file, which says what it is; among others it is passed by. */
async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  const facts = await stat(path).catch(() => undefined)
  if (facts?.isFile()) return 'file'
  return facts && (facts.isDirectory() ? 'folder' : 'other')
}
