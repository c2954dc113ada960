/** The finished file is checked against the plan: what is wrong with it fails the job, what only looks so does not. */
import { chmod, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ffmpegPath, runFfmpeg } from '../harness/run-ffmpeg.ts'
import { JOB_ID, ROOM_START_MS, cfgOf, indexOf, usePlace } from '../harness/run-worker.ts'
import { copySource, makeSource } from '../harness/sources.ts'

const place = usePlace()

const entry = (streamId: string, name: string, atMs: number) => ({
  StreamId: streamId,
  Name: name,
  StartTime: ROOM_START_MS + atMs,
})
const inBucket = (name: string) => join(place.bucket, 'rec', name)
const quiet = { MixerConfig: { MixedVideoLayout: 1 } }

describe('a finished file that is not what was planned', () => {
  /** Alice for 20 s, Bob beside her from 6 s to 14 s; tones all the time. */
  async function furnishTalk(): Promise<string> {
    const size = { width: 160, height: 120 }
    const [alice, bob] = await Promise.all([
      makeSource({
        id: 1,
        container: 'webm',
        durationMs: 20_000,
        video: { codec: 'vp8', size, fps: 10 },
        audio: { codec: 'opus' },
      }),
      makeSource({
        id: 2,
        container: 'mp4',
        durationMs: 8000,
        video: { codec: 'h264', size, fps: 10 },
        audio: { codec: 'aac' },
      }),
    ])
    const files = [entry('alice_1', 'alice.webm', 0), entry('bob_1', 'bob.mp4', 6000)]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    await place.write('bucket/rec/.keep', '')
    await copySource(alice, inBucket('alice.webm'))
    await copySource(bob, inBucket('bob.mp4'))
    return place.write('cfg.json', cfgOf({ Data: quiet }))
  }

  /** An ffmpeg that makes something else of what it has just put together; `IN` and `OUT` stand for files. */
  async function spoiling(args: string): Promise<Record<string, string>> {
    const real = ffmpegPath()
    const again = `${real} -v error -y ${args.replaceAll('IN', '"$out"').replace('OUT', '"$out.mp4"')}`
    const script = [
      '#!/bin/sh',
      `case "$*" in *creation_time=*) ;; *) exec ${real} "$@";; esac`,
      `${real} "$@" || exit $?`,
      'for out; do :; done',
      `${again} && mv "$out.mp4" "$out"`,
    ]
    const path = await place.write('ffmpeg', `${script.join('\n')}\n`)
    await chmod(path, 0o755)
    return { FFMPEG_PATH: path }
  }

  const encode = '-c:v libx264 -preset ultrafast -g 20 -fps_mode passthrough -video_track_timescale 10000'
  const copied = '-c copy -video_track_timescale 10000'
  it.each([
    ['has no sound', `-i IN -map 0:v ${copied} OUT`, 'it has no sound'],
    ['has no picture', `-i IN -map 0:a ${copied} OUT`, 'it has no picture'],
    [
      'has its sound 100 ms late',
      `-i IN -itsoffset 0.1 -i IN -map 0:v -map 1:a ${copied} OUT`,
      'its sound starts \\d{2,3}\\.\\d ms after its picture(; its sound ends 1\\d\\d\\.\\d ms after its picture)?',
    ],
    [
      'lacks its last frames',
      `-i IN -map 0 ${copied} -frames:v 195 OUT`,
      'it has 195 frames, 200 were planned; .*',
    ],
    [
      'is silent for 15 s',
      `-i IN -map 0 -c:v copy -video_track_timescale 10000 -af "volume=0:enable='between(t,3,18)'" OUT`,
      'it is silent at \\d+ s, the recording of alice_1 is not(; it is silent at \\d+ s, the recording of bob_1 is not)?',
    ],
    [
      'shows a grey tile',
      `-i IN -map 0 -c:a copy ${encode} -vf "drawbox=80:30:80:60:gray:fill:enable='between(t,6.9,14)'" OUT`,
      'the place of bob_1 shows one colour at \\d+\\.\\d\\d s, its recording does not',
    ],
    [
      'is black',
      `-i IN -map 0 -c:a copy ${encode} -vf "drawbox=0:0:160:120:black:fill" OUT`,
      '(the place of (alice|bob)_1 shows one colour at [\\d.]+ s, its recording does not(; )?){2,4}',
    ],
    [
      'stands still when Bob comes',
      `-i IN -map 0 -c:a copy ${encode} -vf trim=end_frame=55,tpad=stop=145:stop_mode=clone OUT`,
      'the place of \\w+ did not change with the layout before [\\d.]+ s.*',
    ],
    [
      'cannot be decoded',
      `-i IN -map 0 -c copy -video_track_timescale 10000 -bsf:v noise=amount=1 OUT`,
      '(it has no picture|its picture cannot be decoded to the end).*',
    ],
  ])('%s', async (_, args, says) => {
    const cfg = await furnishTalk()
    const before = await place.bucketFiles()
    const ended = await place.run(['--quiet', cfg], { env: await spoiling(args) })
    const kept = join(place.workDir, `.rejected/${JOB_ID}.mp4`)
    expect(ended.stderr).toMatch(
      new RegExp(
        `^error: the finished file is not what was planned: ${says}; it was not uploaded and is kept as ${kept}\n$`,
      ),
    )
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect((await stat(kept)).size).toBeGreaterThan(1000)
    // Picture and sound are kept, what was made of them is not taken for finished again.
    expect((await place.workLeft()).sort()).toEqual([JOB_ID])
    const work = await readdir(join(place.workDir, JOB_ID))
    expect(work.filter((name) => /\.part$|^finished/.test(name))).toEqual([])
    expect(work).toEqual(expect.arrayContaining(['audio.m4a.key', 'video-1.mp4.key']))
    expect(await place.bucketFiles()).toEqual(before)
    const result = await place.result()
    expect(result).toMatchObject({ status: 'failed', exitCode: 1, error: { code: 'checkFailed' } })
    expect(result.output).toBeUndefined()
  })

  it('is what was planned when nothing is spoilt', async () => {
    const cfg = await furnishTalk()
    const ended = await place.run(['--quiet', cfg], { env: await spoiling(`-i IN -map 0 ${copied} OUT`) })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(await place.workLeft()).toEqual([])
  })
})

