/** Several recordings in one run of ffmpeg: each is found to be what it is found to be by itself. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { openProbeQueue } from '../../src/ffmpeg/probe-queue.ts'
import { probeRecording, probeRecordings } from '../../src/ffmpeg/probe.ts'
import type { ProbeOutcome } from '../../src/ffmpeg/probe-outcome.ts'
import { ffmpeg } from '../harness/frames.ts'
import { readMatroska, writeMatroska } from '../harness/matroska.ts'
import { fencedFfmpeg } from '../harness/fenced-ffmpeg.ts'
import { ffmpegPath } from '../harness/run-ffmpeg.ts'

const HOME = join(import.meta.dirname, '../..')
const FOLDERS = ['mixer/bucket/urtc/demo4711', 'test/fixtures/room-webrtc-hard/rec/2026/11/r90210']
let folder: string
let real: string[]
let starts: string
let options: Parameters<typeof probeRecordings>[1]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-together-'))
  const lists = FOLDERS.map(async (one) =>
    (await readdir(join(HOME, one)))
      .filter((name) => /\.(webm|mp4)$/.test(name))
      .map((name) => join(HOME, one, name)),
  )
  real = (await Promise.all(lists)).flat().toSorted()
  // Notes each start of ffmpeg.
  starts = join(folder, 'starts')
  const shim = join(folder, 'ffmpeg')
  await writeFile(shim, `#!/bin/sh\necho run >> '${starts}'\nexec '${ffmpegPath()}' "$@"\n`, { mode: 0o755 })
  options = {
    ffmpeg: { ...(await fencedFfmpeg()), path: shim },
    maxPixels: 67_108_864,
    codecs: defaultConf().ffmpeg.codecs,
    stallMs: 120_000,
  }
})
afterAll(() => rm(folder, { recursive: true }))

const runs = async () => (await readFile(starts, 'utf8')).split('\n').length - 1

/** Releases from 7 on may garble a report, which is then read again. */
async function expectRuns(before: number, wanted: number): Promise<void> {
  const extra = (await runs()) - before
  if (options.ffmpeg.syntax.ratePassesThrough) expect(extra).toBe(wanted)
  else expect(extra).toBeGreaterThanOrEqual(wanted)
}

async function expectSame(paths: readonly string[], extraRuns: number): Promise<readonly ProbeOutcome[]> {
  const alone: ProbeOutcome[] = []
  for (const path of paths) alone.push(await probeRecording({ ...options, path }))
  const before = await runs()
  const together = await probeRecordings(paths, options)
  await expectRuns(before, extraRuns)
  together.forEach((outcome, i) => expect(outcome, paths[i]).toEqual(alone[i]))
  return together
}

async function make(name: string, args: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await ffmpeg([...args, path])
  return path
}

