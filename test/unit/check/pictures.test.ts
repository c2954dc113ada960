import { describe, expect, it } from 'vitest'
import {
  type Moment,
  type Planned,
  type Suspect,
  emptyTiles,
  isBusy,
  isOther,
  unchangedTiles,
} from '../../../src/check/pictures.ts'
import type { Fit } from '../../../src/model/job.ts'
import type { VideoProbe } from '../../../src/model/room.ts'
import type { Clip, Shot } from '../../../src/model/timeline.ts'
import { TINY, type Tiny } from '../../../src/model/tiny.ts'
import { makeCanvas, makeClip, makeRecording, makeShot, makeVideo, makeLook } from '../../harness/builders.ts'

/** A cell of a tiny picture is 10 x 10 pixels of this canvas. */
const CANVAS = makeCanvas({ width: 640, height: 360, fps: 10 })

function planned(shots: readonly Shot[], fit: Fit = 'stretch'): Planned {
  const frames = shots.at(-1)?.endFrame ?? 0
  return {
    canvas: CANVAS,
    matrix: 'bt601',
    covered: [],
    timeline: {
      startMs: 0,
      fps: 10,
      frames,
      streams: [],
      clips: [],
      segments: [],
      changes: [],
      shots: shots.map((shot) => ({ ...shot, look: makeLook({ fit }) })),
    },
  }
}

const clipOf = (id: number, video: Partial<VideoProbe> = {}): Clip =>
  makeClip({
    id,
    recording: makeRecording({ streamId: `s${id}_1`, video: { ...makeVideo(), ...video } }),
  })

/** A tiny picture, each cell by its place. */
function draw(level: (x: number, y: number) => number): Tiny {
  return Uint8Array.from({ length: TINY.width * TINY.height }, (_, i) =>
    level(i % TINY.width, Math.floor(i / TINY.width)),
  )
}
const flat = (level: number) => draw(() => level)
const stripes = draw((x) => (x % 2) * 200)
/** Dark at the left, bright at the right. */
const ramp = draw((x) => x * 4)
const leftHalf = (left: Tiny, right: Tiny) =>
  draw((x, y) => (x < TINY.width / 2 ? left : right)[y * TINY.width + x] ?? 0)

const at = (atMs: number, picture: Tiny): Moment => ({ atMs, picture })
const seen = (suspects: readonly Suspect[]) => suspects.map(({ tile, moment }) => [tile.clip.id, moment.atMs])

const [A, B] = [clipOf(1), clipOf(2)]
const sideBySide = makeShot(0, 1000, [A, 0, 0, 320, 360], [B, 320, 0, 320, 360])

describe('empty places', () => {
  it('are those of one colour, black or not', () => {
    const moments = [at(0, leftHalf(stripes, flat(0)))]
    expect(seen(emptyTiles(moments, planned([sideBySide])))).toEqual([[2, 0]])
    expect(seen(emptyTiles([at(0, flat(130))], planned([sideBySide])))).toEqual([
      [1, 0],
      [2, 0],
    ])
    expect(emptyTiles([at(0, stripes)], planned([sideBySide]))).toEqual([])
  })

  it('are not those that a watermark lies over', () => {
    const whole = (covered: Planned['covered']) => ({ ...planned([sideBySide]), covered })
    const left = { x: 0, y: 0, width: 320, height: 360 }
    expect(seen(emptyTiles([at(0, flat(0))], whole([left])))).toEqual([[2, 0]])
    // The rest of what it lies over still tells.
    expect(seen(emptyTiles([at(0, flat(0))], whole([{ ...left, width: 160 }])))).toEqual([
      [1, 0],
      [2, 0],
    ])
  })

  it('have levels of their own: noise of 6 is empty, 7 is not', () => {
    const noise = (most: number) => draw((x) => (x % 2) * most)
    expect(emptyTiles([at(0, noise(6))], planned([sideBySide]))).toHaveLength(2)
    expect(emptyTiles([at(0, noise(7))], planned([sideBySide]))).toEqual([])
  })

  it('are looked at in the middle of a stretch, the longest three of a clip', () => {
    const pattern = 'ff.fff.f.ffff.f'
    const moments = [...pattern].map((one, i) => at(i * 1000, one === 'f' ? flat(0) : stripes))
    const shot = makeShot(0, 1000, [A, 0, 0, 640, 360])
    expect(seen(emptyTiles(moments, planned([shot])))).toEqual([
      [1, 10_000],
      [1, 4000],
      [1, 0],
    ])
  })

  it('are at most 24', () => {
    const clips = Array.from({ length: 30 }, (_, i) => clipOf(i))
    const shot = makeShot(
      0,
      10,
      ...clips.map((clip, i) => [clip, (i % 8) * 80, Math.floor(i / 8) * 80, 80, 80] as const),
    )
    expect(emptyTiles([at(0, flat(0))], planned([shot]))).toHaveLength(24)
  })

  it('are not those that another tile lies over, nor those too small to tell', () => {
    const over = makeShot(0, 10, [A, 0, 0, 640, 360], [B, 500, 200, 100, 100])
    expect(seen(emptyTiles([at(0, flat(0))], planned([over])))).toEqual([[2, 0]])
    const small = makeShot(0, 10, [A, 0, 0, 10, 30], [B, 105, 105, 20, 20])
    expect(seen(emptyTiles([at(0, flat(0))], planned([small])))).toEqual([])
  })

  it('are only where the plan has a picture at that time', () => {
    const shots = [makeShot(0, 10), makeShot(10, 20, [A, 0, 0, 640, 360])]
    const moments = [at(0, flat(0)), at(1000, flat(0)), at(5000, flat(0))]
    expect(seen(emptyTiles(moments, planned(shots)))).toEqual([[1, 1000]])
  })

  it('leave the letterbox aside', () => {
    const upright = clipOf(1, { sizes: [{ fromMs: 0, width: 360, height: 640 }] })
    const shot = makeShot(0, 10, [upright, 0, 0, 640, 360])
    const background = draw((x) => (x < 20 || x > 43 ? 90 : 0))
    expect(emptyTiles([at(0, background)], planned([shot], 'contain'))).toHaveLength(1)
    expect(emptyTiles([at(0, background)], planned([shot], 'stretch'))).toEqual([])
  })
})

