/** Looks whether the files that a job names are there, without opening one: what is missing is known before a run. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import pLimit from 'p-limit'
import { type Message, say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import type { IndexEntry } from '../model/room.ts'
import { allWatermarks } from '../model/settings.ts'
import type { Storage } from '../storage/storage.ts'

const AT_ONCE = 8

/** @returns a message for each recording that a run would leave out because its file is missing or empty */
export async function missingRecordings(
  storage: Pick<Storage, 'stat'>,
  entries: readonly IndexEntry[],
): Promise<readonly Message[]> {
  const limit = pLimit(AT_ONCE)
  const reasons = await Promise.all(entries.map(({ key }) => limit(() => reasonOf(storage, key))))
  return entries.flatMap(({ streamId, name }, i): Message[] => {
    const reason = reasons[i]
    return reason === undefined ? [] : [{ code: 'recordingSkipped', params: { streamId, name, reason } }]
  })
}

async function reasonOf(storage: Pick<Storage, 'stat'>, key: string): Promise<string | undefined> {
  try {
    const found = await storage.stat(key)
    if (!found) return say({ code: 'noSuchObject', params: {} })
    return found.bytes === 0 ? say({ code: 'empty', params: { detail: '' } }) : undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** @returns a message for each watermark picture that is neither a file nor in the bucket; links are not looked at */
export async function missingPictures(
  storage: Pick<Storage, 'stat'>,
  job: Pick<Job, 'stretches'>,
  cfgFolder: string,
): Promise<readonly Message[]> {
  const sources = new Set(allWatermarks(job).flatMap((one) => (one.kind === 'image' ? [one.source] : [])))
  const messages: Message[] = []
  for (const source of sources) {
    if (/^https?:\/\//i.test(source)) continue
    const file = await stat(resolve(cfgFolder, source)).catch(() => undefined)
    if (file?.isFile() || (await storage.stat(source).catch(() => undefined))) continue
    const reason = say({ code: 'noSuchObject', params: {} })
    messages.push({ code: 'watermarkMissing', params: { source, reason } })
  }
  return messages
}
