/**
 * Pictures of composed rooms to encode, as raw video: cameras, a screen share, nine tiles, and the bundled room. Made
 * from recordings that were compressed as a call compresses them, put together as the worker does. What is there is
 * not made again.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { headCommand, textureCommand, videoCodec } from '../bench/camera.mjs'
import { run } from './run.mjs'

const FONT = 'node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf'

/** @typedef {{name: string, title: string, width: number, height: number, fps: number, kbps: number}} Content */

/** Average bit rates as rooms of this size are asked for. */
export const CONTENTS = [
  { name: 'cameras', title: '4 cameras, 720p30', width: 1280, height: 720, fps: 30, kbps: 2000 },
  {
    name: 'still',
    title: '4 cameras that stand still, 720p30',
    width: 1280,
    height: 720,
    fps: 30,
    kbps: 2000,
  },
  {
    name: 'screen',
    title: 'screen share and 2 cameras, 720p30',
    width: 1280,
    height: 720,
    fps: 30,
    kbps: 2000,
  },
  { name: 'nine', title: '9 cameras, 1080p15', width: 1920, height: 1080, fps: 15, kbps: 4000 },
  { name: 'real', title: 'the bundled room, 720p30', width: 1280, height: 720, fps: 30, kbps: 1500 },
]

/**
 * Where a content's pictures lie, made if need be.
 * @param {{name: string, seconds: number, ffmpeg: string, folder: string, home: string}} options
 */
