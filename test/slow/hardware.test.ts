/** Encoders of graphics hardware: believed once they have encoded something, and replaced where they fail. */
import { chmod, readFile } from 'node:fs/promises'
import { beforeEach, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { readFinished } from '../harness/finished-file.ts'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'
import { cfgOf, usePlace } from '../harness/run-worker.ts'
import { CHUNKED, furnishShort, packetsHash } from '../harness/short-job.ts'

/** The short job's picture comes in three pieces. */
const CHUNKS = 3
/** An encoder that no call reaches. */
const NEVER = 1000

const place = usePlace(furnishShort)
let cfg: string
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

/**
 * An ffmpeg on a machine with NVENC and nothing else: libx264 stands for it, up to the call from which it fails.
 * @param failsFrom 1 is the trial
 */
async function withNvenc(failsFrom: number, how = 'echo "[h264_nvenc @ 0x1] the card is gone" >&2; exit 1') {
  const path = await place.write(
    'bin/ffmpeg',
    `#!/usr/bin/env bash
case " $* " in
*" h264_nvenc "*)
  echo call >>"$0.calls"
  if (( $(wc -l <"$0.calls") >= ${failsFrom} )); then ${how}; fi ;;
*" h264_qsv "* | *" h264_vaapi "* | *" h264_videotoolbox "*)
  echo "no device" >&2; exit 1 ;;
esac
args=()
while (( $# )); do
  case "$1" in
  h264_nvenc) args+=(libx264) ;;
  p4) args+=(veryfast) ;;
  -tune | -rc) shift ;;
  *) args+=("$1") ;;
  esac
  shift
done
exec ${ffmpegPath()} "\${args[@]}"
`,
  )
  await chmod(path, 0o755)
  return {
    path,
    calls: async () => (await readFile(`${path}.calls`, 'utf8').catch(() => '')).split('\n').length - 1,
  }
}

async function mix(encoder: string, ffmpeg: { path: string }): Promise<Result> {
  const env = { ...CHUNKED, OWT_VIDEO_ENCODER: encoder, FFMPEG_PATH: ffmpeg.path }
  const ended = await place.run(['--force', cfg], { env })
  expect(ended).toMatchObject({ code: 0 })
  const result = await place.result()
  for (const { message } of result.warnings) expect(ended.stderr).toContain(`warning: ${message}\n`)
  const { video } = await readFinished(finished(result))
  expect(video?.frames).toBe(30)
  return result
}

const finished = ({ output }: Result) => output?.path ?? ''

/** Encoders as the log tells of them. */
const logOf = async () =>
  (await place.log())
    .filter(({ encoder }) => encoder !== undefined)
    .map(({ msg, encoder }) => `${msg}: ${String(encoder)}`)

const TRIED = ['qsv', 'vaapi', 'videotoolbox'].map((name) => `encoder does not work here: ${name}`)

it.each(['nvenc', 'auto'])('%s: one that works encodes every piece', async (encoder) => {
  const ffmpeg = await withNvenc(NEVER)
  const result = await mix(encoder, ffmpeg)
  expect(result).toMatchObject({ warnings: [], output: { videoEncoder: 'nvenc' } })
  expect(await ffmpeg.calls()).toBe(1 + CHUNKS)
  expect(await logOf()).toEqual(['encoder chosen: nvenc'])
  expect(await place.workLeft()).toEqual([])
})

it('is not so much as tried unless it is asked for', async () => {
  const ffmpeg = await withNvenc(NEVER)
  expect(await mix('x264', ffmpeg)).toMatchObject({ warnings: [], output: { videoEncoder: 'x264' } })
  expect(await ffmpeg.calls()).toBe(0)
})

it('auto takes x264 without a word where none works', async () => {
  const result = await mix('auto', await withNvenc(1))
  expect(result).toMatchObject({ warnings: [], output: { videoEncoder: 'x264' } })
  expect(await logOf()).toEqual(['encoder does not work here: nvenc', ...TRIED, 'encoder chosen: x264'])
})

it.each([
  ['refuses', undefined, /does not work here, x264 encodes in its place: .*the card is gone/],
  [
    'makes nothing',
    'exit 0',
    /does not work here, x264 encodes in its place: .*0 frames where 90 were planned/,
  ],
])('one that is named and %s is replaced with a warning', async (_, how, says) => {
  const ffmpeg = await withNvenc(1, how)
  const result = await mix('nvenc', ffmpeg)
  expect(result.warnings).toEqual([
    { code: 'encoderUnusable', message: expect.stringMatching(says) as string },
  ])
  expect(result).toMatchObject({ output: { videoEncoder: 'x264' } })
  expect(await ffmpeg.calls()).toBe(1)
})

it('one that fails while the job runs is replaced with one warning, and every piece is made by x264', async () => {
  // The trial and the first piece succeed.
  const ffmpeg = await withNvenc(3)
  const result = await mix('nvenc', ffmpeg)
  expect(result.warnings).toEqual([
    {
      code: 'encoderFailed',
      message: expect.stringMatching(
        /^nvenc failed while the job ran.*video 2\/3.*the card is gone/,
      ) as string,
    },
  ])
  expect(result).toMatchObject({ output: { videoEncoder: 'x264' } })
  const made = (await place.log()).filter(({ msg }) => msg === 'ffmpeg done')
  expect(made.filter(({ command }) => command === 'video 1/3')).toHaveLength(2)
  expect(made.filter(({ command }) => command === 'audio')).toHaveLength(1)
  const packets = await packetsHash(finished(result), place)
  expect(packets).toBe(await packetsHash(finished(await mix('x264', ffmpeg)), place))
})
