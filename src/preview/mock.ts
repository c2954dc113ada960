/** Coloured tiles with a name, in place of recordings. Pure. */
import type { Command } from '../model/command.ts'
import { groupBy } from '../model/collect.ts'
import type { Rgb } from '../model/job.ts'
import { FONT, WORK, type WorkPlace } from '../model/place.ts'
import type { IndexEntry, Recording } from '../model/room.ts'
import { colour } from '../graph/colour.ts'
import { filter, source } from '../graph/node.ts'
import { printGraph } from '../graph/print.ts'
import { cutToLine, textWidth } from '../text/width.ts'

/** A stream's colour, and the file with its picture. */
export interface StandIn {
  readonly streamId: string
  readonly colour: Rgb
  readonly place: WorkPlace
  readonly path: string
}

const SIZE = { width: 1280, height: 720 } as const
/** Where the index does not say when a recording ends, nor anything else that has to come after it. */
const LENGTH_MS = 10_000
const LEAST_MS = 1000
/** Neighbours on the colour wheel are far apart, however many streams there are. */
const GOLDEN_DEGREES = 137.508
const LONGEST_NAME = 20
/** Of a cell of text, in font sizes. */
const CELL_WIDTH = 0.6

/**
 * One for each stream of the index, in order of joining.
 * @param folder the path of the work folder in which they are made
 */
export function standInsOf(entries: readonly IndexEntry[], folder: string): readonly StandIn[] {
  const ids = new Set(byStart(entries).map(({ streamId }) => streamId))
  return [...ids].map((streamId, i) => {
    const name = `stand-in-${i + 1}.mkv`
    return { streamId, colour: colourOf(i), place: `${WORK}/${name}`, path: `${folder}/${name}` }
  })
}

/**
 * Recordings as the index has them, each with a stand-in's one picture for its whole length. One whose end the index
 * does not tell lasts until its stream's next, else as long as the room.
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

/** The command that makes a stand-in's picture. */
export function standInCommand({ streamId, colour: own, place }: StandIn): Command {
  const name = cutToLine(streamId.replaceAll(/\p{Cc}/gu, ' '), LONGEST_NAME)
  const textFile: WorkPlace = `${place}.txt`
  const fontSize = Math.round(
    Math.min(SIZE.height / 5, (SIZE.width * 0.6) / (CELL_WIDTH * Math.max(1, textWidth(name)))),
  )
  const picture = source('video', [
    filter('color', { color: colour(own), size: `${SIZE.width}x${SIZE.height}`, rate: 1 }),
    filter('trim', { end_frame: 1 }),
    // Drawing filters write the colours that they are asked for in RGB alone.
    filter('format', { pix_fmts: 'rgb24' }),
    filter('drawbox', { x: 0, y: 0, w: 'iw', h: 'ih', color: 'white@0.5', t: 6 }),
    filter('drawtext', {
      ...{ textfile: textFile, expansion: 'none', fontfile: FONT, fontsize: fontSize },
      ...{ fontcolor: 'white', bordercolor: 'black@0.6', borderw: Math.ceil(fontSize / 16) },
      ...{ x: '(w-text_w)/2', y: '(h-text_h)/2' },
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

/** Of equal saturation, two lightnesses in turn. */
function colourOf(number: number): Rgb {
  const [hue, lightness] = [(number * GOLDEN_DEGREES + 210) % 360, number % 2 === 0 ? 0.42 : 0.54]
  const chroma = 0.55 * Math.min(lightness, 1 - lightness)
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return { r: channel(0), g: channel(8), b: channel(4) }
}