describe('an empty place, held against its recording', () => {
  const plan = planned([sideBySide])
  const [suspect] = emptyTiles([at(1000, flat(0))], plan)
  if (!suspect) throw new Error('no suspect')
  const busy = draw((x) => (x < 32 ? 0 : 200))

  it('is wrong when the recording shows something', () => {
    expect(isBusy(suspect, [busy], plan)).toBe(true)
  })

  it('is right when the camera is black, or of one colour, or hardly more than that', () => {
    expect(isBusy(suspect, [flat(0)], plan)).toBe(false)
    expect(isBusy(suspect, [flat(235)], plan)).toBe(false)
    expect(isBusy(suspect, [draw((x) => (x < 32 ? 0 : 40))], plan)).toBe(false)
  })

  it('is right when the recording cuts to black, or could not be looked at', () => {
    expect(isBusy(suspect, [busy, flat(0), busy], plan)).toBe(false)
    expect(isBusy(suspect, [], plan)).toBe(false)
  })

  it('is right when so small a place cannot show what the recording has', () => {
    const shot = makeShot(0, 10, [A, 0, 0, 40, 20])
    const small = planned([shot])
    const [tile] = emptyTiles([at(0, flat(255))], small)
    if (!tile) throw new Error('no suspect')
    const thinLine = draw((_, y) => (y === 4 ? 200 : 255))
    expect(isBusy(tile, [thinLine], small)).toBe(false)
    expect(isBusy(tile, [busy], small)).toBe(true)
  })

  it('is right when what the recording shows is cropped away', () => {
    const upright = clipOf(1, { sizes: [{ fromMs: 0, width: 360, height: 640 }] })
    const cropped = planned([makeShot(0, 10, [upright, 0, 0, 640, 360])], 'cover')
    const [tile] = emptyTiles([at(0, flat(255))], cropped)
    if (!tile) throw new Error('no suspect')
    const headline = draw((_, y) => (y < 6 ? 0 : 255))
    const inTheMiddle = draw((_, y) => (Math.abs(y - 18) < 3 ? 0 : 255))
    expect(isBusy(tile, [headline], cropped)).toBe(false)
    expect(isBusy(tile, [inTheMiddle], cropped)).toBe(true)
  })
})

