/** An ffmpeg that lacks something, or opens no recording: it is named, and no recording is blamed for it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, type Changes, cfgOf, expectFailure, furnish, usePlace } from '../harness/run-worker.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'

const place = usePlace(furnish)

const shim = (script: string) => shimFfmpeg(place, script)

/** One that was built without something. */
const without = (list: string, name: string) =>
  shim(`case "$*" in *-${list}*) REAL "$@" | grep -vE '[ ,(]${name}[ ,)]' ;; *) exec REAL "$@" ;; esac`)

const TEXT: Changes = {
  Data: { MixerConfig: { WaterMark: [{ Type: 3, X: 4, Y: 4, Alpha: 1, Text: 'hi' }] } },
}
const HEARD: Changes = { Data: { RecordingConfig: { MediaChannel: 1 } } }

async function run(env: Record<string, string>, changes: Changes = {}, args: readonly string[] = []) {
  const cfg = await place.write('cfg.json', cfgOf(changes))
  return place.run([...args, cfg], { env })
}

describe('an ffmpeg that lacks what the job needs is named', () => {
  it.each([
    ['encoders', 'libx264', 'encoder libx264', {}],
    ['filters', 'xstack', 'filter xstack', {}],
    ['filters', 'drawtext', 'filter drawtext', TEXT],
    ['demuxers', 'matroska', 'demuxer matroska', {}],
    ['decoders', 'opus', 'decoder opus', {}],
  ])('%s without %s', async (list, name, said, changes) => {
    const ended = await run(await without(list, name), changes)
    const result = await expectFailure({
      place,
      ended,
      code: 1,
      says: new RegExp(`lacks what this job needs: ${said}; install a full build`),
    })
    expect(result).toMatchObject({ skipped: [], warnings: [], error: { code: 'ffmpegLacks' } })
  })

  it('by plan too', async () => {
    const ended = await run(await without('filters', 'xstack'), {}, ['plan'])
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('filter xstack') as string })
  })
})

it.each([
  ['filters', 'drawtext', {}],
  ['decoders', 'vp8', HEARD],
])('%s without %s do for a job that needs none', async (list, name, changes) => {
  expect(await run(await without(list, name), changes)).toMatchObject({ code: 0 })
  expect(await place.result()).toMatchObject({ skipped: [] })
})

describe('an ffmpeg that opens no recording is named, with what it says', () => {
  it.each(['', 'matroska'])('%s', async (demuxer) => {
    const env = await shim(
      `case "$*" in *"-f ${demuxer}"*-noautorotate*) echo "[error] Unrecognized option 'noautorotate'." >&2; exit 1 ;; esac\nexec REAL "$@"`,
    )
    const ended = await run(env)
    const says = /cannot read even an intact (WebM|MP4) file \(Unrecognized option 'noautorotate'\.\)/
    const result = await expectFailure({ place, ended, code: 1, says })
    expect(result).toMatchObject({ skipped: [], error: { code: 'ffmpegCannotRead' } })
  })

  it('and so is one that decodes no picture', async () => {
    const env = await shim(
      `case "$*" in *showinfo*) echo "[error] Error reinitializing filters" >&2; exit 1 ;; esac\nexec REAL "$@"`,
    )
    await expectFailure({ place, ended: await run(env), code: 1, says: /cannot read even an intact/ })
  })

  it('and one that does not start says why', async () => {
    const env = await shim('echo "ffmpeg: error while loading shared libraries: libx264.so" >&2; exit 127')
    const says = /does not run as ffmpeg \(ffmpeg: error while loading shared libraries: libx264\.so\)/
    await expectFailure({ place, ended: await run(env), code: 1, says })
  })
})

it('recordings that are all broken are to blame themselves', async () => {
  const cut = async (name: string, bytes: number) => {
    const path = join(place.bucket, 'rec', name)
    await writeFile(path, (await readFile(path)).subarray(0, bytes))
  }
  await cut(ALICE.Name, 100)
  await cut(BOB.Name, 2000)
  await mkdir(join(place.bucket, 'out'))
  const result = await expectFailure({ place, ended: await run({}), code: 6, says: /no usable stream/ })
  expect(result.skipped.map(({ name }) => name)).toEqual([ALICE.Name, BOB.Name])
})

describe('an ffmpeg that crashes now and then on sound input', () => {
  const crashes = (times: number) =>
    shim(
      `case "$*" in *audio.m4a.part*)
        n=$(($(cat "${place.folder}/crashes" 2> /dev/null || echo 0) + 1)); echo $n > "${place.folder}/crashes"
        if [ $n -le ${times} ]; then
          echo '[panic] Assertion best_input >= 0 failed at ffmpeg_filter.c:2122' >&2
          kill -ABRT $$
        fi ;;
      esac
      exec REAL "$@"`,
    )

  it('fails no job, and leaves nobody out', async () => {
    expect(await run(await crashes(4))).toMatchObject({ code: 0 })
    expect(await place.result()).toMatchObject({ skipped: [], warnings: [] })
  })

  it('fails the job if it never does anything else', async () => {
    const ended = await run(await crashes(1000))
    await expectFailure({ place, ended, code: 1, says: /encoding failed \(audio\): .*Assertion best_input/ })
    expect(Number(await readFile(join(place.folder, 'crashes'), 'utf8'))).toBe(5)
  })
})