export function makeContent({ name, seconds, ffmpeg, folder, home }) {
  const path = join(folder, `${name}-${seconds}.y4m`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const room = { ffmpeg, folder, seconds, home }
  const { inputs, graph } = {
    cameras: fourCameras(50),
    still: fourCameras(0),
    screen: screenShare,
    nine: nineCameras,
    real: bundledRoom,
  }[name](room)
  const part = join(folder, `making-${name}.y4m`)
  run(ffmpeg, [
    ...['-v', 'error', '-y', ...inputs.flatMap((input) => ['-i', input])],
    // `xstack` lays its inputs over one another in order on one thread only.
    ...['-filter_complex_threads', '1', '-filter_complex', graph, '-map', '[out]'],
    ...['-t', String(seconds), '-f', 'yuv4mpegpipe', part],
  ])
  renameSync(part, path)
  return path
}

/** One after the other joins its own place of the canvas; letterboxed where the shapes differ. */
function tiles(places, { fps, seconds, canvas }) {
  const made = places.map(
    ({ width, height, input }, i) =>
      `[${input ?? i}:v]scale=${width}:${height}:flags=bicubic,setsar=1,fps=${fps}:start_time=0,tpad=stop=${4 * fps}:stop_mode=clone,trim=end_frame=${seconds * fps}[t${i}]`,
  )
  const under = `color=black:s=${canvas}:r=${fps}:d=${seconds},format=yuv420p[under]`
  const layout = ['0_0', ...places.map(({ x, y }) => `${x}_${y}`)].join('|')
  const labels = places.map((_, i) => `[t${i}]`).join('')
  return [...made, under, `[under]${labels}xstack=inputs=${places.length + 1}:layout=${layout}[out]`].join(
    ';',
  )
}

const fourCameras = (sway) => (room) => {
  const kinds = [
    { codec: 'vp8', width: 640, height: 360, kbps: 700 },
    { codec: 'h264', width: 1280, height: 720, kbps: 1800 },
    { codec: 'vp8', width: 640, height: 480, kbps: 800 },
    { codec: 'vp8', width: 1280, height: 720, kbps: 1500 },
  ]
  const inputs = kinds.map((kind, i) => camera(room, { ...kind, sway, seed: i + 1 }))
  const places = [
    { x: 0, y: 0, width: 640, height: 360 },
    { x: 640, y: 0, width: 640, height: 360 },
    { x: 80, y: 360, width: 480, height: 360 },
    { x: 640, y: 360, width: 640, height: 360 },
  ]
  return { inputs, graph: tiles(places, { ...room, fps: 30, canvas: '1280x720' }) }
}

function nineCameras(room) {
  const inputs = Array.from({ length: 9 }, (_, i) =>
    camera(room, {
      codec: i % 3 === 1 ? 'h264' : 'vp8',
      width: 640,
      height: 360,
      kbps: 700,
      sway: i % 2 === 0 ? 0 : 30,
      seed: 11 + i,
    }),
  )
  const places = inputs.map((_, i) => ({
    x: 640 * (i % 3),
    y: 360 * Math.floor(i / 3),
    width: 640,
    height: 360,
  }))
  return { inputs, graph: tiles(places, { ...room, fps: 15, canvas: '1920x1080' }) }
}

/** Two people, a screen share and a third person, where all of them are there. */
function bundledRoom(room) {
  const rec = (name) => join(room.home, 'mixer/bucket/urtc/demo4711', `demo4711_${name}`)
  const names = ['alice_1_1795320226184.webm', 'bob_1_1795320226894.mp4', 'alice_2_1795320230513.webm']
  const inputs = [...names, 'carol_1_1795320234443.webm'].map(rec)
  const places = [
    { x: 80, y: 0, width: 480, height: 360 },
    { x: 640, y: 0, width: 640, height: 360 },
    { x: 0, y: 360, width: 640, height: 360 },
    { x: 720, y: 360, width: 480, height: 360 },
  ]
  return { inputs, graph: tiles(places, { ...room, fps: 30, canvas: '1280x720' }) }
}

function screenShare(room) {
  const inputs = [
    slides(room),
    camera(room, { codec: 'vp8', width: 640, height: 360, kbps: 700, sway: 0, seed: 21 }),
    camera(room, { codec: 'vp8', width: 640, height: 480, kbps: 700, sway: 20, seed: 22 }),
  ]
  const places = [
    { x: 0, y: 72, width: 1024, height: 576 },
    { x: 1024, y: 72, width: 256, height: 144 },
    { x: 1028, y: 216, width: 192, height: 144 },
  ]
  return { inputs, graph: tiles(places, { ...room, fps: 30, canvas: '1280x720' }) }
}

/** A camera's recording. */
function camera({ ffmpeg, folder, seconds }, media) {
  const { codec, width, height, kbps, seed, sway } = media
  const path = join(folder, `camera-${seed}-${sway}-${codec}-${width}x${height}-${kbps}-${seconds}.mkv`)
  if (existsSync(path)) return path
  const wall = still(folder, `wall-${seed % 4}`, (to) => run(...split(textureCommand(ffmpeg, seed % 4, to))))
  const head = still(folder, 'head', (to) => run(...split(headCommand(ffmpeg, to))))
  const graph = cameraGraph({ seed, width, height, sway, seconds: seconds + 1 })
  const part = join(folder, 'making-camera.mkv')
  run(ffmpeg, [
    ...['-v', 'error', '-y', '-framerate', '30', '-i', wall, '-framerate', '30', '-i', head],
    ...['-filter_complex', graph, '-map', '[v]', ...videoCodec({ codec, kbps, keysMs: [] }), part],
  ])
  renameSync(part, path)
  return path
}

/**
 * A person before a wall, as a camera sees it: noise, about 27 pictures/s.
 * @param {{seed: number, width: number, height: number, sway: number, seconds: number}} options `sway`: how far the
 *   camera itself moves, in pixels of 1280
 */
function cameraGraph({ seed, width, height, sway, seconds }) {
  const loop = 'loop=loop=-1:size=1,setpts=N/30/TB'
  const crop = `crop=w=1280:h=720:x='64+${sway}*sin(t*0.9+${seed})':y='40+${sway * 0.6}*sin(t*0.7+2*${seed})'`
  const place = `x='(W-w)/2+W*0.06*sin(t*1.1+${seed})+W*0.05*sin(t*0.37+${seed})':y='H-h+H*0.03*sin(t*2.3+${seed})'`
  return [
    `[0:v]${loop},${crop},scale=${width}:${height}:flags=fast_bilinear,setsar=1,format=yuv420p[wall]`,
    `[1:v]${loop},scale=-2:${2 * Math.round(height * 0.35)}:flags=fast_bilinear,format=yuva420p[head]`,
    `[wall][head]overlay=${place}:format=yuv420:eval=frame,noise=alls=7:allf=t:all_seed=${seed},trim=end=${seconds},select='gt(mod(abs(sin(n*12.9898+${seed})*43758.5453),1),0.09)'[v]`,
  ].join(';')
}

function still(folder, name, make) {
  const path = join(folder, `${name}.png`)
  if (!existsSync(path)) make(path)
  return path
}

const split = ([program, ...args]) => [program, args]

/**
 * Pages of text: a new one every 4 s, the third of which is scrolled, a cursor that wanders, at 10 pictures/s, sharp as
 * screen shares are recorded.
 */
function slides({ ffmpeg, folder, seconds, home }) {
  const path = join(folder, `slides-${seconds}.mkv`)
  if (existsSync(path)) return path
  const font = join(home, FONT)
  const pages = Math.ceil((seconds + 1) / 4)
  const texts = Array.from({ length: pages }, (_, page) => {
    const from = 4 * page
    const during = `enable='between(t,${from},${from + 4 - 0.05})'`
    const rows = Array.from({ length: 15 }, (_, row) => sentence(page * 31 + row * 7)).join('\n')
    // Rests, is scrolled for a second and a half, and rests again.
    const scroll = page % 3 === 1 ? `-220*clip((t-${from + 1})/1.5,0,1)` : ''
    const type = `fontfile=${font}:fontcolor=0x202428`
    return [
      `drawtext=${type}:fontsize=46:x=70:y='50${scroll}':text='Part ${page + 1} of the talk':${during}`,
      `drawtext=${type}:fontsize=25:line_spacing=12:x=70:y='135${scroll}':text='${rows}':${during}`,
      `drawbox=x=${820 - 60 * (page % 3)}:y=${200 + 40 * (page % 2)}:w=380:h=260:color=${['0x3a6ea5', '0xb5532a', '0x4f8a4a'][page % 3]}:t=fill:${during}`,
    ].join(',')
  })
  const cursor = `overlay=x='600+400*sin(t*0.9)*sin(t*0.31)':y='360+250*sin(t*0.7+1)':eval=frame`
  const graph = [
    `color=0xf7f7f2:s=1280x720:r=10:d=${seconds + 1},${texts.join(',')}[page]`,
    `color=black:s=12x18:r=10:d=${seconds + 1}[cursor]`,
    `[page][cursor]${cursor},format=yuv420p[v]`,
  ].join(';')
  const part = join(folder, 'making-slides.mkv')
  run(ffmpeg, [
    ...['-v', 'error', '-y', '-filter_complex', graph, '-map', '[v]'],
    ...[
      '-c:v',
      'libvpx',
      '-deadline',
      'realtime',
      '-cpu-used',
      '5',
      '-b:v',
      '2500k',
      '-g',
      '999999',
      '-threads',
      '1',
      part,
    ],
  ])
  renameSync(part, path)
  return path
}

const WORDS =
  'room stream camera layout frame sound second region canvas picture segment keyframe recording timeline budget'.split(
    ' ',
  )

/** Words in an order that only the number settles. */
function sentence(number) {
  const word = (i) =>
    WORDS[Math.floor(Math.abs(Math.sin(number * 12.9898 + i * 78.233) * 43758.5453)) % WORDS.length]
  return Array.from({ length: 6 }, (_, i) => word(i)).join(' ')
}
