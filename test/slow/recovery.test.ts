/** Recordings that turn out not to decode: the job goes on without them, and names them. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  JOB_ID,
  ROOM_START_MS,
  cfgOf,
  expectFailure,
  furnish,
  indexOf,
  roomFiles,
  usePlace,
} from '../harness/run-worker.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { shimFfmpeg } from '../harness/shim-ffmpeg.ts'

const place = usePlace(furnish)
let cfg: string
let before: Record<string, string>
beforeEach(async () => {
  cfg = await place.write('cfg.json', cfgOf())
})

/** Carol's recording is Alice's or Bob's with other bytes in some places. */
async function furnishCarol(from: 'alice' | 'bob', patches: readonly (readonly [string, string])[]) {
  const bytes = await readFile((await roomFiles())[from].path)
  for (const [old, other] of patches) {
    expect(other).toHaveLength(old.length)
    // An MP4's brands come first and may be called the same.
    const at = bytes.lastIndexOf(old, undefined, 'latin1')
    expect(at).toBeGreaterThan(0)
    bytes.write(other, at, 'latin1')
  }
  const Name = `carol.${from === 'alice' ? 'webm' : 'mp4'}`
  await writeFile(join(place.bucket, 'rec', Name), bytes)
  const carol = { StreamId: 'carol_1', Name, StartTime: ROOM_START_MS + 200 }
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, carol]))
  before = await place.bucketFiles()
  return Name
}

const LOST = {
  video: 'carol_1: its picture cannot be decoded to the end and is left out; its sound is heard',
  audio: 'carol_1: its sound cannot be decoded to the end and is left out; its picture is shown',
}

it.each([
  ['its sound is of an unknown kind (WebM)', 'alice', [['A_OPUS', 'A_OPUZ']], 'audio'],
  [
    'its sound is of an unknown kind (MP4)',
    'bob',
    [
      ['mp4a', 'mp4z'],
      ['esds', 'esdz'],
    ],
    'audio',
  ],
  ['its picture is of an unknown kind (WebM)', 'alice', [['V_VP8', 'V_VPZ']], 'video'],
  ['its picture is of an unknown kind (MP4)', 'bob', [['avc1', 'avcz']], 'video'],
] as const)('half a recording is used when %s; --strict fails', async (_, from, patches, lost) => {
  const name = await furnishCarol(from, patches)
  const strict = await place.run(['--quiet', '--strict', cfg])
  await expectFailure({
    place,
    ended: strict,
    before,
    code: 1,
    says: new RegExp(`--strict is set; the first: ${name}: its (picture|sound) cannot be decoded`),
  })
  const ended = await place.run([cfg])
  expect(ended).toMatchObject({ code: 0 })
  const result = await place.result()
  expect(result.warnings).toEqual([{ code: 'trackLeftOut', message: LOST[lost], where: name }])
  expect(ended.stderr).toContain(`warning: ${name}: ${LOST[lost]}\n`)
  const clips = [{ name, video: lost !== 'video', audio: lost !== 'audio' }]
  expect(result.streams[1]).toMatchObject({ streamId: 'carol_1', clips })
  expect(result).toMatchObject({ status: 'ok', skipped: [], output: { frames: 25 } })
  expect(await place.workLeft()).toEqual([])
})

it('a recording of which nothing can be decoded is skipped', async () => {
  const name = await furnishCarol('alice', [
    ['A_OPUS', 'A_OPUZ'],
    ['V_VP8', 'V_VPZ'],
  ])
  const ended = await place.run([cfg])
  expect(ended).toMatchObject({ code: 0 })
  const result = await place.result()
  expect(result.skipped).toMatchObject([{ streamId: 'carol_1', name }])
  expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
})

