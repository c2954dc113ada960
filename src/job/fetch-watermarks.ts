/** Fetches the watermark images. */
import { realpath, writeFile } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { JobError } from '../errors.ts'
import { sniffImage } from '../ffmpeg/sniff.ts'
import { makeStill } from '../ffmpeg/still.ts'
import { type Warning, say } from '../messages/index.ts'
import type { Job } from '../model/job.ts'
import { allWatermarks } from '../model/settings.ts'
import { type Place, picturePlace } from '../model/place.ts'
import { type Agents, ProxyRefusal, openAgents } from '../network/agents.ts'
import { TooLarge, download } from '../network/download.ts'
import type { Env } from '../network/proxy.ts'
import type { NetworkRules } from '../network/rules.ts'
import type { WatermarkFiles, WatermarkImage } from '../plan/watermarks.ts'
import { readRegular } from '../files/read-file.ts'
import { errorCode } from '../files/file-error.ts'
import { hashOfFile } from '../storage/content-hash.ts'
import type { Storage } from '../storage/storage.ts'
import type { FencedFfmpeg } from '../ffmpeg/types.ts'

const MAX_IMAGE_BYTES = 32 * 1024 * 1024
const TIMEOUT_MS = 20_000

interface FetchedMarks {
  readonly images: WatermarkFiles['images']
  /** Their paths on this machine. */
  readonly files: ReadonlyMap<Place, string>
  readonly warnings: readonly Warning[]
}

/**
 * Fetches each watermark image once: from its URL, from a file relative to cfg.json, or from the bucket. An image that
 * is missing or undecodable causes a warning; the job continues without it.
 */
export async function fetchWatermarks(options: {
  job: Job
  cfgFolder: string
  storage: Storage
  folder: string
  ffmpeg: FencedFfmpeg
  maxPixels: number
  stallMs: number
  /** Environment that names proxies; undefined to use none. */
  proxies: Env | undefined
  /** Whether files may only be read from cfg.json's folder and below. */
  isConfined: boolean
  /** Which addresses may be reached. */
  network: NetworkRules
  signal: AbortSignal
}): Promise<FetchedMarks> {
  const agents = openAgents(options.proxies, options.network)
  try {
    return await fetchEach({ ...options, agents })
  } finally {
    agents.close()
  }
}

async function fetchEach(
  options: Parameters<typeof fetchWatermarks>[0] & { agents: Agents },
): Promise<FetchedMarks> {
  const { job, folder, signal } = options
  const sources = new Set(
    allWatermarks(job).flatMap((watermark) => (watermark.kind === 'image' ? [watermark.source] : [])),
  )
  const images = new Map<string, WatermarkImage>()
  const files = new Map<Place, string>()
  const warnings: Warning[] = []
  let number = 0
  for (const source of sources) {
    const shown = withoutSecrets(source)
    try {
      const into = join(folder, `watermark-picture-${++number}`)
      const path = await bring({ ...options, source, into })
      const demuxer = await sniffImage(path)
      if (!demuxer) {
        warnings.push({ code: 'watermarkNoPicture', params: { source: shown } })
        continue
      }
      const to = `${into}.png`
      const size = await makeStill({ ...options, ...job.canvas, path, demuxer, to })
      if (!size) {
        warnings.push({ code: 'watermarkBroken', params: { source: shown } })
        continue
      }
      const place = picturePlace(await hashOfFile(to, 'sha256', signal))
      images.set(source, { path: place, ...size })
      files.set(place, to)
    } catch (error) {
      signal.throwIfAborted()
      const reason = reasonOf(error).replaceAll(source, shown)
      warnings.push({ code: 'watermarkMissing', params: { source: shown, reason } })
    }
  }
  return { images, files, warnings }
}

async function bring(options: {
  source: string
  into: string
  cfgFolder: string
  storage: Storage
  agents: Agents
  isConfined: boolean
  signal: AbortSignal
}): Promise<string> {
  const { source, into, cfgFolder, storage, agents, isConfined, signal } = options
  if (/^https?:\/\//i.test(source)) {
    const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_IMAGE_BYTES }
    await writeFile(into, await download({ url: source, agents, ...limits, signal }))
    return into
  }
  if (isConfined && !(await isBelow(cfgFolder, source)))
    throw new JobError({ code: 'watermarkAbsolute', params: {} }, { fault: 'config' })
  const beside = resolve(cfgFolder, source)
  const bytes = await readRegular(beside, MAX_IMAGE_BYTES).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return undefined
    throw error
  })
  if (bytes) {
    await writeFile(into, bytes)
    return into
  }
  const most = { signal, maxBytes: MAX_IMAGE_BYTES }
  return (await storage.fetch(source.replace(/^\/+/, ''), into, most)).path
}

/** Whether a path stays below a folder, both as written and with links resolved. */
async function isBelow(folder: string, path: string): Promise<boolean> {
  if (isAbsolute(path) || path.split(/[/\\]/).includes('..')) return false
  const there = await realpath(resolve(folder, path)).catch(() => undefined)
  return there === undefined || there.startsWith(join(await realpath(folder), '/'))
}

/** Removes what may be secret: user, password and query of a URL. */
function withoutSecrets(source: string): string {
  if (!/^https?:\/\//i.test(source)) return source
  return source.replace(/[?#].*$/s, '').replace(/^([a-z]+:\/\/)[^/]*@/i, '$1')
}

function reasonOf(error: unknown): string {
  if (error instanceof JobError && error.code === 'objectMissing')
    return say({ code: 'noSuchObject', params: {} })
  if (error instanceof TooLarge || (error instanceof JobError && error.code === 'objectTooLarge'))
    return say({ code: 'largerThan', params: { bytes: MAX_IMAGE_BYTES } })
  if (error instanceof ProxyRefusal) return error.message
  return error instanceof JobError ? error.message : (errorCode(error) ?? (error as Error).message)
}
