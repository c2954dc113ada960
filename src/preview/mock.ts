/** Stand-ins for recordings: coloured tiles with a name. Pure. */
import type { Command } from '../model/command.ts'
import { groupBy } from '../model/collect.ts'
import type { Rgb } from '../model/job.ts'
import { FONT, WORK, type WorkPlace } from '../model/place.ts'
import type { IndexEntry, Recording } from '../model/room.ts'
import { colour } from '../graph/colour.ts'
import { filter, source } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import { cutToLine, textWidth } from '../text/width.ts'

/** A stream's colour and the file of its picture. */
export interface StandIn {
  readonly streamId: string
  readonly colour: Rgb
  readonly place: WorkPlace
  readonly path: string
}

const SIZE = { width: 1280, height: 720 } as const
/** Length of a recording if neither its end nor anything after it is in the index. */
const LENGTH_MS = 10_000
const LEAST_MS = 1000
/** The golden angle: successive hues are far apart for any number of streams. */
const GOLDEN_DEGREES = 137.508
const LONGEST_NAME = 20
/** Width of a text cell, in font sizes. */
const CELL_WIDTH = 0.6

/**
 * Returns one stand-in per stream of the index, in order of joining.
 * @param folder path of the work folder for the pictures
 */
export function standInsOf(entries: readonly IndexEntry[], folder: string): readonly StandIn[] {
  const ids = new Set(byStart(entries).map(({ streamId }) => streamId))
  return [...ids].map((streamId, i) => {
    const name = `stand-in-${i + 1}.mkv`
    return { streamId, colour: colourOf(i), place: `${WORK}/${name}`, path: `${folder}/${name}` }
  })
}

/**
 * Returns the recordings of the index, each showing its stand-in's picture throughout. A recording without an end lasts
 * until its stream's next one, or otherwise until the end of the room.
 */
export function mockRecordings(
  entries: readonly IndexEntry[],
  standIns: readonly StandIn[],
): readonly Recording[] {
  const ends = entries.map((entry) => endOf(entry) ?? entry.startMs + LENGTH_MS)
  const lastMs = ends.reduce((latest, ms) => Math.max(latest, ms), -Infinity)
  return [...groupBy(byStart(entries), ({ streamId }) => streamId)].flatMap(([streamId, ofStream]) => {
    const path = standIns.find((one) => one.streamId === streamId)?.path ?? ''
    return ofStream.map((entry, i): Recording => {
      const endMs = endOf(entry) ?? ofStream[i + 1]?.startMs ?? lastMs
      return { entry, path, version: 'mock', probe: probeOf(Math.max(LEAST_MS, endMs - entry.startMs)) }
    })
  })
}

/** The command that renders a stand-in's picture. */
export function standInCommand({ streamId, colour: own, place }: StandIn): Command {
  const name = cutToLine(streamId.replaceAll(/\p{Cc}/gu, ' '), LONGEST_NAME)
  const textFile: WorkPlace = `${place}.txt`
  const fontSize = Math.round(
    Math.min(SIZE.height / 5, (SIZE.width * 0.6) / (CELL_WIDTH * Math.max(1, textWidth(name)))),
  )
  const picture = source('video', [
    filter('color', { color: colour(own), size: `${SIZE.width}x${SIZE.height}`, rate: 1 }),
    filter('trim', { end_frame: 1 }),
    // Drawing filters are colour-accurate only in RGB.
    filter('format', { pix_fmts: 'rgb24' }),
    filter('drawbox', { x: 0, y: 0, w: 'iw', h: 'ih', color: 'white@0.5', t: 6 }),
    filter('drawtext', {
      textfile: textFile,
      expansion: 'none',
      fontfile: FONT,
      fontsize: fontSize,
      fontcolor: 'white',
      bordercolor: 'black@0.6',
      borderw: Math.ceil(fontSize / 16),
      x: '(w-text_w)/2',
      y: '(h-text_h)/2',
    }),
    filter('scale', { out_color_matrix: 'bt709', out_range: 'limited' }),
    filter('format', { pix_fmts: 'yuv420p' }),
    filter('setpts', { expr: 0 }),
  ])
  return {
    name: `stand-in for ${streamId}`,
    inputs: [],
    graph: { path: `${place}.graph`, text: printGraph({ out: picture }) },
    args: ['-map', '[out]', '-frames:v', '1', '-c:v', 'ffv1', '-f', 'matroska'],
    output: place,
    files: [{ path: textFile, text: name }],
    durationMs: 1000,
    frames: 1,
  }
}

function byStart(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  return entries.toSorted((a, b) => a.startMs - b.startMs || (a.streamId < b.streamId ? -1 : 1))
}

function endOf({ startMs, endMs }: IndexEntry): number | undefined {
  return endMs !== undefined && endMs > startMs ? endMs : undefined
}

function probeOf(lengthMs: number): Recording['probe'] {
  return {
    demuxer: 'matroska',
    video: {
      codec: 'ffv1',
      timesMs: Float64Array.of(0),
      keyframesMs: [0],
      endMs: lengthMs,
      sizes: [{ fromMs: 0, ...SIZE }],
      pixelAspect: 1,
      rotation: 0,
      colour: { matrix: 'bt709', range: 'limited' },
    },
  }
}

/** Constant saturation, alternating between two lightnesses. */
function colourOf(number: number): Rgb {
  const [hue, lightness] = [(number * GOLDEN_DEGREES + 210) % 360, number % 2 === 0 ? 0.42 : 0.54]
  const chroma = 0.55 * Math.min(lightness, 1 - lightness)
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return { r: channel(0), g: channel(8), b: channel(4) }
}