it('a recording of which most does not decode is used as far as it does, with a warning', async () => {
  const [ivf, carol] = [join(place.folder, 'carol.ivf'), join(place.bucket, 'rec', 'carol.webm')]
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=2.4']
  await runFfmpeg([...source, '-c:v', 'libvpx', '-g', '100', ivf])
  const bytes = await readFile(ivf)
  // From the fifth frame on: key frames without their start code, which no decoder takes.
  for (let at = 32, n = 0; at < bytes.length; at += 12 + bytes.readUInt32LE(at), n++) {
    if (n >= 4) bytes.fill(0, at + 12, at + 22)
  }
  await writeFile(ivf, bytes)
  await runFfmpeg(['-i', ivf, '-f', 'lavfi', '-i', 'sine=d=2.4', '-c:v', 'copy', '-c:a', 'libopus', carol])
  const files = [ALICE, BOB, { StreamId: 'carol_1', Name: 'carol.webm', StartTime: ROOM_START_MS }]
  await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
  const ended = await place.run([cfg])
  expect(ended).toMatchObject({ code: 0 })
  const message = 'carol_1: parts of its picture cannot be decoded; the last picture before them stays'
  const { warnings, skipped } = await place.result()
  expect(warnings).toEqual([{ code: 'undecodedInPart', message, where: 'carol.webm' }])
  expect(skipped).toEqual([])
})

describe('an encoder that fails', () => {
  /** An ffmpeg that does this, after what every run goes through as it should. */
  const shim = (script: string) => shimFfmpeg(place, `${script}\nexec REAL "$@"`)

  it('works without the picture that it fails at', async () => {
    const name = await furnishCarol('alice', [])
    const fails = 'echo "[error] no more of this" >&2; exit 1'
    const env = await shim(
      `case "$*" in *framecrc*) ;; *carol.webm*libx264*|*carol.webm*0:V:0*) ${fails};; esac`,
    )
    const ended = await place.run([cfg], { env })
    expect(ended).toMatchObject({ code: 0 })
    const result = await place.result()
    expect(result.warnings).toEqual([{ code: 'trackLeftOut', message: LOST.video, where: name }])
    expect(result.streams[1]).toMatchObject({ streamId: 'carol_1', clips: [{ video: false, audio: true }] })
    expect(await place.workLeft()).toEqual([])
  })

  it('leaves no rejected file behind when the second try is good', async () => {
    const name = await furnishCarol('alice', [])
    // Carol's sound does not decode; the first result has no sound at all.
    const env = await shim(
      [
        'case "$*" in *carol.webm*0:a:0*null*) case "$*" in *framecrc*) ;; *) exit 1;; esac;; esac',
        `case "$*" in *creation_time=*) if [ ! -e "${place.folder}/tried" ]; then`,
        `touch "${place.folder}/tried"; REAL "$@" || exit 1; for out; do :; done`,
        'REAL -v error -y -i "$out" -map 0:v -c copy -video_track_timescale 10000 "$out.mp4"',
        'mv "$out.mp4" "$out"; exit; fi;; esac',
      ].join('\n'),
    )
    const ended = await place.run([cfg], { env })
    expect(ended).toMatchObject({ code: 0 })
    expect((await place.result()).warnings).toEqual([
      { code: 'trackLeftOut', message: LOST.audio, where: name },
    ])
    expect(await place.workLeft()).toEqual([])
  })
})

it('decoders that fit by themselves and not together: the largest are left out until the rest fits', async () => {
  const names = ['u1.mp4', 'u2.mp4', 'u3.mp4', 'u4.mp4']
  const size = ['-f', 'lavfi', '-i', 'testsrc2=s=2560x2560:r=10:d=2.4', '-f', 'lavfi', '-i', 'sine=d=2.4']
  const references = ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'ref=16:bframes=3']
  const first = join(place.bucket, 'rec', 'u1.mp4')
  await runFfmpeg([...size, ...references, '-pix_fmt', 'yuv420p', '-c:a', 'aac', first])
  for (const name of names.slice(1)) await copyFile(first, join(place.bucket, 'rec', name))
  const large = names.map((Name, i) => ({ StreamId: `u${i + 1}_1`, Name, StartTime: ROOM_START_MS + 200 }))
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, ...large]))
  const ended = await place.run([cfg], { env: { OWT_LIMITS_MEMORY_MB: '700', OWT_LIMITS_CORES: '1' } })
  expect(ended).toMatchObject({ code: 0 })
  const { warnings, streams } = await place.result()
  const lost = warnings.map(({ where }) => where)
  expect(lost).toEqual(names.slice(0, lost.length))
  expect(lost.length).toBeGreaterThan(0)
  expect(lost.length).toBeLessThan(names.length)
  expect(warnings[0]?.message).toContain('u1_1: its picture is left out: its decoder may need 188 MB')
  expect(streams.filter(({ clips }) => clips.some(({ video }) => video))).toHaveLength(6 - lost.length)
})
