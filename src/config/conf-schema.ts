/** The worker's settings: names, limits, defaults and meanings. `conf/default.json` is generated from them. */
import { z } from 'zod'
import { HARDWARE, SPEEDS } from '../model/encoding.ts'
import { isRule } from '../network/rules.ts'
import { shaped } from './allowed.ts'
import { number, whole } from './schema/numbers.ts'
import { schemaLink } from './schema/meaning.ts'
import { serveSchema } from './schema/serve.ts'

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
  $schema: schemaLink,
  ffmpeg: z
    .strictObject({
      path: z
        .string()
        .default('')
        .describe(
          'Path of the ffmpeg to run; "" looks at FFMPEG_PATH, the installed package and PATH, in that order.',
        ),
      sandbox: z
        .enum(['auto', 'on', 'off'])
        .default('auto')
        .describe(
          'Run each ffmpeg in a sandbox (bubblewrap) without network, where it sees no files but those it needs. auto: where this machine can; on: a job ends at once where it cannot; off: none.',
        ),
      stallMs: whole({ min: 1000, max: 3_600_000, preset: 120_000 }).describe(
        'An ffmpeg that makes no progress for this long is ended. 1000 to 3600000 ms.',
      ),
      codecs: z
        .array(shaped('codecName', z.string().regex(/^[a-z][a-z0-9_]*$/)))
        .min(1)
        .max(200)
        .default(RECORDED)
        .describe(
          'What of recordings is decoded: codecs as `ffmpeg -codecs` calls them. A picture or sound of any other is left out by name, and its decoder is not reached. At least 1, at most 200.',
        ),
    })
    .prefault({}),
  work: z
    .strictObject({
      folder: z
        .string()
        .default('')
        .describe(
          'Folder for downloads and parts of the output, one folder per job in it; "" is work/ of the deployment, or $XDG_CACHE_HOME/owt-main/work where that cannot be written.',
        ),
      keepHours: number({ min: 0, max: 87_600, preset: 72 }).describe(
        'Work of a job that failed or was stopped is kept this long for its next run to go on with. 0 to 87600 h.',
      ),
    })
    .prefault({}),
  logs: z
    .strictObject({
      folder: z
        .string()
        .default('')
        .describe(
          'Folder of the log files, one per job; "" is logs/ of the deployment, or $XDG_STATE_HOME/owt-main/logs where that cannot be written.',
        ),
      level: z.enum(LEVELS).default('info').describe('fatal, error, warn, info, debug, trace or silent.'),
      keep: whole({ min: 0, max: 1000, preset: 5 }).describe(
        'How many log files of earlier runs of a job are kept. 0 to 1000.',
      ),
      fileMode: fileMode
        .default('0600')
        .describe(
          'Mode of log, result, report and state of a job, and of the summary of a batch; folders made for them get the same and the right to enter. Callbacks that are still to be delivered are always 0600.',
        ),
    })
    .prefault({}),
  report: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Write logs/<JobId>.html at the end of each job: the film in a player, timeline, pictures, loudness, corrections, settings used.',
        ),
      link: z
        .enum(['local', 'signed'])
        .default('local')
        .describe(
          'How the page finds the film. local: where it is on this machine; signed: also by a link into the bucket, with which anybody who has the page can fetch the film, with no other right, until the link expires.',
        ),
      linkHours: number({ min: 0.1, max: 168, preset: 24 }).describe(
        'How long a signed link lasts. Credentials that expire earlier end it earlier. 0.1 to 168 h.',
      ),
    })
    .prefault({}),
  limits: z
    .strictObject({
      cores: whole({ min: 0, max: 1024, preset: 0 }).describe('Cores to use; 0 is all of them. 0 to 1024.'),
      fetches: whole({ min: 1, max: 64, preset: 4 }).describe(
        'Recordings fetched at the same time. 1 to 64.',
      ),
      probes: whole({ min: 1, max: 64, preset: 2 }).describe(
        'Recordings examined at the same time. 1 to 64.',
      ),
      memoryMb: whole({ min: 0, max: 16_777_216, preset: 0 }).describe(
        'Memory that a job may take, its ffmpegs together; 0 is all of it, or what the container may have. A canvas that does not fit is refused. 0 to 16777216 MB.',
      ),
      segmentsPerGraph: whole({ min: 1, max: 500, preset: 96 }).describe(
        'Segments rendered by one ffmpeg at 1280 x 720; larger canvases get fewer in proportion. More need more memory, fewer decode more pictures twice. 1 to 500.',
      ),
      filesPerGraph: whole({ min: 2, max: 500, preset: 128 }).describe(
        'Recordings that one ffmpeg has open. 2 to 500.',
      ),
      maxRecordings: whole({ min: 1, max: 1_000_000, preset: 5000 }).describe(
        'An index that lists more recordings is refused. 1 to 1000000.',
      ),
      maxHours: number({ min: 0.001, max: 1000, preset: 24 }).describe(
        'A recording that claims to be longer is left out. 0.001 to 1000 h.',
      ),
      probeSeconds: whole({ min: 1, max: 86_400, preset: 600 }).describe(
        'Examining a recording is ended after this long, whatever it brings. 1 to 86400 s.',
      ),
      maxPixels: whole({ min: 256, max: 2 ** 30, preset: 2 ** 26 }).describe(
        'A recording whose picture claims to be larger is not decoded; 67108864 is 8192 x 8192. Where the memory of the job is too small for its pictures, the limit is lower. 256 to 1073741824.',
      ),
      maxRecordingMb: whole({ min: 1, max: 16_777_216, preset: 65_536 }).describe(
        'A recording that is said to have more bytes is left out, before any of it is fetched. 1 to 16777216 MB.',
      ),
      jobMinutes: number({ min: 0, max: 30_000, preset: 0 }).describe(
        'A job that takes longer is ended in order, with exit code 1; its next run goes on from there. With 0 the time is 20 times what `plan` estimates at most, but an hour at least, from when the recordings are there until the film is; fetching, examining and uploading have their own (storage.minBytesPerSecond, probeSeconds). 0 to 30000 min.',
      ),
    })
    .prefault({}),
  video: z
    .strictObject({
      encoder: z
        .enum(['x264', ...HARDWARE, 'auto'])
        .default('x264')
        .describe(
          'x264, or an encoder of graphics hardware: nvenc, qsv, vaapi, videotoolbox, or auto for the first of these that works. Each is tried with a short encode; where none works, or it fails in mid job, x264 encodes.',
        ),
      speed: z
        .enum(SPEEDS)
        .default('balanced')
        .describe(
          'How much work goes into the picture: fast, balanced, or quality for a better picture at the same bit rate.',
        ),
      preset: z
        .enum(['', ...PRESETS])
        .default('')
        .describe(
          'A preset of x264\'s to take as it is, whatever the speed: ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow or placebo; "" is none.',
        ),
      keyframeSeconds: number({ min: 0.1, max: 60, preset: 2 }).describe(
        'Longest time between keyframes, which is how finely a player can seek. 0.1 to 60 s.',
      ),
      peakRatio: number({ min: 0, max: 10, preset: 0 }).describe(
        'How far the bit rate may rise above BitRate for a while, as a factor; 0 sets no limit. With a limit x264 does not repeat itself to the bit on several cores, and less than 1 counts as 1. 0 to 10.',
      ),
      matrix: z
        .enum(['auto', 'bt601', 'bt709'])
        .default('auto')
        .describe(
          'Colour matrix of the output: bt601, bt709, or auto to choose by the canvas and the recordings.',
        ),
    })
    .prefault({}),
  audio: z
    .strictObject({
      bitrateKbps: whole({ min: 16, max: 512, preset: 128 }).describe(
        'Bit rate of the AAC track. 16 to 512 kbit/s.',
      ),
      loudness: shaped('loudness', z.union([z.literal('off'), z.number().min(-40).max(-8)]))
        .default('off')
        .describe(
          'Loudness that the whole mix is brought to by one gain, in LUFS (EBU R128), with peaks below -1 dBTP: -16 suits a talk on the web; "off" leaves the level as it was recorded. The sound is rendered twice for it, the picture once. "off" or -40 to -8.',
        ),
    })
    .prefault({}),
  output: z
    .strictObject({
      chapters: z
        .boolean()
        .default(true)
        .describe(
          'Chapters in the finished file, where somebody joins or leaves and where a screen share starts or ends.',
        ),
      poster: z
        .boolean()
        .default(true)
        .describe('A picture of it beside the finished file, <name>.jpg, and in it as its cover.'),
      thumbnails: z
        .boolean()
        .default(false)
        .describe(
          "Small pictures for a player's time line beside it: <name>.thumbs.jpg, .thumbs-2.jpg ... and <name>.thumbs.vtt.",
        ),
      hls: z
        .boolean()
        .default(false)
        .describe(
          'An HLS rendition beside it, of the same packets: <name>/master.m3u8, index.m3u8, init.mp4 and segments.',
        ),
    })
    .prefault({}),
  layout: z
    .strictObject({
      minSegmentMs: whole({ min: 0, max: 60_000, preset: 500 }).describe(
        'Shorter segments are merged with their neighbours. 0 to 60000 ms.',
      ),
      holdMs: whole({ min: 0, max: 3_600_000, preset: 3000 }).describe(
        'A camera that sends nothing for this long counts as stalled. 0 to 3600000 ms.',
      ),
      whenStalled: z
        .enum(['leave', 'hold', 'background'])
        .default('leave')
        .describe(
          'What a stalled stream does: "leave" the layout, "hold" its last picture, or show the "background".',
        ),
    })
    .prefault({}),
  watermark: z
    .strictObject({
      zone: shaped('zone', z.string().refine(isZone))
        .default('Asia/Shanghai')
        .describe(
          'Time zone of a job, an IANA name: of the time watermark, the title of the film, the report and `status`.',
        ),
      fontFile: z
        .string()
        .default('')
        .describe('Font file for time and text watermarks; "" is the bundled Noto Sans, which has Chinese.'),
      textHeight: shaped('heightFraction', z.string().refine(isTextHeight))
        .default('1/24')
        .describe('Height of watermark text as a fraction of the canvas height. "1/200" to "1/2".'),
      proxy: z
        .boolean()
        .default(true)
        .describe(
          'Whether pictures are downloaded through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.',
        ),
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
        ])
        .describe(
          'Object keys under which the index is looked for, in this order, where it is neither given with --index nor beside cfg.json. {jobId} is Internal.JobId, {folder} the folder of the output key. At most 50. Where none of them is there, <JobId>.json is looked for among the first 1000 files of a local bucket, and taken where it lies in the folder that it names as its Root; not where this list is empty.',
        ),
    })
    .prefault({}),
  network: z
    .strictObject({
      allow: networkRules.describe(
        'Addresses here win over deny, names do not win over the address they lead to. Where deny is empty and this is not, nothing else is reached. At most 1000.',
      ),
      deny: networkRules.describe('What is not reached. At most 1000.'),
    })
    .prefault({})
    .describe(
      'Which addresses buckets, callbacks and watermark pictures of cfg.json may have. Entries are networks (10.0.0.0/8), addresses, host names, *.host for all names below one, and the words loopback, link-local, private, multicast. Names are resolved and their addresses checked when connecting, those of redirects too; behind a proxy, which resolves them again, before it is asked. The proxy itself may be anywhere.',
    ),
  storage: z
    .strictObject({
      connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 10_000 }).describe(
        'How long connecting may take. 100 to 600000 ms.',
      ),
      requestTimeoutMs: whole({ min: 100, max: 3_600_000, preset: 60_000 }).describe(
        'How long a request may go without a byte moving. 100 to 3600000 ms.',
      ),
      attempts: whole({ min: 1, max: 50, preset: 8 }).describe(
        'How often a call is tried in all, and how often in a row a broken download is taken up again. 1 to 50.',
      ),
      backoffMs: whole({ min: 1, max: 60_000, preset: 500 }).describe(
        'Pause before the second attempt, doubled before each later one up to maxBackoffMs; chance takes up to half off. 1 to 60000 ms.',
      ),
      maxBackoffMs: whole({ min: 1, max: 600_000, preset: 30_000 }).describe('1 to 600000 ms.'),
      minBytesPerSecond: whole({ min: 0, max: 1_000_000_000, preset: 16_384 }).describe(
        'A download that brings less than this over requestTimeoutMs is cut and taken up again. No download or upload may take longer in all, whatever progress it makes, than its bytes take at this rate and attempts times (connectTimeoutMs + 2 requestTimeoutMs + maxBackoffMs) on top; 0 lets it trickle. 0 to 1000000000 bytes/s.',
      ),
      leaveFreeMb: whole({ min: 0, max: 16_777_216, preset: 256 }).describe(
        'What fetching leaves free on the disk of the work folder: an object that does not fit is not begun, and the job fails. 0 to 16777216 MB.',
      ),
      proxy: z
        .boolean()
        .default(true)
        .describe(
          'Whether buckets are reached through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.',
        ),
      credentialsFor: z
        .array(trustedHost)
        .max(100)
        .default([])
        .describe(
          "Services that may have the credentials of this machine (environment, files, instance role) besides the vendors' own, where cfg.json has no keys: a host, *.host for all names below it, with a port where only that is meant. Only by https, unless it is written as http://host. At most 100.",
        ),
      localRoots: z
        .array(shaped('absolutePath', z.string().regex(/^\//)))
        .max(100)
        .default([])
        .describe(
          'Folders in one of which a local bucket must lie, links followed; absolute paths of watermark pictures are refused then. Absolute paths; none lets a bucket lie anywhere. At most 100.',
        ),
      fileMode: z
        .union([z.literal(''), fileMode])
        .default('')
        .describe('Mode of files put into a local bucket; "" leaves it to the umask.'),
      internalNetwork: z
        .boolean()
        .default(false)
        .describe("Use UCloud's endpoints for machines inside its cloud (endpoints.ucloudInternal)."),
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
        .prefault({})
        .describe(
          "Where each vendor's service is; {region} is StorageConfig.Region. StorageConfig.Endpoint wins over these.",
        ),
    })
    .prefault({}),
  callback: z
    .strictObject({
      connectTimeoutMs: whole({ min: 100, max: 600_000, preset: 5000 }).describe(
        'How long connecting to a receiver of callbacks may take. 100 to 600000 ms.',
      ),
      answerTimeoutMs: whole({ min: 100, max: 600_000, preset: 20_000 }).describe(
        'How long a receiver may take to answer. 100 to 600000 ms.',
      ),
      retrySeconds: z
        .array(z.number().min(0).max(3600))
        .max(20)
        .default([1, 3, 10, 60, 60, 60])
        .describe(
          'Waits before a callback is sent again, one for each try after the first, in seconds. Each 0 to 3600, at most 20.',
        ),
      proxy: z
        .boolean()
        .default(true)
        .describe('Whether callbacks go through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.'),
      finishSeconds: number({ min: 0, max: 3600, preset: 180 }).describe(
        'How long a job waits at its end for callbacks that are still to be delivered. 0 to 3600 s.',
      ),
    })
    .prefault({}),
  serve: serveSchema,
})

/** Every setting, with defaults applied. */
export type Conf = Omit<z.output<typeof confSchema>, '$schema'>
