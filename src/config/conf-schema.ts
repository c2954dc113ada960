/** The worker's settings: names, limits and defaults. `conf/default.json` explains each. */
import { z } from 'zod'
import { HARDWARE, SPEEDS } from '../model/encoding.ts'
import { isRule } from '../network/rules.ts'
import { shaped } from './allowed.ts'

const whole = (limits: { min: number; max: number; preset: number }) =>
  z.int().min(limits.min).max(limits.max).default(limits.preset)

const number = (limits: { min: number; max: number; preset: number }) =>
  z.number().min(limits.min).max(limits.max).default(limits.preset)

const PRESETS = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
  'placebo',
] as const

/** Codecs that recorders write. */
const RECORDED = [
  ...['vp8', 'vp9', 'av1', 'h264', 'hevc', 'mpeg4'],
  ...['opus', 'aac', 'vorbis', 'mp3', 'flac', 'pcm_alaw', 'pcm_mulaw', 'adpcm_g722', 'amr_nb', 'amr_wb'],
  ...['pcm_u8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be'],
  ...['pcm_f32le', 'pcm_f32be'],
]

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const endpoint = (template: string) =>
  shaped(
    'endpointTemplate',
    z.string().regex(/^https?:\/\/(?:[^\s/?#@\\{}]|\{region\})+(?:\/[^\s?#@\\{}]*)?$/i),
  ).default(template)

/** Addresses that the worker may connect to. */
const networkRules = z
  .array(shaped('networkRule', z.string().refine(isRule)))
  .max(1000)
  .default([])

/** A host that may receive the credentials of this machine. */
const trustedHost = shaped('trustedHost', z.string().regex(/^(?:https?:\/\/)?(?:\*\.)?[^\s/?#@*\\]+$/i))

/** The owner can read and write the worker's files; nobody can execute them. */
const fileMode = shaped('fileMode', z.string().regex(/^0?6[046]{2}$/))

const indexKey = shaped('indexKey', z.string().regex(/^(?:[^{}\p{Cc}]|\{jobId\}|\{folder\})+$/u))

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}

/** "n/d" between 1/200 and 1/2; a regular expression cannot compare. */
function isTextHeight(text: string): boolean {
  const [, over, under] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const height = Number(over) / Number(under)
  return height >= 1 / 200 && height <= 1 / 2
}

export const confSchema = z.strictObject({
  $schema: z.string().optional(),
  ffmpeg: z
    .strictObject({
      path: z.string().default(''),
      sandbox: z.enum(['auto', 'on', 'off']).default('auto'),
      stallMs: whole({ min: 1000, max: 3_600_000, preset: 120_000 }),
      codecs: z
        .array(shaped('codecName', z.string().regex(/^[a-z][a-z0-9_]*$/)))
        .min(1)
        .max(200)
        .default(RECORDED),
    })
    .prefault({}),
  work: z
    .strictObject({
      folder: z.string().default(''),
      keepHours: number({ min: 0, max: 87_600, preset: 72 }),
    })
    .prefault({}),
  logs: z
    .strictObject({
      folder: z.string().default(''),
      level: z.enum(LEVELS).default('info'),
      keep: whole({ min: 0, max: 1000, preset: 5 }),
      fileMode: fileMode.default('0600'),
    })
    .prefault({}),
  report: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
  limits: z
    .strictObject({
      cores: whole({ min: 0, max: 1024, preset: 0 }),
      fetches: whole({ min: 1, max: 64, preset: 4 }),
      probes: whole({ min: 1, max: 64, preset: 2 }),
      memoryMb: whole({ min: 0, max: 16_777_216, preset: 0 }),
      segmentsPerGraph: whole({ min: 1, max: 500, preset: 96 }),
      filesPerGraph: whole({ min: 2, max: 500, preset: 128 }),
      maxRecordings: whole({ min: 1, max: 1_000_000, preset: 5000 }),
      maxHours: number({ min: 0.001, max: 1000, preset: 24 }),
      probeSeconds: whole({ min: 1, max: 86_400, preset: 600 }),
      maxPixels: whole({ min: 256, max: 2 ** 30, preset: 2 ** 26 }),
      maxRecordingMb: whole({ min: 1, max: 16_777_216, preset: 65_536 }),
      jobMinutes: number({ min: 0, max: 30_000, preset: 0 }),
    })
    .prefault({}),
  video: z
    .strictObject({
      encoder: z.enum(['x264', ...HARDWARE, 'auto']).default('x264'),
      speed: z.enum(SPEEDS).default('balanced'),
      preset: z.enum(['', ...PRESETS]).default(''),
      keyframeSeconds: number({ min: 0.1, max: 60, preset: 2 }),
      peakRatio: number({ min: 0, max: 10, preset: 0 }),
      matrix: z.enum(['auto', 'bt601', 'bt709']).default('auto'),
    })
    .prefault({}),
  audio: z.strictObject({ bitrateKbps: whole({ min: 16, max: 512, preset: 128 }) }).prefault({}),
  output: z
    .strictObject({
      chapters: z.boolean().default(true),
      poster: z.boolean().default(false),
      thumbnails: z.boolean().default(false),
      hls: z.boolean().default(false),
    })
    .prefault({}),
  layout: z
    .strictObject({
      minSegmentMs: whole({ min: 0, max: 60_000, preset: 500 }),
      holdMs: whole({ min: 0, max: 3_600_000, preset: 3000 }),
      whenStalled: z.enum(['leave', 'hold', 'background']).default('leave'),
    })
    .prefault({}),
  watermark: z
    .strictObject({
      zone: shaped('zone', z.string().refine(isZone)).default('Asia/Shanghai'),
      fontFile: z.string().default(''),
      textHeight: shaped('heightFraction', z.string().refine(isTextHeight)).default('1/24'),
      proxy: z.boolean().default(true),
    })
    .prefault({}),
  index: z
    .strictObject({
      keys: z
        .array(indexKey)
        .max(50)
        .default([
          '{jobId}.json',
          '{jobId}/index.json',
          '{jobId}/info.json',
          '{folder}/{jobId}.json',
          '{folder}/{jobId}/index.json',
          '{folder}/{jobId}/info.json',
          '{folder}/index.json',
        ]),
    })
    .prefault({}),
  network: z.strictObject({ allow: networkRules, deny: networkRules }).prefault({}),
  storage: z
    .strictObject({
      connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 10_000 }),
      requestTimeoutMs: whole({ min: 100, max: 3_600_000, preset: 60_000 }),
      attempts: whole({ min: 1, max: 50, preset: 8 }),
      backoffMs: whole({ min: 1, max: 60_000, preset: 500 }),
      maxBackoffMs: whole({ min: 1, max: 600_000, preset: 30_000 }),
      minBytesPerSecond: whole({ min: 0, max: 1_000_000_000, preset: 16_384 }),
      leaveFreeMb: whole({ min: 0, max: 16_777_216, preset: 256 }),
      proxy: z.boolean().default(true),
      credentialsFor: z.array(trustedHost).max(100).default([]),
      localRoots: z
        .array(shaped('absolutePath', z.string().regex(/^\//)))
        .max(100)
        .default([]),
      fileMode: z.union([z.literal(''), fileMode]).default(''),
      internalNetwork: z.boolean().default(false),
      endpoints: z
        .strictObject({
          ucloud: endpoint('https://s3-{region}.ufileos.com'),
          // One label more than a certificate for *.ufileos.com covers, and reachable only inside the cloud.
          ucloudInternal: endpoint('http://internal.s3-{region}.ufileos.com'),
          aws: endpoint('https://s3.{region}.amazonaws.com'),
          aliyun: endpoint('https://oss-{region}.aliyuncs.com'),
          tencent: endpoint('https://cos.{region}.myqcloud.com'),
          volcengine: endpoint('https://tos-s3-{region}.volces.com'),
          huawei: endpoint('https://obs.{region}.myhuaweicloud.com'),
          qiniu: endpoint('https://s3.{region}.qiniucs.com'),
        })
        .prefault({}),
    })
    .prefault({}),
  callback: z
    .strictObject({
      connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 5000 }),
      answerTimeoutMs: whole({ min: 100, max: 600_000, preset: 20_000 }),
      retrySeconds: z.array(z.number().min(0).max(3600)).max(20).default([1, 3, 10, 60, 60, 60]),
      proxy: z.boolean().default(true),
      finishSeconds: number({ min: 0, max: 3600, preset: 180 }),
    })
    .prefault({}),
})

/** Every setting, with defaults applied. */
export type Conf = Omit<z.output<typeof confSchema>, '$schema'>
