/**
 * A scenario is a room as data with what has to come of it. It is made, mixed by the real binary and judged.
 *
 * What every room has to keep is not asked for: it is always expected. See `expectKept`.
 */
import { appendFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { type Stream, boxesOf, dueIndex, streamsOf } from './due.ts'
import { readMarks } from './marks.ts'
import { type Verdict, judge } from './oracle.ts'
import { type Box, type Colour, type Picture, meanYuv, toRgb } from './picture.ts'
import { decodePictures } from './read-output.ts'
import { type Patch, makeRoom, runRoom } from './room.ts'
import { type Source, type SourceSpec, makeSource } from './sources.ts'
import type { TrueClip, TrueFrame } from './truth.ts'
import { verdictText } from './verdict-text.ts'

export interface ScenarioClip {
  readonly streamId: string
  /** When it starts in output time, in ms. */
  readonly startMs: number
  /** A description, or what makes a source of a kind that descriptions do not know. */
  readonly source: SourceSpec | (() => Promise<Source>)
}

export interface Scenario {
  readonly name: string
  readonly clips: readonly ScenarioClip[]
  /** Default 640 x 360 at 25. */
  readonly canvas?: { readonly width: number; readonly height: number; readonly fps: number }
  /** `ResizeMode`; default `contain`. */
  readonly fit?: Fit
  readonly cfg?: Patch
  readonly conf?: Patch
  /** What becomes of a camera that stops: as `conf` or the stream's kind has it. Default: leaves after 3 s. */
  readonly stalls?: { readonly rule: 'leave' | 'hold' | 'background'; readonly holdMs: number }
  readonly expected: {
    /** How many bursts and how many pairs of flash and burst are judged: what is not there proves nothing. */
    readonly bursts: number
    readonly lips: number
    /** Who has a seat, in seat order, from which moment on. Within one frame. */
    readonly layouts?: readonly (readonly [fromMs: number, streamIds: readonly string[]])[]
    /** Codes; default none. */
    readonly warnings?: readonly string[]
  }
}

type Fit = 'stretch' | 'cover' | 'contain'
type Canvas = NonNullable<Scenario['canvas']>

const CANVAS: Canvas = { width: 640, height: 360, fps: 25 }
const RESIZE_MODES = { stretch: 0, cover: 1, contain: 2 } as const
const BACKGROUND: Colour = [32, 36, 48]
/** The corners of every picture, from top left on. */
const CORNERS: readonly { readonly x: 0 | 1; readonly y: 0 | 1; readonly colour: Colour }[] = [
  { x: 0, y: 0, colour: [255, 0, 0] },
  { x: 1, y: 0, colour: [0, 255, 0] },
  { x: 0, y: 1, colour: [0, 0, 255] },
  { x: 1, y: 1, colour: [255, 255, 0] },
]

/** Declares a test for every scenario. */
export function runScenarios(scenarios: readonly Scenario[]): void {
  it.each(scenarios)('$name', (scenario) => runScenario(scenario))
}

/** Makes a scenario's room, mixes it and expects what has to come of it. */
export async function runScenario(scenario: Scenario): Promise<void> {
  const { name, canvas = CANVAS, fit = 'contain', expected } = scenario
  const clips = []
  for (const { streamId, startMs, source } of scenario.clips) {
    clips.push({
      streamId,
      startMs,
      source: typeof source === 'function' ? await source() : await makeSource(source),
    })
  }
  const room = await makeRoom({
    canvas,
    clips,
    cfg: {
      ...scenario.cfg,
      Data: { ...asPatch(scenario.cfg?.['Data']), MixerConfig: mixerConfig(scenario) },
    },
    ...(scenario.conf && { conf: scenario.conf }),
  })
  try {
    const run = await runRoom(room)
    expect(run.exitCode, run.stderr).toBe(0)
    const segments = run.result?.segments ?? []
    const subject = {
      path: run.outputPath,
      clips: stalled(room.clips, scenario.stalls),
      segments,
      canvas,
      fit,
    }
    const verdict = await judge(subject)
    const text = `\n${verdictText(verdict)}\n${run.stderr}`
    await noteAccuracy(name, verdict)
    expectKept({ verdict, text, fps: canvas.fps })
    expect.soft(run.result?.output?.frames, `frames told${text}`).toBe(verdict.frames.counted)
    expect.soft(run.result?.skipped, `left out${text}`).toEqual([])
    expect.soft(run.result?.warnings.map(({ code }) => code), text).toEqual(expected.warnings ?? [])
    expect.soft(await wrongShapes(subject), `shapes${text}`).toEqual([])
    expect.soft(verdict.video.count, `pictures read${text}`).toBeGreaterThanOrEqual(picturesDue(subject))
    expect.soft({ bursts: verdict.sound.count, lips: verdict.lips.count }, text).toEqual({
      bursts: expected.bursts,
      lips: expected.lips,
    })
    if (expected.layouts) expectLayouts({ segments, layouts: expected.layouts, fps: canvas.fps })
  } finally {
    await room.remove()
  }
}

/** What every finished room has to keep, from its first frame to its last. */
export function expectKept({ verdict, text, fps }: { verdict: Verdict; text: string; fps: number }): void {
  expect.soft(Math.abs(verdict.video.worst), `picture${text}`).toBeLessThanOrEqual(1)
  expect.soft(Math.abs(verdict.sound.worst), `sound${text}`).toBeLessThanOrEqual(20)
  expect.soft(Math.abs(verdict.lips.worst), `lips${text}`).toBeLessThanOrEqual(20)
  expect.soft(verdict.frames.counted, `frames${text}`).toBe(verdict.frames.due)
  expect.soft(verdict.ptsWorstMs, `times${text}`).toBeLessThan(0.01)
  expect.soft(Math.abs(verdict.endsMs), `ends${text}`).toBeLessThanOrEqual(1000 / fps)
  expect.soft(verdict, `tiles and bursts${text}`).toMatchObject({
    unread: 0,
    stray: 0,
    wrongSource: 0,
    unseated: 0,
    missedBursts: 0,
    missedFlashes: 0,
    extraBursts: 0,
  })
}

/** Writes a verdict down where `OWT_ACCURACY` names a file: a line of JSON for `scripts/accuracy.mjs`. */
export async function noteAccuracy(scenario: string, verdict: Verdict): Promise<void> {
  const path = process.env['OWT_ACCURACY']
  if (!path) return
  const { video, sound, lips, frames, endsMs } = verdict
  await appendFile(path, `${JSON.stringify({ scenario, video, sound, lips, frames, endsMs })}\n`)
}

function mixerConfig({ cfg, fit = 'contain' }: Scenario): Patch {
  const [R, G, B] = BACKGROUND
  return {
    ...asPatch(asPatch(cfg?.['Data'])['MixerConfig']),
    ResizeMode: RESIZE_MODES[fit],
    BackgroundColor: { R, G, B },
  }
}

function asPatch(value: unknown): Patch {
  return (value ?? {}) as Patch
}

/**
 * What is true once a camera that stops has been dealt with. One that leaves is a recording that ends and another
 * that begins; one that shows the background has nothing to be read there.
 */
function stalled(clips: readonly TrueClip[], stalls: Scenario['stalls']): TrueClip[] {
  if (!stalls || stalls.rule === 'hold') return [...clips]
  const { rule, holdMs } = stalls
  return clips.flatMap((clip) => {
    const { video } = clip.truth
    if (!video) return [clip]
    const mediaEndMs = Math.max(video.endMs, clip.truth.audio?.endMs ?? 0)
    const runs: TrueFrame[][] = []
    for (const frame of video.frames) {
      const run = runs.at(-1)
      if (run && frame.fileMs - (run.at(-1)?.fileMs ?? 0) <= holdMs) run.push(frame)
      else runs.push([frame])
    }
    const endOf = (run: readonly TrueFrame[], i: number) =>
      i < runs.length - 1
        ? (run.at(-1)?.fileMs ?? 0) + holdMs
        : Math.max(video.endMs, Math.min(mediaEndMs, (run.at(-1)?.fileMs ?? 0) + holdMs))
    if (rule === 'background') {
      const frames = runs.flatMap((run, i) => {
        const last = run.at(-1)
        const goneMs = endOf(run, i)
        const isKept = last && goneMs < mediaEndMs
        return isKept ? [...run, { ...last, fileMs: goneMs, tick: undefined, flashes: false }] : run
      })
      return [{ ...clip, truth: { ...clip.truth, video: { ...video, frames } } }]
    }
    const { audio, ...rest } = clip.truth
    return runs.map((run, i): TrueClip => {
      // Counted from its own first frame: a later run must not look like a recorder with a clock of its own.
      const fromMs = i === 0 ? 0 : (run[0]?.fileMs ?? 0)
      const frames = run.map((frame) => ({ ...frame, fileMs: frame.fileMs - fromMs }))
      return {
        ...clip,
        startMs: clip.startMs + fromMs,
        truth: {
          ...rest,
          ...(audio && i === 0 && { audio }),
          video: { frames, endMs: endOf(run, i) - fromMs },
        },
      }
    })
  })
}

interface Seen {
  readonly path: string
  readonly clips: readonly TrueClip[]
  readonly segments: Result['segments']
  readonly canvas: Canvas
  readonly fit: Fit
}

function regionsAt(segments: Result['segments'], ms: number): Result['segments'][number]['layout'] {
  return segments.find((one) => ms >= one.startMs - 0.01 && ms < one.endMs - 0.01)?.layout ?? []
}

/** At least so many tiles have to be read: those of recordings that go on, with nothing over them. */
function picturesDue({ clips, segments, canvas }: Seen): number {
  const streams = streamsOf(clips)
  const frames = Math.max(0, ...segments.map((one) => Math.round((one.endMs * canvas.fps) / 1000)))
  let due = 0
  for (let frame = 0; frame < frames; frame++) {
    const ms = (frame * 1000) / canvas.fps
    const layout = regionsAt(segments, ms)
    for (const stream of streams) {
      const shown = stream.frames[dueIndex(stream, frame, canvas.fps)]
      const place = layout.findIndex((one) => one.streamId === stream.streamId)
      const region = layout[place]
      if (shown?.tick === undefined || !region || ms >= shown.clipEndMs - 1000 / canvas.fps) continue
      if (!layout.some((one, i) => i !== place && overlap(one, region))) due++
    }
  }
  return due
}

function expectLayouts(options: {
  segments: Result['segments']
  layouts: NonNullable<Scenario['expected']['layouts']>
  fps: number
}): void {
  const { segments, layouts, fps } = options
  const found = segments.map(({ startMs, layout }) => ({ startMs, who: layout.map((one) => one.streamId) }))
  const text = JSON.stringify(found)
  expect.soft(found.map(({ who }) => who), text).toEqual(layouts.map(([, who]) => who))
  layouts.forEach(([fromMs], i) => {
    expect.soft(Math.abs((found[i]?.startMs ?? NaN) - fromMs), text).toBeLessThanOrEqual(1000 / fps)
  })
}

/** Looks at the shape of every tile: its corners where its frame has them, and nothing but background beside it. */
async function wrongShapes(seen: Seen): Promise<string[]> {
  const { path, clips, segments, canvas, fit } = seen
  const streams = streamsOf(clips)
  const wrong: string[] = []
  await decodePictures({
    path,
    size: canvas,
    onFrame: (picture, frame) => {
      const ms = (frame * 1000) / canvas.fps
      const layout = regionsAt(segments, ms)
      layout.forEach((region, place) => {
        const stream = streams.find((one) => one.streamId === region.streamId)
        const due = stream?.frames[dueIndex(stream, frame, canvas.fps)]
        if (!stream || layout.some((one, i) => i !== place && overlap(one, region))) return
        const shown = due?.tick === undefined ? undefined : shownFrame({ picture, stream, due, region, fit })
        const fault =
          due?.tick === undefined
            ? backgroundFault(picture, region)
            : shown
              ? shapeFault({ picture, region, box: shown })
              : 'is of a size that its frame does not have'
        if (fault) wrong.push(`${stream.streamId} ${fault} at frame ${frame}`)
      })
    },
  })
  return wrong
}

/** Where the frame that is shown has to lie: found by its marks, which lie elsewhere at any other size. */
function shownFrame(options: {
  picture: Picture
  stream: Stream
  due: TrueFrame
  region: Box
  fit: Fit
}): Box | undefined {
  const { picture, stream, due, region, fit } = options
  const dueAt = stream.frames.findIndex((one) => one === due)
  // One frame early or late is allowed elsewhere; then it has that frame's size.
  const near = [dueAt, dueAt - 1, dueAt + 1].flatMap((i) => stream.frames[i] ?? [])
  for (const size of near) {
    const [box] = boxesOf({ stream: { ...stream, frames: [] }, due: size, region, fit })
    const { tick } = box ? readMarks(picture, box, stream.look.design) : { tick: undefined }
    const owner = stream.byTick.get(tick ?? -1)?.flatMap((i) => stream.frames[i] ?? []) ?? []
    if (box && owner.some((one) => one.width === size.width && one.height === size.height)) return box
  }
  return undefined
}

function backgroundFault(picture: Picture, region: Box): string | undefined {
  const inset = { x: region.x + 4, y: region.y + 4, width: region.width - 8, height: region.height - 8 }
  return isLike(picture, inset, BACKGROUND) ? undefined : 'shows something'
}

function shapeFault(options: { picture: Picture; region: Box; box: Box }): string | undefined {
  const { picture, region, box } = options
  const side = 0.07 * Math.min(box.width, box.height)
  for (const { x, y, colour } of side < 8 ? [] : CORNERS) {
    const corner = {
      x: box.x + (x ? box.width - side * 0.75 : side * 0.25),
      y: box.y + (y ? box.height - side * 0.75 : side * 0.25),
      width: side / 2,
      height: side / 2,
    }
    const isInside =
      corner.x >= region.x &&
      corner.y >= region.y &&
      corner.x + corner.width <= region.x + region.width &&
      corner.y + corner.height <= region.y + region.height
    if (isInside && !isLike(picture, corner, colour)) return `has no corner ${x}${y}`
  }
  const bars: Box[] = [
    { ...region, width: box.x - region.x - 3 },
    { ...region, height: box.y - region.y - 3 },
    { ...region, x: box.x + box.width + 3, width: region.x + region.width - box.x - box.width - 3 },
    { ...region, y: box.y + box.height + 3, height: region.y + region.height - box.y - box.height - 3 },
  ]
  const isClean = bars.every(
    (bar) => bar.width < 4 || bar.height < 4 || isLike(picture, bar, BACKGROUND),
  )
  return isClean ? undefined : 'is not alone on the background'
}

function isLike(picture: Picture, box: Box, [r, g, b]: Colour): boolean {
  // Whichever matrix the output has, these colours are told apart.
  const [red, green, blue] = toRgb(meanYuv(picture, box), { matrix: 'bt601', range: 'limited' })
  return Math.hypot(red - r, green - g, blue - b) < 110
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
