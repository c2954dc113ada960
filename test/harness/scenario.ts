/**
 * A scenario is a room as data with what has to come of it. It is made, mixed by the real binary and judged.
 *
 * What every room has to keep is not asked for: it is always expected. See `expectKept`.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { type Unwanted, type Verdict, judge } from './oracle.ts'
import type { Changes } from './cfg.ts'
import { makeRoom, runRoom } from './room.ts'
import { type Source, type SourceSpec, makeSource } from './sources.ts'
import { type Stalls, dealtWith } from './scenario-truth.ts'
import { BACKGROUND, type Canvas, type Fit, picturesDue, wrongShapes } from './tile-shapes.ts'
import type { TrueClip } from './truth.ts'
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
  readonly canvas?: Canvas
  /** `ResizeMode`; default `contain`. */
  readonly fit?: Fit
  /** Stretches of output time in which somebody is not wanted, by cfg.json or its updates. */
  readonly unwanted?: readonly Unwanted[]
  /** So much is cropped that ids cannot be read: colours tell who is who. */
  readonly isCropped?: boolean
  readonly cfg?: Changes
  readonly conf?: Changes
  /** Runs for minutes: with `TEST_LONG` only. */
  readonly isLong?: boolean
  /** What becomes of a camera that stops: as `conf` or the stream's kind has it. Default: leaves after 3 s. */
  readonly stalls?: Stalls
  readonly expected: {
    /** How many bursts and how many pairs of flash and burst are judged: what is not there proves nothing. */
    readonly bursts: number
    readonly lips: number
    /** Who has a seat, in seat order, from which moment on. Within one frame. */
    readonly layouts?: readonly (readonly [fromMs: number, streamIds: readonly string[]])[]
    /** How many chunks the picture is rendered in; default not judged. */
    readonly chunks?: number
    /** Codes; default none. */
    readonly warnings?: readonly string[]
  }
}

const CANVAS: Canvas = { width: 640, height: 360, fps: 25 }
const RESIZE_MODES = { stretch: 0, cover: 1, contain: 2 } as const
/** Variables of the tests, which the worker would take for misspelt settings; empty ones count as not set. */
const OURS = { TEST_LONG: '', TEST_ACCURACY: '' }
/** Whether scenarios of minutes and hours are run: `npm run test:long`. */
export const IS_LONG = Boolean(process.env['TEST_LONG'])
/** A minute of output takes a while on a small machine. */
const LONG_TEST_MS = 900_000

/** Declares a test for every scenario. */
export function runScenarios(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios.filter(({ isLong }) => IS_LONG || !isLong))
    it(scenario.name, () => runScenario(scenario), scenario.isLong ? LONG_TEST_MS : undefined)
}

/** Makes a scenario's room, mixes it and expects what has to come of it. */
export async function runScenario(scenario: Scenario): Promise<void> {
  const { canvas = CANVAS, fit = 'contain', expected } = scenario
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
      Data: {
        TranscodingConfig: { Video: { BitRate: 4000 } },
        ...asPatch(scenario.cfg?.['Data']),
        MixerConfig: mixerConfig(scenario),
      },
    },
    ...(scenario.conf && { conf: scenario.conf }),
  })
  try {
    const run = await runRoom(room, { env: OURS })
    expect(run.exitCode, run.stderr).toBe(0)
    const segments = run.result?.segments ?? []
    const subject = {
      path: run.outputPath,
      clips: dealtWith(scenario.isCropped ? room.clips.map(withoutId) : room.clips, scenario.stalls),
      segments,
      canvas,
      fit,
      ...(scenario.unwanted && { unwanted: scenario.unwanted }),
    }
    const verdict = await judge(subject)
    const text = `\n${verdictText(verdict)}\n${run.stderr}`
    await noteAccuracy(verdict)
    expectKept({ verdict, text, fps: canvas.fps })
    expect.soft(run.result?.output?.frames, `frames told${text}`).toBe(verdict.frames.counted)
    expect.soft(run.result?.skipped, `left out${text}`).toEqual([])
    expect
      .soft(
        run.result?.warnings.map(({ code }) => code),
        text,
      )
      .toEqual(expected.warnings ?? [])
    expect.soft(await wrongShapes(subject), `shapes${text}`).toEqual([])
    expect.soft(verdict.video.count, `pictures read${text}`).toBeGreaterThanOrEqual(picturesDue(subject))
    expect.soft({ bursts: verdict.sound.count, lips: verdict.lips.count }, text).toEqual({
      bursts: expected.bursts,
      lips: expected.lips,
    })
    if (expected.chunks !== undefined) {
      const log = await readFile(join(room.logDir, `${room.jobId}.log`), 'utf8')
      const names = new Set(
        [...log.matchAll(/"command":"video (\d+)\/(\d+)"/g)].map(([, , of]) => Number(of)),
      )
      expect.soft([...names], 'chunks').toEqual([expected.chunks])
    }
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

/** Writes the running test's verdict down where `TEST_ACCURACY` names a file: JSON for `scripts/accuracy.mjs`. */
export async function noteAccuracy({ video, sound, lips, frames, endsMs }: Verdict): Promise<void> {
  const path = process.env['TEST_ACCURACY']
  if (!path) return
  const [group, ...names] = (expect.getState().currentTestName ?? '').split(' > ')
  const line = { group, scenario: names.join(', '), video, sound, lips, frames, endsMs }
  await appendFile(path, `${JSON.stringify(line)}\n`)
}

function withoutId(clip: TrueClip): TrueClip {
  const { look } = clip.truth
  return { ...clip, truth: { ...clip.truth, look: { ...look, design: { ...look.design, hasId: false } } } }
}

function mixerConfig({ cfg, fit = 'contain' }: Scenario): Changes {
  const [R, G, B] = BACKGROUND
  return {
    ...asPatch(asPatch(cfg?.['Data'])['MixerConfig']),
    ResizeMode: RESIZE_MODES[fit],
    BackgroundColor: { R, G, B },
  }
}

function asPatch(value: unknown): Changes {
  return (value ?? {}) as Changes
}

function expectLayouts(options: {
  segments: Result['segments']
  layouts: NonNullable<Scenario['expected']['layouts']>
  fps: number
}): void {
  const { segments, layouts, fps } = options
  const found = segments.map(({ startMs, layout }) => ({ startMs, who: layout.map((one) => one.streamId) }))
  const text = JSON.stringify(found)
  expect
    .soft(
      found.map(({ who }) => who),
      text,
    )
    .toEqual(layouts.map(([, who]) => who))
  layouts.forEach(([fromMs], i) => {
    expect.soft(Math.abs((found[i]?.startMs ?? NaN) - fromMs), text).toBeLessThanOrEqual(1000 / fps)
  })
}
