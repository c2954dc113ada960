/** melt: a track per recording, and a composite transition for each stretch in which it has one place. Pure. */
import { BACKGROUND_HEX } from '../job.mjs'
import { optionValue, x264Settings } from '../encoder.mjs'
import { line, script } from '../shell.mjs'

/** @type {import('./index.mjs').Contender} */
export function melt({ scene, encoder, folder, cores, output, programs }) {
  const { preset, tune, profile, kbps, params } = x264Settings(encoder)
  const project = { path: `${folder}/room.mlt`, text: projectOf(scene) }
  const consumer = {
    f: 'mp4',
    vcodec: 'libx264',
    preset,
    ...(tune && { tune }),
    vprofile: profile,
    vb: `${kbps}k`,
    'x264-params': params,
    pix_fmt: 'yuv420p',
    acodec: 'aac',
    ab: optionValue(encoder.audio, '-b:a') ?? '128k',
    ar: 48000,
    channels: 2,
    threads: cores,
    // So many frames are made side by side, and none is dropped.
    real_time: -cores,
    movflags: '+faststart',
  }
  const argv = [
    ...[programs.melt.path, project.path, '-silent', '-consumer', `avformat:${output}`],
    ...Object.entries(consumer).map(([name, value]) => `${name}=${value}`),
  ]
  return { files: [project], parts: [{ name: 'all', script: script([line(argv)]) }] }
}

function projectOf({ width, height, fps, frames, clips }) {
  const property = (name, value) => `<property name="${name}">${escaped(value)}</property>`
  const frameOf = (ms) => Math.max(0, Math.round((ms * fps) / 1000))
  const producers = clips.map(({ path }, i) =>
    [
      `<producer id="clip${i}">`,
      property('mlt_service', 'avformat'),
      property('resource', path),
      '</producer>',
    ].join(''),
  )
  const playlists = clips.map(({ offsetMs, media }, i) => {
    const start = frameOf(offsetMs)
    const length = Math.min(frames - start, frameOf(media.durationMs))
    const blank = start > 0 ? `<blank length="${start}"/>` : ''
    return `<playlist id="track${i}">${blank}<entry producer="clip${i}" in="0" out="${length - 1}"/></playlist>`
  })
  const composites = clips.flatMap(({ uses }, i) =>
    uses.map(({ startFrame, endFrame, picture }) =>
      [
        `<transition in="${startFrame}" out="${endFrame - 1}">`,
        property('mlt_service', 'composite'),
        property('a_track', 0),
        property('b_track', i + 1),
        property('geometry', `${picture.x}/${picture.y}:${picture.width}x${picture.height}:100`),
        property('distort', 1),
        property('progressive', 1),
        '</transition>',
      ].join(''),
    ),
  )
  const mixes = clips.map((_, i) =>
    [
      '<transition>',
      property('mlt_service', 'mix'),
      property('a_track', 0),
      property('b_track', i + 1),
      property('sum', 1),
      property('always_active', 1),
      '</transition>',
    ].join(''),
  )
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<mlt producer="room">',
    `<profile width="${width}" height="${height}" frame_rate_num="${fps}" frame_rate_den="1" sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="${width}" display_aspect_den="${height}" progressive="1" colorspace="601"/>`,
    `<producer id="canvas" in="0" out="${frames - 1}">${property('mlt_service', 'color')}${property('resource', `#ff${BACKGROUND_HEX}`)}${property('length', frames)}</producer>`,
    ...producers,
    ...playlists,
    `<tractor id="room" in="0" out="${frames - 1}">`,
    '<multitrack><track producer="canvas"/>',
    ...clips.map((_, i) => `<track producer="track${i}"/>`),
    '</multitrack>',
    ...composites,
    ...mixes,
    '</tractor>',
    '</mlt>',
    '',
  ].join('\n')
}

function escaped(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
