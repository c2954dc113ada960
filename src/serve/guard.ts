/** Refuses requests that name places of this machine or its network. The job's own process checks again when it connects. */
import dns from 'node:dns'
import { realpath } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname, isAbsolute, resolve } from 'node:path'
import pLimit from 'p-limit'
import { type NetworkRules, isReachable, isRefusedHost } from '../network/rules.ts'
import { isLocalVendor, isObject } from './cfg.ts'
import { CODES, type Refusal, refusal } from './codes.ts'

export interface GuardSettings {
  /** Folder below which local buckets must lie; empty if none may be used. */
  readonly localRoot: string
  readonly network: NetworkRules
  /** Resolves a host; empty if that fails. */
  readonly lookup?: (host: string) => Promise<readonly string[]>
}

/** Names of fields that hold a URL which this machine would connect to. */
const URL_FIELDS: ReadonlySet<string> = new Set(['Endpoint', 'NotifyUrl', 'Image'])

/** More hosts than any room has receivers. */
const MOST_HOSTS = 100
const LOOKUP_MS = 3000
/** Lookups use threads that the disk needs too. */
const limit = pLimit(2)

/**
 * Looks through the Data of a request, whatever is nested in it.
 * @returns why it is refused; undefined if nothing is wrong
 */
export async function refusedPlace(data: unknown, settings: GuardSettings): Promise<Refusal | undefined> {
  const { network, lookup = lookupHost } = settings
  const hosts = new Map<string, string>()
  for (const { value, path, holder } of fieldsIn(data)) {
    const field = path.at(-1) ?? ''
    const where = `Data.${path.join('.')}`
    if (
      field === 'Bucket' &&
      isLocalVendor(holder['Vendor']) &&
      !(await isBelow(settings.localRoot, String(value)))
    )
      return refusal(CODES.failed, `${where}: local buckets are not allowed there`)
    if (typeof value !== 'string' || !URL_FIELDS.has(field) || value.trim() === '') continue
    const text = value.trim()
    if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) {
      if (field === 'Image' && isOutside(text))
        return refusal(CODES.badVideo, `${where}: give an http or https URL, or an object key in the bucket`)
      continue
    }
    if (field === 'Image' && !/^https?:\/\//i.test(text))
      return refusal(CODES.badVideo, `${where}: give an http or https URL, or an object key in the bucket`)
    if (URL.canParse(text)) hosts.set(new URL(text).hostname, where)
  }
  if (hosts.size > MOST_HOSTS) return refusal(CODES.failed, `at most ${MOST_HOSTS} hosts in a request`)
  const refused = await Promise.all(
    [...hosts].map(([host, where]) =>
      limit(async () => ((await isHostRefused(host, network, lookup)) ? where : undefined)),
    ),
  )
  const first = refused.find((where) => where !== undefined)
  return first === undefined
    ? undefined
    : refusal(CODES.failed, `${first}: the address is in a network that is not allowed here`)
}

/** Whether a folder is below another, as written and with links resolved. */
export async function isBelow(root: string, path: string): Promise<boolean> {
  if (root === '' || path.includes('\0')) return false
  const wanted = resolve(root, path)
  if (!startsIn(root, wanted)) return false
  return startsIn(await realpath(root).catch(() => root), await realOf(wanted))
}

/** The real path of the part that exists, with the rest behind it. */
async function realOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  return resolve(await realOf(dirname(path)), path.slice(dirname(path).length).replace(/^\/+/, ''))
}

function startsIn(root: string, path: string): boolean {
  const base = resolve(root)
  return path === base || path.startsWith(base.endsWith('/') ? base : `${base}/`)
}

const isOutside = (path: string): boolean => isAbsolute(path) || path.split(/[/\\]/).includes('..')

async function isHostRefused(
  host: string,
  rules: NetworkRules,
  lookup: (host: string) => Promise<readonly string[]>,
): Promise<boolean> {
  const name = host.replace(/^\[|\]$/g, '')
  if (isRefusedHost(host, rules)) return true
  if (isIP(name)) return false
  const addresses = await lookup(name)
  return addresses.some((address) => !isReachable(name, address, rules))
}

async function lookupHost(host: string): Promise<readonly string[]> {
  const found = new Promise<readonly string[]>((done) => {
    dns.lookup(host, { all: true }, (error, all) => done(error ? [] : all.map(({ address }) => address)))
    setTimeout(done, LOOKUP_MS, []).unref()
  })
  return found
}

interface Field {
  readonly value: unknown
  readonly path: readonly string[]
  readonly holder: Readonly<Record<string, unknown>>
}

/** Every field, at any depth. Recursion is bounded by the parser. */
function* fieldsIn(value: unknown, path: readonly string[] = []): Generator<Field> {
  if (Array.isArray(value))
    for (const [at, item] of value.entries()) yield* fieldsIn(item, [...path, String(at)])
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value)) {
      yield { value: inner, path: [...path, name], holder: value }
      yield* fieldsIn(inner, [...path, name])
    }
}
