import { describe, expect, it } from 'vitest'
import { CONTENDERS } from '../../../scripts/bench/contenders/index.mjs'
import { overlayGraph } from '../../../scripts/bench/contenders/graphs.mjs'
import { ENCODER, MEDIA, SCENE } from './rooms.ts'

const places = {
  scene: SCENE,
  encoder: ENCODER,
  ffmpeg: 'ffmpeg',
  node: 'node',
  worker: '/owt',
  cfgPath: '/room/cfg.json',
  folder: '/run',
  output: '/run/finished.mp4',
  raw: '/finished.raw',
  cores: 2,
  programs: {
    melt: { path: 'melt', version: '7' },
    gstreamer: { path: 'python3', script: 'gstreamer.py', version: '1.22' },
  },
}
const jobOf = (kind: string) => {
  const make = CONTENDERS[kind]
  if (!make) throw new Error(kind)
  return make(places)
}
const textOf = (kind: string, end: string) => jobOf(kind).files.find(({ path }) => path.endsWith(end))?.text
const partsOf = (kind: string) => jobOf(kind).parts.map(({ name, sign }) => [name, sign ?? 1])

describe('the contenders', () => {
  it('the worker is run as by hand', () => {
    expect(jobOf('worker').parts[0]?.script).toMatchInlineSnapshot(`
      "set -e
      env FFMPEG_PATH=ffmpeg node /owt/bin/owt-main --json --quiet --work-dir /run/work --log-dir /run/logs /room/cfg.json
      "
    `)
  })

  it('the plain graph scales a branch for each place and lays it over while it is due', () => {
    expect(textOf('plain', '.graph')).toMatchInlineSnapshot(`
      "color=c=0x181c24:s=640x360:r=10:d=2,format=yuv420p[canvas];
      [0:v]fps=10,split=2[c0p0][c0p1];
      [c0p0]scale=640:360:flags=bicubic,setsar=1[c0p0s];
      [canvas][c0p0s]overlay=0:0:enable='between(t,-0.050000,0.950000)'[o0p0];
      [c0p1]scale=320:180:flags=bicubic,setsar=1[c0p1s];
      [o0p0][c0p1s]overlay=0:90:enable='between(t,0.950000,1.950000)'[o0p1];
      [1:v]fps=10[c1p0];
      [c1p0]scale=240:180:flags=bicubic,setsar=1[c1p0s];
      [o0p1][c1p0s]overlay=360:90:enable='between(t,0.950000,1.950000)'[o1p0];
      [o1p0]null[v];
      [0:a]aresample=48000:async=1:first_pts=0[s0];
      [1:a]aresample=48000:async=1:first_pts=0[s1];
      [s0][s1]amix=inputs=2:duration=longest:normalize=0,apad=whole_dur=2[a]"
    `)
    expect(jobOf('plain').parts[0]?.script).toMatchInlineSnapshot(`
      "set -e
      ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -itsoffset 0 -i /rec/a.webm -itsoffset 1.0045 -i '/rec/b'\\''s.mp4' -filter_complex_script /run/plain.graph -map '[v]' -map '[a]' -t 2 -c:v libx264 -preset veryfast -profile:v high -b:v 2000k -g 60 -threads 2 -c:a aac -b:a 128k -movflags +faststart /run/finished.mp4
      "
    `)
  })

  it('a recording that changes size is fitted frame by frame', () => {
    const pieces = {
      everyMs: 1000,
      sizes: [
        [640, 360],
        [320, 240],
      ] as const,
    }
    const clips = SCENE.clips.slice(1).map((clip) => ({ ...clip, media: { ...MEDIA, pieces } }))
    expect(overlayGraph({ ...SCENE, clips })).toMatchInlineSnapshot(`
      "color=c=0x181c24:s=640x360:r=10:d=2,format=yuv420p[canvas];
      [0:v]fps=10[c0p0];
      [c0p0]scale=320:180:flags=bicubic:force_original_aspect_ratio=decrease:eval=frame,pad=320:180:-1:-1:color=0x181c24:eval=frame,setsar=1[c0p0s];
      [canvas][c0p0s]overlay=320:90:enable='between(t,0.950000,1.950000)'[o0p0];
      [o0p0]null[v]"
    `)
  })

  it('the limit decodes once, scales once, encodes from memory less the reading, and mixes', () => {
    expect(partsOf('limit')).toEqual([
      ['decode and scale', 1],
      ['encode', 1],
      ['read', -1],
      ['sound', 1],
    ])
    expect(textOf('limit', 'limit-1.graph')).toMatchInlineSnapshot(`
      "[0:v]select='isnan(prev_t)+gt(floor(t*10),floor(prev_t*10))'[c0s0];
      [c0s0]select='between(t,0.950000,1.950000)',scale=240:180:flags=bicubic[oc0s0]"
    `)
    expect(
      jobOf('limit')
        .parts.map(({ script }) => script)
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "set -e
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -threads 1 -an -itsoffset 0 -i /rec/a.webm -filter_complex_threads 1 -filter_complex_script /run/limit-0.graph -map '[oc0s0]' -fps_mode passthrough -f null - -map '[oc0s1]' -fps_mode passthrough -f null -) & row0=$!
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -threads 1 -an -itsoffset 1.0045 -i '/rec/b'\\''s.mp4' -filter_complex_threads 1 -filter_complex_script /run/limit-1.graph -map '[oc0s0]' -fps_mode passthrough -f null -) & row1=$!
      wait $row0
      wait $row1

      set -e
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -f rawvideo -pixel_format yuv420p -video_size 640x360 -framerate 10 -skip_initial_bytes 0 -threads 1 -i /finished.raw -frames:v 10 -c:v libx264 -preset veryfast -profile:v high -b:v 2000k -g 60 -threads 1 -f null -) & row0=$!
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -f rawvideo -pixel_format yuv420p -video_size 640x360 -framerate 10 -skip_initial_bytes 3456000 -threads 1 -i /finished.raw -frames:v 10 -c:v libx264 -preset veryfast -profile:v high -b:v 2000k -g 60 -threads 1 -f null -) & row1=$!
      wait $row0
      wait $row1

      set -e
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -f rawvideo -pixel_format yuv420p -video_size 640x360 -framerate 10 -skip_initial_bytes 0 -threads 1 -i /finished.raw -frames:v 10 -f null -) & row0=$!
      (set -e; ffmpeg -hide_banner -nostdin -nostats -v error -y -f rawvideo -pixel_format yuv420p -video_size 640x360 -framerate 10 -skip_initial_bytes 3456000 -threads 1 -i /finished.raw -frames:v 10 -f null -) & row1=$!
      wait $row0
      wait $row1

      set -e
      ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -vn -itsoffset 0 -i /rec/a.webm -vn -itsoffset 1.0045 -i '/rec/b'\\''s.mp4' -filter_complex_script /run/limit-sound.graph -map '[a]' -t 2 -c:a aac -b:a 128k /run/limit-sound.m4a
      "
    `)
  })

  it("BigBlueButton's way cuts at every change, seeks every input and joins the cuts", () => {
    expect(jobOf('bigbluebutton').parts[0]?.script).toMatchInlineSnapshot(`
      "set -e
      ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -vn -itsoffset 0 -i /rec/a.webm -vn -itsoffset 1.0045 -i '/rec/b'\\''s.mp4' -filter_complex_script /run/bigbluebutton-sound.graph -map '[a]' -t 2 -c:a aac -b:a 128k /run/bigbluebutton-sound.m4a
      rm -f /run/bigbluebutton-0-0.nut
      mkfifo /run/bigbluebutton-0-0.nut
      ffmpeg -hide_banner -nostdin -nostats -v error -y -noaccurate_seek -ss 0 -itsoffset 0 -i /rec/a.webm -filter_complex '[0:v:0]scale=w=640:h=360:force_original_aspect_ratio=decrease,setsar=1,pad=w=640:h=360:x=-1:y=-1:color=0x181c24,trim=end=1:end_frame=1[out]' -map '[out]' -fps_mode vfr -enc_time_base -1 -c:v rawvideo -f nut /run/bigbluebutton-0-0.nut 2>/dev/null &
      ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -f lavfi -i color=c=0x181c24:s=640x360:r=10:d=1.1,format=yuv420p -f nut -i /run/bigbluebutton-0-0.nut -filter_complex_threads 1 -filter_complex_script /run/bigbluebutton-0.graph -map '[v]' -an -frames:v 10 -c:v libx264 -preset veryfast -profile:v high -b:v 2000k -g 60 -threads 2 -r 10 /run/bigbluebutton-0.mp4
      wait
      rm -f /run/bigbluebutton-1-0.nut /run/bigbluebutton-1-1.nut
      mkfifo /run/bigbluebutton-1-0.nut /run/bigbluebutton-1-1.nut
      ffmpeg -hide_banner -nostdin -nostats -v error -y -noaccurate_seek -ss 1 -itsoffset 1 -i /rec/a.webm -filter_complex '[0:v:0]scale=w=320:h=180:force_original_aspect_ratio=decrease,setsar=1,pad=w=320:h=180:x=-1:y=-1:color=0x181c24,trim=end=2:end_frame=1[out]' -map '[out]' -fps_mode vfr -enc_time_base -1 -c:v rawvideo -f nut /run/bigbluebutton-1-0.nut 2>/dev/null &
      ffmpeg -hide_banner -nostdin -nostats -v error -y -noaccurate_seek -ss 0 -itsoffset 0 -i '/rec/b'\\''s.mp4' -filter_complex '[0:v:0]scale=w=320:h=180:force_original_aspect_ratio=decrease,setsar=1,pad=w=320:h=180:x=-1:y=-1:color=0x181c24,trim=end=0.9955:end_frame=1[out]' -map '[out]' -fps_mode vfr -enc_time_base -1 -c:v rawvideo -f nut /run/bigbluebutton-1-1.nut 2>/dev/null &
      ffmpeg -hide_banner -nostdin -nostats -v error -y -copyts -f lavfi -i color=c=0x181c24:s=640x360:r=10:d=1.1,format=yuv420p -f nut -i /run/bigbluebutton-1-0.nut -f nut -i /run/bigbluebutton-1-1.nut -filter_complex_threads 1 -filter_complex_script /run/bigbluebutton-1.graph -map '[v]' -an -frames:v 10 -c:v libx264 -preset veryfast -profile:v high -b:v 2000k -g 60 -threads 2 -r 10 /run/bigbluebutton-1.mp4
      wait
      ffmpeg -hide_banner -nostdin -nostats -v error -y -f concat -safe 0 -i /run/bigbluebutton.txt -i /run/bigbluebutton-sound.m4a -c copy -movflags +faststart /run/finished.mp4
      "
    `)
    expect(textOf('bigbluebutton', '-1.graph')).toMatchInlineSnapshot(`
      "[1]tpad=stop=-1:stop_mode=clone,fps=10:start_time=1,setpts=PTS-1/TB,trim=start=0,trim=end=1[t0];
      [2]tpad=stop=-1:stop_mode=clone,fps=10:start_time=-0.0045,setpts=PTS--0.0045/TB,trim=start=0,trim=end=1[t1];
      [0][t0][t1]xstack=inputs=3:layout=0_0|0_90|320_90,trim=end=1[v]"
    `)
  })

  it('melt gets a track for each recording', () => {
    expect(textOf('melt', '.mlt')).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="utf-8"?>
      <mlt producer="room">
      <profile width="640" height="360" frame_rate_num="10" frame_rate_den="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="640" display_aspect_den="360" progressive="1" colorspace="601"/>
      <producer id="canvas" in="0" out="19"><property name="mlt_service">color</property><property name="resource">#ff181c24</property><property name="length">20</property></producer>
      <producer id="clip0"><property name="mlt_service">avformat</property><property name="resource">/rec/a.webm</property></producer>
      <producer id="clip1"><property name="mlt_service">avformat</property><property name="resource">/rec/b's.mp4</property></producer>
      <playlist id="track0"><entry producer="clip0" in="0" out="19"/></playlist>
      <playlist id="track1"><blank length="10"/><entry producer="clip1" in="0" out="9"/></playlist>
      <tractor id="room" in="0" out="19">
      <multitrack><track producer="canvas"/>
      <track producer="track0"/>
      <track producer="track1"/>
      </multitrack>
      <transition in="0" out="9"><property name="mlt_service">composite</property><property name="a_track">0</property><property name="b_track">1</property><property name="geometry">0/0:640x360:100</property><property name="distort">1</property><property name="progressive">1</property></transition>
      <transition in="10" out="19"><property name="mlt_service">composite</property><property name="a_track">0</property><property name="b_track">1</property><property name="geometry">0/90:320x180:100</property><property name="distort">1</property><property name="progressive">1</property></transition>
      <transition in="10" out="19"><property name="mlt_service">composite</property><property name="a_track">0</property><property name="b_track">2</property><property name="geometry">360/90:240x180:100</property><property name="distort">1</property><property name="progressive">1</property></transition>
      <transition><property name="mlt_service">mix</property><property name="a_track">0</property><property name="b_track">1</property><property name="sum">1</property><property name="always_active">1</property></transition>
      <transition><property name="mlt_service">mix</property><property name="a_track">0</property><property name="b_track">2</property><property name="sum">1</property><property name="always_active">1</property></transition>
      </tractor>
      </mlt>
      "
    `)
  })

  it('GStreamer moves its pads half a frame early, so that no rounding decides', () => {
    const { pads, offsets } = JSON.parse(textOf('gstreamer', '.json') ?? '') as {
      pads: { name: string; steps: { seconds: number; alpha: number }[] }[]
      offsets: unknown
    }
    expect(pads.at(-1)?.steps.map(({ seconds, alpha }) => [seconds, alpha])).toEqual([
      [0, 0],
      [0.95, 1],
      [1.95, 0],
    ])
    expect(offsets).toContainEqual({ queue: 'sound1', seconds: 1.0045 })
  })
})
