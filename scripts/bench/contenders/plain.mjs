/** The single command that a user would write: one graph, picture and sound, ffmpeg's own number of threads. Pure. */
import { line, script } from '../shell.mjs'
import { QUIET, openClip, overlayGraph, soundGraph } from './graphs.mjs'

/** @type {import('./index.mjs').Contender} */
export function plain({ scene, ffmpeg, encoder, folder, cores, output }) {
  const shown = scene.clips.filter((clip) => clip.uses.length > 0)
  const hidden = scene.clips.filter((clip) => clip.uses.length === 0)
  const graph = `${folder}/plain.graph`
  const argv = [
    ...[ffmpeg, ...QUIET, '-copyts'],
    ...[...shown, ...hidden].flatMap(openClip),
    ...['-filter_complex_script', graph, '-map', '[v]', '-map', '[a]'],
    ...['-t', scene.frames / scene.fps],
    ...[...encoder.video, '-threads', cores, ...encoder.audio, '-movflags', '+faststart', output],
  ]
  const text = `${overlayGraph(scene)};\n${soundGraph({ count: scene.clips.length, lengthMs: (scene.frames * 1000) / scene.fps })}`
  return { files: [{ path: graph, text }], parts: [{ name: 'all', script: script([line(argv)]) }] }
}
