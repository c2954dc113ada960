/**
 * The physical limit: what nobody who makes this picture can do without. Each recording that is seen is decoded once;
 * each of its frames that is shown is scaled once, to the size it is shown at; the finished picture is encoded, from
 * memory; the sound is decoded, added up and encoded. Nothing is placed, copied, probed, checked or muxed.
 *
 * The work runs on all cores, with one thread for each decoder and encoder: beside a busy neighbour a core does less
 * in the same CPU time, and frame threads cost x264 about 5 %. Pure.
 */
import { line, script, sideBySide } from '../shell.mjs'
import { QUIET, during, grouped, openClip, soundCommand } from './graphs.mjs'

/** @type {import('./index.mjs').Contender} */
export function limit(options) {
  const { scene, ffmpeg, encoder, folder, cores, raw } = options
  const sound = soundCommand({
    ...{ scene, ffmpeg, encoder },
    graphPath: `${folder}/limit-sound.graph`,
    output: `${folder}/limit-sound.m4a`,
  })
  const rows = spread(
    scene.clips.filter((clip) => clip.uses.length > 0),
    ({ media }) => media.width * media.height * media.durationMs,
    cores,
  )
  const decoding = rows.map((clips, i) =>
    decodeCommand({ scene, ffmpeg, clips, graph: `${folder}/limit-${i}.graph` }),
  )
  const shares = Array.from({ length: cores }, (_, i) => [
    Math.floor((i * scene.frames) / cores),
    Math.floor(((i + 1) * scene.frames) / cores),
  ])
  const reading = shares.map((share) => readCommand({ scene, ffmpeg, raw, share }))
  const parts = [
    { name: 'decode and scale', script: all(decoding.map(({ argv }) => argv)) },
    { name: 'encode', script: all(reading.map((argv) => [...argv, ...encoder.video, ...ENCODE])) },
    // What it costs to fetch the finished picture from memory is no part of encoding it.
    { name: 'read', sign: -1, script: all(reading.map((argv) => [...argv, '-f', 'null', '-'])) },
    { name: 'sound', script: script([line(sound.argv)]) },
  ]
  return { files: [sound.file, ...decoding.map(({ file }) => file)], parts }
}

const ENCODE = ['-threads', 1, '-f', 'null', '-']

function all(commands) {
  return script(sideBySide(commands.map((argv) => [line(argv)])))
}

/** Decodes some recordings; of their frames, the first in each frame of the output is scaled. */
function decodeCommand({ scene, ffmpeg, clips, graph }) {
  const { fps } = scene
  const lines = []
  const outputs = []
  clips.forEach(({ uses }, i) => {
    const sizes = grouped(uses, ({ picture }) => `${picture.width}:${picture.height}`)
    const split = sizes.length > 1 ? `,split=${sizes.length}` : ''
    const labels = sizes.map((_, k) => `c${i}s${k}`)
    const isShown = `isnan(prev_t)+gt(floor(t*${fps}),floor(prev_t*${fps}))`
    lines.push(`[${i}:v]select='${isShown}'${split}${labels.map((label) => `[${label}]`).join('')}`)
    sizes.forEach((group, k) => {
      const { width, height } = group[0].picture
      lines.push(
        `[${labels[k]}]select='${during(group, fps)}',scale=${width}:${height}:flags=bicubic[o${labels[k]}]`,
      )
      outputs.push('-map', `[o${labels[k]}]`, '-fps_mode', 'passthrough', '-f', 'null', '-')
    })
  })
  return {
    argv: [
      ...[ffmpeg, ...QUIET, '-copyts'],
      ...clips.flatMap((clip) => ['-threads', 1, '-an', ...openClip(clip)]),
      ...['-filter_complex_threads', 1, '-filter_complex_script', graph, ...outputs],
    ],
    file: { path: graph, text: lines.join(';\n') },
  }
}

/** Reads a share of the finished picture, which lies there as plain frames. */
function readCommand({ scene, ffmpeg, raw, share: [start, end] }) {
  const { width, height, fps } = scene
  return [
    ...[ffmpeg, ...QUIET, '-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${width}x${height}`],
    ...['-framerate', fps, '-skip_initial_bytes', start * frameBytes(scene), '-threads', 1, '-i', raw],
    ...['-frames:v', end - start],
  ]
}

/** @param {{width: number, height: number}} size of a yuv420p picture */
export function frameBytes({ width, height }) {
  return (width * height * 3) / 2
}

/** Spreads items over rows of about the same weight, the heaviest first. */
function spread(items, weightOf, count) {
  const rows = Array.from({ length: count }, () => ({ items: [], weight: 0 }))
  for (const item of items.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const lightest = rows.reduce((a, b) => (b.weight < a.weight ? b : a))
    lightest.items.push(item)
    lightest.weight += weightOf(item)
  }
  return rows.map((row) => row.items).filter((row) => row.length > 0)
}
