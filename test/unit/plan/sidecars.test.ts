import { describe, expect, it } from 'vitest'
import type { Shot } from '../../../src/model/timeline.ts'
import { posterCommand, posterFrame } from '../../../src/plan/poster.ts'
import { planSidecars } from '../../../src/plan/sidecars.ts'
import type { OutputSettings } from '../../../src/plan/settings.ts'
import { makeCanvas, makeClip, makeRecording, makeShot, makeTimeline } from '../../harness/builders.ts'

const ALL: OutputSettings = { chapters: true, poster: true, thumbnails: true, hls: true }
const clip = makeClip()
const tile = (x: number) => [clip, x, 0, 10, 10] as const

const timeline = makeTimeline([makeRecording({ lengthMs: 30_000 })])

/** Chunks of the film with so many frames each. */
const chunks = (...frames: readonly number[]) =>
  frames.map((count, i) => ({
    ...{ name: 'video', inputs: [], args: [], files: [], durationMs: 0, frames: count },
    output: `{work}/video-${i + 1}.mp4` as const,
  }))

function beside(settings: Partial<OutputSettings> = {}, hasPicture = true) {
  const poster = settings.poster === false || !hasPicture ? undefined : posterCommand(timeline, chunks(900))
  return planSidecars({
    ...{ timeline, canvas: makeCanvas(), hasPicture, settings: { ...ALL, ...settings }, poster },
    finished: '{work}/finished.mp4',
  })
}

describe('what lies beside the finished file', () => {
  it('is what is asked for', () => {
    expect(beside({ poster: false, thumbnails: false, hls: false })).toEqual([])
    expect(beside({ thumbnails: false }).map(({ kind }) => kind)).toEqual(['poster', 'hls'])
  })

  it('is HLS alone where there is no picture', () => {
    const [hls, ...others] = beside({}, false)
    expect(others).toEqual([])
    expect(hls?.kind).toBe('hls')
    expect(hls?.commands[0]?.args).not.toContain('-hls_segment_options')
  })

  it('is made from the finished file, whole', () => {
    expect(beside()).toMatchInlineSnapshot(`
      [
        {
          "commands": [
            {
              "args": [
                "-map",
                "0:V:0",
                "-vf",
                "scale=out_color_matrix=bt601:out_range=full,format=yuvj420p",
                "-frames:v",
                "1",
                "-c:v",
                "mjpeg",
                "-q:v",
                "2",
                "-f",
                "image2pipe",
              ],
              "durationMs": 0,
              "files": [],
              "inputs": [
                {
                  "args": [
                    "-protocol_whitelist",
                    "file",
                    "-f",
                    "mov",
                    "-ss",
                    "14.9995",
                  ],
                  "path": "{work}/video-1.mp4",
                },
              ],
              "name": "poster",
              "output": "{work}/poster.jpg",
            },
          ],
          "kind": "poster",
        },
        {
          "commands": [
            {
              "args": [
                "-map",
                "0:V:0",
                "-frames:v",
                "1",
                "-vf",
                "setpts=PTS+1/TB,fps=fps=1000/2000:start_time=0:round=down:eof_action=pass,tpad=stop=-1:stop_mode=clone,trim=end_frame=15,scale=160:90:flags=area:out_color_matrix=bt601:out_range=full,format=yuvj420p,setsar=1,tile=10x2",
                "-c:v",
                "mjpeg",
                "-q:v",
                "4",
                "-f",
                "image2pipe",
              ],
              "durationMs": 30000,
              "files": [],
              "inputs": [
                {
                  "args": [
                    "-protocol_whitelist",
                    "file",
                    "-f",
                    "mov",
                    "-skip_frame",
                    "nokey",
                  ],
                  "path": "{work}/finished.mp4",
                },
              ],
              "name": "thumbnails 1",
              "output": "{work}/thumbnails-1.jpg",
            },
          ],
          "kind": "thumbnails",
          "thumbnails": {
            "count": 15,
            "durationMs": 30000,
            "everyMs": 2000,
            "size": {
              "height": 90,
              "width": 160,
            },
          },
        },
        {
          "commands": [
            {
              "args": [
                "-map",
                "0:V:0?",
                "-map",
                "0:a:0?",
                "-c",
                "copy",
                "-map_metadata",
                "-1",
                "-map_chapters",
                "-1",
                "-avoid_negative_ts",
                "disabled",
                "-hls_segment_options",
                "video_track_timescale=10000",
                "-hls_time",
                "6",
                "-hls_playlist_type",
                "vod",
                "-hls_segment_type",
                "fmp4",
                "-hls_flags",
                "independent_segments",
                "-hls_fmp4_init_filename",
                "init.mp4",
                "-hls_segment_filename",
                "%05d.m4s",
                "-f",
                "hls",
              ],
              "cwd": "{work}/hls",
              "durationMs": 30000,
              "files": [],
              "inputs": [
                {
                  "args": [
                    "-protocol_whitelist",
                    "file",
                    "-f",
                    "mov",
                  ],
                  "path": "{work}/finished.mp4",
                },
              ],
              "name": "hls",
              "output": "{work}/hls/index.m3u8",
            },
          ],
          "kind": "hls",
        },
      ]
    `)
  })
})

describe('the moment of the poster', () => {
  const at = (...shots: readonly Shot[]) => posterFrame({ ...timeline, shots })

  it('is in the middle of the stretch with most people, the longest of those', () => {
    const one = makeShot(0, 500, tile(0))
    const two = makeShot(500, 530, tile(0), tile(10))
    const longer = makeShot(530, 580, tile(0), tile(10))
    expect(at(one, two, longer)).toBe(555)
  })

  it('is not in one that is hardly there, unless all are such', () => {
    const brief = makeShot(100, 119, tile(0), tile(10), tile(20))
    expect(at(makeShot(0, 100, tile(0)), brief)).toBe(50)
    expect(at(makeShot(0, 10, tile(0)), makeShot(10, 20, tile(0), tile(10)))).toBe(15)
  })

  it('is the beginning where there is nothing', () => {
    expect(at()).toBe(0)
  })

  it('is looked up in the chunk that has it, at its own time', () => {
    const shots = [makeShot(0, 100, tile(0)), makeShot(100, 300, tile(0), tile(10))]
    const poster = (...frames: readonly number[]) =>
      posterCommand({ ...timeline, shots }, chunks(...frames))?.inputs.map(({ args, path }) => [
        args.at(-1),
        path,
      ])
    expect(poster(300)).toEqual([['19.9995', '{work}/video-1.mp4']])
    expect(poster(200, 100)).toEqual([['0', '{work}/video-2.mp4']])
    expect(poster(150, 150)).toEqual([['4.9995', '{work}/video-2.mp4']])
    expect(poster()).toBeUndefined()
  })
})