describe('places that did not change', () => {
  const alone = makeShot(0, 20, [A, 0, 0, 640, 360])
  const both = makeShot(20, 40, [A, 0, 90, 320, 180], [B, 320, 90, 320, 180])
  const plan = planned([alone, both])

  it('are new ones that show what was there before the layout changed', () => {
    const frozen = [at(0, stripes), at(1000, stripes), at(2000, stripes), at(3000, stripes)]
    expect(seen(unchangedTiles(frozen, plan))).toEqual([
      [1, 2000],
      [2, 2000],
    ])
  })

  it('are new ones that stand still from the change on', () => {
    const late = [at(1000, ramp), at(2000, stripes), at(3000, stripes)]
    expect(seen(unchangedTiles(late, plan))).toEqual([
      [1, 2000],
      [2, 2000],
    ])
  })

  it('are looked at three times a clip at most', () => {
    const shots = Array.from({ length: 10 }, (_, i) =>
      makeShot(i * 10, i * 10 + 10, [A, i % 2 ? 0 : 320, 0, 320, 360]),
    )
    const moments = shots.map((_, i) => at(i * 1000, stripes))
    expect(seen(unchangedTiles(moments, planned(shots)))).toEqual([
      [1, 1000],
      [1, 2000],
      [1, 3000],
    ])
  })

  it('are none where something changed, if only a little', () => {
    expect(unchangedTiles([at(1000, stripes), at(2000, ramp)], plan)).toEqual([])
    const slightly = draw((x) => (x % 2) * 200 + (x % 4 === 0 ? 2 : 0))
    expect(unchangedTiles([at(1000, stripes), at(2000, slightly)], plan)).toEqual([])
  })

  it('are none of one colour: those are empty ones', () => {
    expect(unchangedTiles([at(1000, flat(0)), at(2000, flat(0))], plan)).toEqual([])
  })

  it('are none within a layout, nor a clip that stays in its place', () => {
    expect(unchangedTiles([at(0, stripes), at(1000, stripes)], plan)).toEqual([])
    const stays = [
      makeShot(0, 20, [A, 0, 0, 320, 360]),
      makeShot(20, 40, [A, 0, 0, 320, 360], [B, 320, 0, 320, 360]),
    ]
    const moments = [at(1000, stripes), at(2000, stripes)]
    expect(seen(unchangedTiles(moments, planned(stays)))).toEqual([[2, 2000]])
  })
})

describe('an unchanged place, held against its recording', () => {
  const shots = [makeShot(0, 20, [A, 0, 0, 640, 360]), makeShot(20, 40, [B, 0, 0, 640, 360])]
  const suspectOf = (plan: Planned, picture: Tiny): Suspect => {
    const [suspect] = unchangedTiles([at(1000, picture), at(2000, picture)], plan)
    if (!suspect) throw new Error('no suspect')
    return suspect
  }

  it('is wrong when the recording has another picture', () => {
    const plan = planned(shots)
    expect(isOther(suspectOf(plan, stripes), [flat(100)], plan)).toBe(true)
    expect(isOther(suspectOf(plan, ramp), [stripes, flat(0)], plan)).toBe(true)
  })

  it('is right when the recording has the same: a slide whose sender came back', () => {
    const plan = planned(shots)
    expect(isOther(suspectOf(plan, stripes), [stripes], plan)).toBe(false)
    expect(isOther(suspectOf(plan, stripes), [flat(0), stripes], plan)).toBe(false)
    expect(isOther(suspectOf(plan, stripes), [], plan)).toBe(false)
  })

  it('is right when a watermark lies over a part of it', () => {
    const plan = planned(shots)
    const marked = draw((x, y) => (x < 30 ? 255 : (stripes[y * TINY.width + x] ?? 0)))
    expect(isOther(suspectOf(plan, marked), [stripes], plan)).toBe(false)
  })

  const picture = draw((x, y) => x * 2 + y * 3)
  const turned: readonly [VideoProbe['rotation'], Tiny][] = [
    [90, draw((x, y) => ((35 - y) / 36) * 64 * 2 + (x / 64) * 36 * 3)],
    [180, draw((x, y) => (63 - x) * 2 + (35 - y) * 3)],
    [270, draw((x, y) => (y / 36) * 64 * 2 + ((63 - x) / 64) * 36 * 3)],
  ]
  it.each(turned)('sees a picture that was turned by %i degrees upright', (rotation, coded) => {
    const clip = clipOf(2, { rotation, sizes: [{ fromMs: 0, width: 640, height: 360 }] })
    const plan = planned([shots[0] ?? makeShot(0, 20), makeShot(20, 40, [clip, 0, 0, 640, 360])])
    expect(isOther(suspectOf(plan, picture), [coded], plan)).toBe(false)
    // As coded it differs, so that a turn the wrong way round would be noticed.
    expect(isOther(suspectOf(plan, coded), [coded], plan)).toBe(true)
  })

  it('goes by the size that the recording has at that moment', () => {
    const sizes = [
      { fromMs: 0, width: 360, height: 640 },
      { fromMs: 1500, width: 640, height: 360 },
    ]
    const clip = clipOf(2, { sizes })
    const plan = planned([shots[0] ?? makeShot(0, 20), makeShot(20, 40, [clip, 0, 0, 640, 360])], 'contain')
    expect(isOther(suspectOf(plan, ramp), [ramp], plan)).toBe(false)
  })
})
