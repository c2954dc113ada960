/** Finds the cfg.json files of a batch from the paths on the command line. */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { JobError } from '../errors.ts'
import { jobIdOf } from '../config/job-id.ts'
import { parseText } from '../config/load.ts'
import { isCfgLike, isJson, listedPaths } from './cfg-like.ts'
import { refuseNoList } from '../files/read-cfg.ts'
import { readRegularText } from '../files/read-file.ts'
import { type Glob, isGlob, parseGlob } from './glob.ts'

export interface CfgFile {
  /** Absolute path. */
  readonly path: string
  readonly jobId: string
}

interface Selection {
  readonly files: readonly CfgFile[]
  /** Absolute paths of JSON files that are not jobs. */
  readonly passedOver: readonly string[]
}

/** A file, and whether a list names it directly; if so it is a job regardless of its content. */
interface Candidate {
  readonly path: string
  readonly isNamed: boolean
}

const inOrder = new Intl.Collator('en', { numeric: true })

/**
 * @param named folders, lists, globs and cfg.json files
 * @param from absolute path of the folder that they are relative to
 * @returns each file once, in the order of `named`; within a folder or glob by name, with numbers in numeric order
 * @throws JobError if one of `named` does not exist, or none is a job
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
    // An unreadable file fails as a job, which reports why.
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

/** @param asked the path as given */
async function lookUp(path: string, asked: string): Promise<Candidate[]> {
  const kind = await kindOf(path)
  if (kind === 'folder') return unnamed(await ofFolder(path))
  if (kind === 'file' || kind === 'other') return ofFile(path)
  if (isGlob(asked)) return unnamed(await expand(path))
  throw new JobError({ code: 'fileMissing', params: { path } }, { fault: 'config' })
}

const unnamed = (paths: readonly string[]): Candidate[] => paths.map((path) => ({ path, isNamed: false }))

/** A folder's own JSON files, and cfg.json of its subfolders. Not deeper, since buckets may be there. */
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
  await refuseNoList(path)
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

/** Returns the files that match a pattern. */
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
    // Links are not followed: one to a parent folder would recurse forever.
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

/**
 * `other` is a pipe or device: one named directly is read like a file, which reports the error; elsewhere it is
 * skipped.
 */
async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  const facts = await stat(path).catch(() => undefined)
  if (facts?.isFile()) return 'file'
  return facts && (facts.isDirectory() ? 'folder' : 'other')
}
