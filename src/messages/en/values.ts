import type { Allowed, Found, Shape } from '../../model/findings.ts'

/** The meaning of each number or name in cfg.json, by field. */
export const VALUE_MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Mode: { 0: 'single streams', 1: 'mix' },
  ChannelType: { 0: 'meeting', 1: 'live' },
  MixedVideoLayout: { 0: 'custom', 1: 'tile', 2: 'vertical', 3: 'single', 4: 'tile 2', 5: 'vertical 2' },
  ResizeMode: { 0: 'stretch', 1: 'crop to fill', 2: 'letterbox' },
  VideoStreamType: { 0: 'automatic', 1: 'manual' },
  MediaChannel: { 1: 'audio only', 2: 'video only', 3: 'both' },
  Type: { 0: 'none', 1: 'time', 2: 'image', 3: 'text' },
}

export const SHAPES: Readonly<Record<Shape, string>> = {
  jobId: 'letters, digits, "-", "_" and "." with no leading dot, at most 200',
  fraction: 'a fraction from 0 to 1 as text, such as "1/2", "0", "1" or "0.25"',
  audioCodec: '"aac", "aac_48000_1" or "aac_48000_2" (name, rate, channels)',
  time: 'a Unix time in seconds, milliseconds, microseconds or nanoseconds',
  updateTime: 'a Unix time in seconds or milliseconds, or seconds of the output',
  name: 'a file name below Root',
  httpUrl: 'an http:// or https:// URL with no user or password in it',
  codecName: 'the name of a codec as `ffmpeg -codecs` has it, such as "h264"',
  networkRule:
    'a network such as 10.0.0.0/8, an address, a host name, one with "*." in front for all names below it, or one of loopback, link-local, private, multicast',
  absolutePath: 'an absolute path',
  redisUrl: 'the URL of a Redis, such as redis://10.0.0.5:6379',
  appId: 'letters, digits, "-", "_" and "." with no leading dot, at most 100',
  sha256: 'a SHA-256 in hex, 64 digits',
  processes: '"auto", or a whole number from 1 to 4',
  mostRedecode: '"auto", or a share from 0 to 3, such as 0.15',
  loudness: '"auto", "off", or a loudness in LUFS from -40 to -8, such as -16',
  fileMode: 'the mode of a file that its owner reads and writes, such as "0600", "0640" or "0644"',
  trustedHost:
    'a host, with "*." in front for all names below it, a port after it, or "http://" in front for plain http',
  endpointTemplate: 'an http:// or https:// URL, "{region}" standing for the region',
  heightFraction: 'a fraction of the canvas height from "1/200" to "1/2"',
  indexKey: 'an object key that may hold {jobId} and {folder}',
  zone: 'an IANA time zone such as "Asia/Shanghai"',
  region: 'letters, digits and "-", such as "cn-bj"',
  bucket: 'a bucket name of letters, digits, "-", "_" and "."',
}

const KINDS: Readonly<Record<Extract<Found, { kind: string }>['kind'], string>> = {
  object: 'an object',
  array: 'an array',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  nothing: 'nothing',
  word: 'a word without quotes',
  hidden: 'a value that is not shown',
}

export const foundText = (found: Found): string => ('value' in found ? found.value : KINDS[found.kind])

export const quote = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `"${value}"`

function numberText(a: Extract<Allowed, { kind: 'number' }>): string {
  const noun = !a.whole ? 'numbers' : a.step === 2 ? 'even numbers' : 'whole numbers'
  if (a.min !== undefined && a.max !== undefined) return `${noun} from ${a.min} to ${a.max}`
  if (a.min !== undefined) return `${noun} from ${a.min} up`
  return a.max === undefined ? noun : `${noun} up to ${a.max}`
}

const withNames = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` with ${names.join(', ')}`

const ofMost = (most: number | undefined): string => (most === undefined ? '' : ` (at most ${most})`)

/** Allowed values in words. */
export function allowedText(a: Allowed): string {
  switch (a.kind) {
    case 'number':
      return numberText(a)
    case 'values': {
      const meanings = VALUE_MEANINGS[a.field] ?? {}
      const one = (v: string | number) => quote(v) + (meanings[v] === undefined ? '' : ` (${meanings[v]})`)
      return a.values.map(one).join(', ')
    }
    case 'shape':
      return SHAPES[a.shape]
    case 'text':
      return 'text in double quotes'
    case 'filledText':
      return 'text in double quotes that is not empty'
    case 'boolean':
      return 'true or false'
    case 'array':
      return `an array [...]${ofMost(a.most)}`
    case 'object':
      return `an object {...}${withNames(a.names)}`
    case 'objectOrArray':
      return `an object {...}${withNames(a.names)} or an array of them${ofMost(a.most)}`
    case 'textOrArray':
      return `text or an array of texts${ofMost(a.most)}`
    case 'any':
      return 'any value'
  }
}

export function choiceText(allowed: Allowed | undefined): string {
  if (!allowed || allowed.kind === 'any') return 'write one value'
  return `${allowed.kind === 'values' ? 'choose from' : 'write'} ${allowedText(allowed)}`
}
