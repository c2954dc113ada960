/** Protects a job's inputs from being overwritten by comparing each key it may write with each file it reads. */
import { basename, join, resolve } from 'node:path'
import pLimit from 'p-limit'
import { JobError } from '../errors.ts'
import type { Job, StorageTarget } from '../model/job.ts'
import type { RoomIndex } from '../model/room.ts'
import { allWatermarks } from '../model/settings.ts'
import type { OutputSettings } from '../plan/settings.ts'
import { type OutputKey, coversName, outputKeys, overlap, plainKey } from '../plan/output-keys.ts'
import { type FileId, folderId, placesOf, rememberFolders } from '../storage/file-identity.ts'

/** An input of a job. */
export interface Given {
  readonly what: 'recording' | 'cfg' | 'index' | 'updates' | 'watermark'
  /** For messages. */
  readonly name: string
  /** Its possible keys in the job's bucket. */
  readonly keys?: readonly string[]
  /** Its possible path on this machine. */
  readonly path?: string
}

interface Protection {
  /** Returns the first input that a file written under a key would replace. */
  readonly conflictOf: (target: StorageTarget, output: OutputKey) => Promise<Given | undefined>
}

/** Concurrent file lookups. */
const AT_ONCE = 16

/** Returns all inputs of a job: from its index, its cfg.json and what that names. */
export function givenTo(options: {
  job: Pick<Job, 'stretches'>
  index: Pick<RoomIndex, 'named'>
  /** Absolute path. */
  cfgPath: string
  /** Base folder for relative paths of watermark images. */
  cfgFolder: string
  indexAt: Pick<Given, 'keys' | 'path'>
  /** The file of timed updates, if there is one. */
  updatesAt?: Pick<Given, 'keys' | 'path'> | undefined
}): readonly Given[] {
  const { job, index, cfgPath, cfgFolder, indexAt, updatesAt } = options
  const pictures = allWatermarks(job).flatMap((mark): Given[] =>
    mark.kind === 'image' && !/^https?:\/\//i.test(mark.source)
      ? [{ what: 'watermark', name: mark.source, keys: [mark.source], path: resolve(cfgFolder, mark.source) }]
      : [],
  )
  return [
    ...index.named.map((file): Given => ({ what: 'recording', ...file })),
    { what: 'cfg', name: cfgPath, path: cfgPath },
    { what: 'index', name: indexAt.path ?? indexAt.keys?.[0] ?? '', ...indexAt },
    ...(updatesAt
      ? [{ what: 'updates' as const, name: updatesAt.path ?? updatesAt.keys?.[0] ?? '', ...updatesAt }]
      : []),
    ...pictures,
  ]
}

/**
 * Looks up the inputs.
 * @param options.storage the bucket that the inputs' keys refer to
 */
export async function protect(options: {
  given: readonly Given[]
  storage: StorageTarget
}): Promise<Protection> {
  const { given, storage } = options
  const keys = new Map<string, Given>()
  for (const one of given) for (const key of one.keys ?? []) keys.set(plainKey(key), one)
  const lookUp = await byPlace(given, storage)
  return {
    async conflictOf(target, output) {
      if (target.kind === 'local') return lookUp(join(target.folder, output.key), output)
      // One service has many addresses, so only the bucket names are compared.
      if (storage.kind !== 's3' || storage.bucket !== target.bucket) return undefined
      const plain = { ...output, key: plainKey(output.key) }
      if (!output.numbered) return keys.get(plain.key)
      return [...keys].find(([key]) => overlap(plain, { kind: 'finished', key }))?.[1]
    },
  }
}

type LookUp = (path: string, output: OutputKey) => Promise<Given | undefined>

/** For local folders: finds inputs by file identity. */
async function byPlace(given: readonly Given[], storage: StorageTarget): Promise<LookUp> {
  const byId = new Map<FileId, Given>()
  const byFolder = new Map<FileId, { name: string; one: Given }[]>()
  const byPath = new Map<string, Given>()
  const limit = pLimit(AT_ONCE)
  const folders = rememberFolders()
  const note = async (path: string, one: Given) => {
    for (const place of await limit(() => placesOf(path, folders))) {
      byPath.set(place.path, one)
      if (place.id !== undefined) byId.set(place.id, one)
      if (place.folder === undefined) continue
      const names = byFolder.get(place.folder)
      if (names) names.push({ name: place.name, one })
      else byFolder.set(place.folder, [{ name: place.name, one }])
    }
  }
  const pathsOf = ({ keys = [], path }: Given) => [
    ...(path === undefined ? [] : [path]),
    ...(storage.kind === 'local' ? keys.map((key) => join(storage.folder, key)) : []),
  ]
  await Promise.all(given.flatMap((one) => pathsOf(one).map((path) => note(path, one))))

  return async (path, output) => {
    if (!output.numbered) {
      for (const place of await placesOf(path)) {
        const found = place.id === undefined ? byPath.get(place.path) : byId.get(place.id)
        if (found) return found
      }
    }
    const folder = await folderId(join(path, '..'))
    const names = (folder !== undefined && byFolder.get(folder)) || []
    return names.find(({ name }) => coversName(output, name))?.one
  }
}

/**
 * Rejects a job that would overwrite an input in either of its buckets.
 * @param options.files absolute paths of files that are written on this machine
 * @throws JobError `outputIsRecording`, `outputIsInput`, `logIsInput`
 */
export async function refuseReplacing(options: {
  job: Pick<Job, 'storage' | 'outputKey' | 'backupStorage' | 'media'>
  settings: OutputSettings
  given: readonly Given[]
  files: readonly string[]
}): Promise<void> {
  const { job, settings, given, files } = options
  const { conflictOf } = await protect({ given, storage: job.storage })
  const hasPicture = job.media !== 'audio'
  const places = [
    { target: job.storage, outputKey: job.outputKey, setting: 'StorageConfig' as const },
    ...(job.backupStorage ? [{ ...job.backupStorage, setting: 'BackupStorageConfig' as const }] : []),
  ]
  for (const { target, outputKey, setting } of places) {
    for (const output of outputKeys({ outputKey, settings, hasPicture })) {
      const found = await conflictOf(target, output)
      if (found) throw refusal(found, { kind: output.kind, setting })
    }
  }
  for (const path of files) {
    const target = { kind: 'local', folder: join(path, '..'), bucket: '' } as const
    const found = await conflictOf(target, { kind: 'finished', key: basename(path) })
    if (found) {
      const params = { what: found.what, name: found.name, path }
      throw new JobError({ code: 'logIsInput', params }, { fault: 'config' })
    }
  }
}

function refusal(
  { what, name }: Given,
  at: { kind: OutputKey['kind']; setting: 'StorageConfig' | 'BackupStorageConfig' },
): JobError {
  return new JobError(
    what === 'recording'
      ? { code: 'outputIsRecording', params: { ...at, name } }
      : { code: 'outputIsInput', params: { ...at, what, name } },
    { fault: 'config' },
  )
}
