/** How ffmpeg is run, and the limits of a job. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { number, whole } from '../schema/numbers.ts'

/** Codecs that recorders write. */
const RECORDED = [
  ...['vp8', 'vp9', 'av1', 'h264', 'hevc', 'mpeg4'],
  ...['opus', 'aac', 'vorbis', 'mp3', 'flac', 'pcm_alaw', 'pcm_mulaw', 'adpcm_g722', 'amr_nb', 'amr_wb'],
  ...['pcm_u8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be'],
  ...['pcm_f32le', 'pcm_f32be'],
]

export const ffmpegSchema = z
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
  .prefault({})

export const limitsSchema = z
  .strictObject({
    cores: whole({ min: 0, max: 1024, preset: 0 }).describe('Cores to use; 0 is all of them. 0 to 1024.'),
    fetches: whole({ min: 1, max: 64, preset: 4 }).describe('Recordings fetched at the same time. 1 to 64.'),
    probes: whole({ min: 1, max: 64, preset: 2 }).describe('Recordings examined at the same time. 1 to 64.'),
    memoryMb: whole({ min: 0, max: 16_777_216, preset: 0 }).describe(
      'Memory that a job may take, its ffmpegs together; 0 is all of it, or what the container may have. A canvas that does not fit is refused. 0 to 16777216 MB.',
    ),
    segmentsPerGraph: whole({ min: 1, max: 500, preset: 96 }).describe(
      'Segments rendered by one ffmpeg at 1280 x 720; larger canvases get fewer in proportion. More need more memory, fewer decode more pictures twice. 1 to 500.',
    ),
    filesPerGraph: whole({ min: 2, max: 500, preset: 128 }).describe(
      'Recordings that one ffmpeg has open. 2 to 500.',
    ),
    fleetCores: whole({ min: 0, max: 65_536, preset: 0 }).describe(
      'Cores of all machines that render the chunks of one job together, each with as many as `cores`. The video is cut for that many; the same number on every machine gives the same packets. 0 is this machine alone. 0 to 65536.',
    ),
    mostRedecode: shaped('mostRedecode', z.union([z.literal('auto'), z.number().min(0).max(3)]))
      .default('auto')
      .describe(
        'How much work a cut between two chunks may cost, as a share of the work of a chunk: what is decoded again from the last keyframes. "auto" is 0.15 for up to 2 cores, and more where more cores would wait: 0.5 for 8, 1 for 16 or more. "auto" or 0 to 3.',
      ),
    processesPerChunk: shaped('processes', z.union([z.literal('auto'), z.number().int().min(1).max(4)]))
      .default('auto')
      .describe(
        'How many ffmpegs make a chunk of the video together: the last one encodes what the others compose. "auto" is as many as compose as fast as the encoder can go on, which is one in most rooms and with ffmpeg 7 and later, which uses several cores by itself. "auto" or 1 to 4.',
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
  .prefault({})