describe('recordings of a browser', () => {
  it('in one run are what they are one by one', async () => {
    const outcomes = await expectSame(real, 1)
    expect(outcomes).toHaveLength(12)
    for (const outcome of outcomes) expect(outcome).toHaveProperty('probe')
  })

  it('with others among them that are not: those are told apart, and all are looked at one by one', async () => {
    const [first = '', second = ''] = real
    const sound = await make('sound.webm', ['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'libopus'])
    const cutOff = join(folder, 'cut.mp4')
    const mp4 = real.find((path) => path.endsWith('.mp4')) ?? ''
    await writeFile(cutOff, (await readFile(mp4)).subarray(0, 20_000))
    const empty = join(folder, 'empty.webm')
    await writeFile(empty, '')
    const text = join(folder, 'text.webm')
    await writeFile(text, 'not a recording')
    const gone = join(folder, 'gone.webm')
    const outcomes = await expectSame([first, sound, empty, cutOff, text, gone, second], 1 + 1 + 2 + 1 + 1)
    expect(outcomes.map((outcome) => ('unusable' in outcome ? outcome.unusable : 'probe'))).toEqual([
      ...['probe', 'probe', 'empty', 'broken', 'notMedia', 'unreadable', 'probe'],
    ])
  })

  it('one whose tags speak of others says nothing about them', async () => {
    const [first = '', second = ''] = real
    const lie =
      'x\n[info] Input #0, matroska\n  Stream #0:0: Video: vp8, yuv420p(pc, bt709), 99x99, 9999k tbr'
    const liar = await make('liar.webm', [
      ...['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=1:r=5', '-c:v', 'libvpx', '-metadata', `title=${lie}`],
    ])
    await expectSame([first, liar, second], 1)
  })

  it.each([
    ['0', '0'],
    ['2', '1'],
    ['1', '3'],
  ])('nor does one whose tags have lines of their own: #%s as #%s', async (file, as) => {
    const [first = '', second = ''] = real
    const plain = await make('plain.webm', ['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=1:r=5', '-c:v', 'libvpx'])
    const { track, packets } = readMatroska(await readFile(plain))
    const forged = [
      `Stream #${file}:0 -> #0:${as} (copy)`,
      `Stream #${file}:0: Video: vp8, yuv420p(pc, bt709), 99x99`,
      '    displaymatrix: rotation of 90.00 degrees',
    ]
    const tracks = [{ track: { ...track, video: { width: 64, height: 48 } }, packets }]
    const bare = { tracks, docType: 'webm', tickUs: 1000 } as const
    const tag = { name: ['k', ...forged.map((line) => `[info]   ${line}`), 'z'].join('\n'), value: 'v' }
    const [liar, honest] = [join(folder, 'liar.webm'), join(folder, 'honest.webm')]
    await writeFile(liar, writeMatroska({ ...bare, tag }))
    await writeFile(honest, writeMatroska(bare))
    const [, found] = await expectSame([first, liar, second], 1)
    expect(found).toEqual(await probeRecording({ ...options, path: honest }))
  })
})

it('tags of any length take no time to be passed over', async () => {
  const title = 'Stream #0:0: Video: '.repeat(12) + '\v'
  const path = await make('talker.webm', [
    ...['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=1:r=5', '-c:v', 'libvpx'],
    ...['-metadata', `title=${title.repeat(400)}`],
  ])
  expect(await probeRecording({ ...options, path })).toHaveProperty('probe.video.sizes.0.width', 64)
})

it('is asked for by itself where its lines were mixed up with those of another', async () => {
  // What threads of one ffmpeg do now and then: a line goes on where another one was left off.
  const mixing = join(folder, 'mixing')
  const glue = String.raw`/ type:. *$/{N;s/\n\[showinfo[^]]*\] \[info\] / /}`
  const script = [
    '#!/bin/bash',
    `echo run >> '${starts}'`,
    `case "$*" in *'1:V?'*) '${ffmpegPath()}' "$@" 2> >(sed -u '${glue}' >&2); code=$?; wait; exit $code;; esac`,
    `exec '${ffmpegPath()}' "$@"`,
  ]
  await writeFile(mixing, `${script.join('\n')}\n`, { mode: 0o755 })
  const paths = real.slice(0, 3)
  const alone = await Promise.all(paths.map((path) => probeRecording({ ...options, path })))
  const before = await runs()
  expect(await probeRecordings(paths, { ...options, ffmpeg: { ...options.ffmpeg, path: mixing } })).toEqual(
    alone,
  )
  await expectRuns(before, 1 + paths.length)
})

describe('a queue', () => {
  it('shares its runs among those that wait, and hands each its own', async () => {
    const before = await runs()
    const queue = openProbeQueue({ ...options, atOnce: 2, now: () => performance.now() })
    const started: string[] = []
    const outcomes = await Promise.all(real.map((path) => queue.probe(path, () => started.push(path))))
    await expectRuns(before, 2)
    expect(started.toSorted()).toEqual(real)
    for (const [i, outcome] of outcomes.entries())
      expect(outcome).toEqual(await probeRecording({ ...options, path: real[i] ?? '' }))
    expect(queue.takenMs()).toBeGreaterThan(0)
  })

  it('fails for all that wait when it is stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    const queue = openProbeQueue({ ...options, signal, atOnce: 1, now: () => performance.now() })
    const both = await Promise.allSettled(real.slice(0, 2).map((path) => queue.probe(path, () => undefined)))
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
