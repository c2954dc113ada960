/** Pieces of ffmpeg's graphs and command lines that several contenders are made of. Pure. */
import { BACKGROUND_HEX } from '../job.mjs'

export const QUIET = ['-hide_banner', '-nostdin', '-nostats', '-v', 'error', '-y']

/** @param {number} ms */
export function seconds(ms) {
  return String(Math.round(ms * 1000) / 1e6)
}

/** Opens a recording so that its timestamps are output time. */
export function openClip({ path, offsetMs }) {
  return ['-itsoffset', seconds(offsetMs), '-i', path]
}

/** Whether a frame lies in one of some stretches, as an expression of the time `t`. */
export function during(uses, fps) {
  // Half a frame early, so that no rounding decides.
  const at = (frame) => ((frame - 0.5) / fps).toFixed(6)
  return uses.map((use) => `between(t,${at(use.startFrame)},${at(use.endFrame)})`).join('+')
}

/** Uses by a value of theirs, in the order in which they are met. */
export function grouped(uses, keyOf) {
  const groups = new Map()
  for (const use of uses) groups.set(keyOf(use), [...(groups.get(keyOf(use)) ?? []), use])
  return [...groups.values()]
}

export function canvasSource({ width, height, fps, frames }) {
  return `color=c=0x${BACKGROUND_HEX}:s=${width}x${height}:r=${fps}:d=${frames / fps},format=yuv420p`
}

/**
 * The picture as a single graph that a user would write: a scaled branch per recording and size, laid one over the
 * other while it is due. Inputs are the clips with uses, in their order.
 * @param {import('../scene.mjs').Scene} scene
 * @returns {string} graph with the output [v]
 */
export function overlayGraph(scene, { tail = 'null' } = {}) {
  const { fps } = scene
  const lines = [`${canvasSource(scene)}[canvas]`]
  let below = 'canvas'
  shownClips(scene).forEach(({ uses, media }, i) => {
    const places = grouped(uses, ({ region }) => Object.values(region).join())
    const labels = places.map((_, k) => `c${i}p${k}`)
    const split = places.length > 1 ? `,split=${places.length}` : ''
    lines.push(`[${i}:v]fps=${fps}${split}${labels.map((label) => `[${label}]`).join('')}`)
    places.forEach((group, k) => {
      const { filters, x, y } = fitted(group[0], media)
      const above = `o${i}p${k}`
      lines.push(`[${labels[k]}]${filters},setsar=1[${labels[k]}s]`)
      lines.push(`[${below}][${labels[k]}s]overlay=${x}:${y}:enable='${during(group, fps)}'[${above}]`)
      below = above
    })
  })
  lines.push(`[${below}]${tail}[v]`)
  return lines.join(';\n')
}

/** A recording as it lies in its region; one that changes size brings its own margins. */
function fitted({ region, picture }, media) {
  const { x, y, width, height } = changesSize(media) ? region : picture
  const scaled = `scale=${width}:${height}:flags=bicubic`
  if (!changesSize(media)) return { filters: scaled, x, y }
  const margins = `pad=${width}:${height}:-1:-1:color=0x${BACKGROUND_HEX}:eval=frame`
  return { filters: `${scaled}:force_original_aspect_ratio=decrease:eval=frame,${margins}`, x, y }
}

/** @param {import('../workloads.mjs').Media} media */
function changesSize({ pieces }) {
  return (pieces?.sizes.length ?? 1) > 1
}

/** Opens the picture of every clip that is seen, in the order in which the graph takes them. */
export function openPictures(scene) {
  return shownClips(scene).flatMap((clip) => [
    // A graph that were built anew for another size would forget where it is.
    ...(changesSize(clip.media) ? ['-reinit_filter', '0'] : []),
    ...openClip(clip),
  ])
}

function shownClips({ clips }) {
  return clips.filter((clip) => clip.uses.length > 0)
}

/**
 * The sound of a scene: every recording from its moment on, added up.
 * @param {{count: number, lengthMs: number}} options `count` of inputs
 * @returns {string} graph with the output [a]
 */
export function soundGraph({ count, lengthMs }) {
  const inputs = Array.from({ length: count }, (_, i) => i)
  const placed = inputs.map((i) => `[${i}:a]aresample=48000:async=1:first_pts=0[s${i}]`)
  const mix = `amix=inputs=${count}:duration=longest:normalize=0,apad=whole_dur=${seconds(lengthMs)}`
  return [...placed, `${inputs.map((i) => `[s${i}]`).join('')}${mix}[a]`].join(';\n')
}

/** The sound alone, into a file. */
export function soundCommand({ scene, ffmpeg, encoder, graphPath, output }) {
  const { clips, frames, fps } = scene
  return {
    argv: [
      ...[ffmpeg, ...QUIET, '-copyts'],
      ...clips.flatMap((clip) => ['-vn', ...openClip(clip)]),
      ...['-filter_complex_script', graphPath, '-map', '[a]', '-t', frames / fps],
      ...[...encoder.audio, output],
    ],
    file: { path: graphPath, text: soundGraph({ count: clips.length, lengthMs: (frames * 1000) / fps }) },
  }
}