describe('a room that only looks wrong', () => {
  /** A recording as ffmpeg makes it from a picture and a sound of its own sources. */
  async function record(name: string, options: { picture?: string; sound?: string; more?: string[] }) {
    const { picture, sound, more = [] } = options
    await runFfmpeg([
      ...(picture === undefined ? [] : ['-f', 'lavfi', '-i', picture]),
      ...(sound === undefined ? [] : ['-f', 'lavfi', '-i', sound]),
      ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '-4', '-b:v', '300k', '-c:a', 'libopus'],
      ...[...more, inBucket(name)],
    ])
  }

  it('passes: a black camera, a long silence, a slide whose sender comes back, a cut to white', async () => {
    await place.write('bucket/rec/.keep', '')
    const slide = 'smptebars=s=160x120:r=5'
    const cut = "color=white:s=160x120:r=10:d=18,drawbox=0:0:80:120:black:fill:enable='lt(t,5)+gt(t,13)'"
    await record('black.webm', { picture: 'color=black:s=160x120:r=5:d=18', sound: 'anullsrc=d=18' })
    await record('slide.webm', { picture: `${slide}:d=8` })
    await record('again.webm', { picture: `${slide}:d=8` })
    await record('cut.webm', { picture: cut })
    // Its timestamps begin at 4 s: where it is silent cannot be found by counting from its first packet.
    const pause = "sine=1000:d=14,volume=0:enable='between(t,1,12.5)'"
    await record('pause.webm', { sound: pause, more: ['-output_ts_offset', '4'] })
    const files = [
      entry('black_1', 'black.webm', 0),
      entry('slide_2', 'slide.webm', 500),
      entry('slide_2', 'again.webm', 9000),
      entry('cut_1', 'cut.webm', 100),
      entry('pause_1', 'pause.webm', 0),
    ]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    const ended = await place.run(['--quiet', await place.write('cfg.json', cfgOf({ Data: quiet }))])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(await place.result()).toMatchObject({ status: 'ok', skipped: [], warnings: [] })
    expect(await place.workLeft()).toEqual([])
  })

  it('passes: what a place shows is one colour because the rest is cropped away', async () => {
    await place.write('bucket/rec/.keep', '')
    // A headline on a white page, upright: of its middle nothing but white is to be seen.
    const page = 'color=white:s=120x400:r=5:d=3,drawbox=0:0:120:60:black:fill'
    await record('page.webm', { picture: page, sound: 'sine=500:d=3' })
    await place.write(`bucket/${JOB_ID}.json`, indexOf([entry('page_2', 'page.webm', 0)]))
    const cfg = cfgOf({ Data: { MixerConfig: { MixedVideoLayout: 1, ResizeMode: 1 } } })
    const ended = await place.run(['--quiet', await place.write('cfg.json', cfg)])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
})
