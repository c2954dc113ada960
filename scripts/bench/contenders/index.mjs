/**
 * Everything that is measured, by name. Pure.
 *
 * @typedef {object} Part a script whose cost counts, or is taken off with the sign -1
 * @property {string} name
 * @property {string} script
 * @property {number} [sign]
 *
 * @typedef {object} Places
 * @property {import('../scene.mjs').Scene} scene
 * @property {import('../encoder.mjs').Encoder} encoder
 * @property {string} ffmpeg
 * @property {string} node
 * @property {string} worker home of the worker that is measured
 * @property {string} cfgPath
 * @property {string} [confPath]
 * @property {string} folder where files may be written
 * @property {string} output where the finished file goes
 * @property {string} raw the finished picture as plain frames
 * @property {number} cores
 * @property {Record<string, {path: string, script?: string, version: string}>} programs
 *
 * @typedef {(places: Places) => {files: {path: string, text: string}[], parts: Part[]}} Contender
 */
import { bigbluebutton } from './bigbluebutton.mjs'
import { gstreamer } from './gstreamer.mjs'
import { limit } from './limit.mjs'
import { melt } from './melt.mjs'
import { plain } from './plain.mjs'
import { worker } from './worker.mjs'

/** @type {Record<string, Contender>} */
export const CONTENDERS = { worker, limit, plain, bigbluebutton, gstreamer, melt }

/** What the tables call them. */
export const TITLES = {
  worker: 'the worker',
  limit: 'the physical limit',
  plain: 'plain single graph',
  bigbluebutton: "BigBlueButton's way",
  gstreamer: 'GStreamer',
  melt: 'melt',
}
