/**
 * BigBlueButton's way, after its edl/video.rb: the cuts one by one; in each, one ffmpeg per input, which seeks, scales,
 * pads and hands plain frames through a pipe to one more that lays them out and encodes the cut; then the cuts are
 * joined. Where it stacks rows and lays them over a canvas, one `xstack` does here, which copies less; and each cut
 * is encoded once, with the same settings as everywhere. Pure.
 */
import { BACKGROUND_HEX } from '../job.mjs'
import { line, script } from '../shell.mjs'
import { QUIET, canvasSource, seconds, soundCommand } from './graphs.mjs'

/** @type {import('./index.mjs').Contender} */
export function bigbluebutton(options) {
  const { scene, ffmpeg, encoder, folder, cores, output } = options
  const stem = `${folder}/bigbluebutton`
  const sound = soundCommand({
    ...{ scene, ffmpeg, encoder },
    graphPath: `${stem}-sound.graph`,
    output: `${stem}-sound.m4a`,
  })
  const cuts = scene.segments.map((cut, i) =>
    cutLines({ scene, ffmpeg, encoder, cores, cut, stem: `${stem}-${i}` }),
  )
  const list = { path: `${stem}.txt`, text: cuts.map((cut) => `file '${cut.output}'\n`).join('') }
  const join = [
    ...[ffmpeg, ...QUIET, '-f', 'concat', '-safe', 0, '-i', list.path, '-i', `${stem}-sound.m4a`],
    ...['-c', 'copy', '-movflags', '+faststart', output],
  ]
  return {
    files: [sound.file, list, ...cuts.map((cut) => cut.graph)],
    parts: [
      {
        name: 'all',
        script: script([line(sound.argv), ...cuts.flatMap((cut) => cut.lines), line(join)]),
      },
    ],
  }
}

function cutLines({ scene, ffmpeg, encoder, cores, cut, stem }) {
  const { fps, clips } = scene
  const frames = cut.endFrame - cut.startFrame
  const durationMs = (frames * 1000) / fps
  const inputs = cut.tiles.map(({ clip, region }, i) => {
    const inMs = (cut.startFrame * 1000) / fps - clips[clip].offsetMs
    return { path: clips[clip].path, inMs, region, pipe: `${stem}-${i}.nut` }
  })
  const preparing = inputs.map(({ path, inMs, region: { width, height }, pipe }) => {
    const seek = seconds(Math.max(0, inMs))
    const fitted = `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease,setsar=1`
    const padded = `pad=w=${width}:h=${height}:x=-1:y=-1:color=0x${BACKGROUND_HEX}`
    const ended = `trim=end=${seconds(inMs + durationMs)}:end_frame=1`
    return [
      ...[ffmpeg, ...QUIET, '-noaccurate_seek', '-ss', seek, '-itsoffset', seek, '-i', path],
      ...['-filter_complex', `[0:v:0]${fitted},${padded},${ended}[out]`, '-map', '[out]', '-fps_mode', 'vfr'],
      ...['-enc_time_base', -1, '-c:v', 'rawvideo', '-f', 'nut', pipe],
    ]
  })
  const tiles = inputs.map(({ inMs }, i) => {
    const start = seconds(inMs)
    const onGrid = `tpad=stop=-1:stop_mode=clone,fps=${fps}:start_time=${start}`
    const cutOut = `setpts=PTS-${start}/TB,trim=start=0,trim=end=${seconds(durationMs)}`
    return `[${i + 1}]${onGrid},${cutOut}[t${i}];`
  })
  const layout = ['0_0', ...inputs.map(({ region }) => `${region.x}_${region.y}`)].join('|')
  const labels = inputs.map((_, i) => `[t${i}]`).join('')
  const stack = `[0]${labels}xstack=inputs=${inputs.length + 1}:layout=${layout}`
  const end = `trim=end=${seconds(durationMs)}[v]`
  const graph = `${tiles.join('\n')}\n${inputs.length > 0 ? stack : '[0]null'},${end}`
  const output = `${stem}.mp4`
  const compositing = [
    ...[ffmpeg, ...QUIET, '-copyts', '-f', 'lavfi', '-i', canvasSource({ ...scene, frames: frames + 1 })],
    ...inputs.flatMap(({ pipe }) => ['-f', 'nut', '-i', pipe]),
    // On one thread `xstack` lays its inputs in order: the canvas lowest.
    ...['-filter_complex_threads', 1, '-filter_complex_script', `${stem}.graph`, '-map', '[v]', '-an'],
    ...['-frames:v', frames, ...encoder.video, '-threads', cores, '-r', fps, output],
  ]
  const pipes = inputs.map(({ pipe }) => pipe)
  return {
    output,
    graph: { path: `${stem}.graph`, text: graph },
    lines: [
      ...(pipes.length > 0 ? [line(['rm', '-f', ...pipes]), line(['mkfifo', ...pipes])] : []),
      // A reader that has all it needs closes the pipe: that is no failure.
      ...preparing.map((argv) => `${line(argv)} 2>/dev/null &`),
      line(compositing),
      'wait',
    ],
  }
}
