import { describe, expect, it } from 'vitest'
import { PictureReader } from '../../../src/ffmpeg/pictures.ts'

/** Behind the filter's own name. */
const TAG = '0x55948bbf1280] [info]'

/** A decoded keyframe, as `showinfo` prints it. */
function frame(
  options: { n?: number; at?: string; format?: string; aspect?: string; size?: string } = {},
): string {
  const { n = 0, at = '0', format = 'yuv420p', aspect = '1/1', size = '640x360' } = options
  return `${TAG} n:${String(n).padStart(4)} pts:      0 pts_time:${at.padEnd(7)} pos:       48 fmt:${format} sar:${aspect} s:${size} i:P iskey:1 type:I `
}

const colours = (range: string, space: string) =>
  `${TAG} color_range:${range} color_space:${space} color_primaries:unknown color_trc:unknown`

function read(...lines: readonly string[]) {
  const reader = new PictureReader()
  for (const line of lines) reader.shown(line)
  return reader.result()
}

const PLAIN = {
  sizes: [{ fromMs: 0, width: 640, height: 360 }],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

describe('what a picture needs besides scaling', () => {
  it('a pixel format with alpha, or with a palette that may have it, is transparent in places', () => {
    for (const format of ['rgba', 'yuva420p', 'pal8'])
      expect(read(frame({ format }))?.alpha, format).toBe('decoded')
    expect(read(frame({ format: 'rgb24' }))).not.toHaveProperty('alpha')
  })

  it.each([
    ['arib-std-b67', 'hlg'],
    ['smpte2084', 'pq'],
  ])('the curve %s is high dynamic range, by the picture or by the container', (curve, hdr) => {
    const said = `${TAG} color_range:tv color_space:bt2020nc color_primaries:bt2020 color_trc:${curve}`
    const colour = { matrix: 'bt2020', range: 'limited', hdr }
    expect(read(frame(), said)?.colour).toEqual(colour)
    const reader = new PictureReader()
    reader.described(`hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/${curve}, progressive), 640x360`)
    for (const line of [frame(), colours('unknown', 'unknown')]) reader.shown(line)
    expect(reader.result()?.colour).toEqual(colour)
  })

  it('fields make it interlaced', () => {
    const interlaced = frame({ n: 1 }).replace('i:P', 'i:T')
    expect(read(frame(), interlaced)).toMatchObject({ isInterlaced: true })
    expect(read(frame())).not.toHaveProperty('isInterlaced')
  })
})

describe('keyframes', () => {
  it('one', () => {
    expect(read(frame(), colours('unknown', 'unknown'))).toEqual(PLAIN)
  })

  it('none', () => {
    expect(read()).toBeUndefined()
    expect(read(frame({ at: 'NOPTS' }))).toBeUndefined()
  })

  it('each change of size counts from its frame', () => {
    expect(
      read(
        frame(),
        frame({ n: 1, at: '1.5' }),
        frame({ n: 2, at: '3.033', size: '320x180' }),
        frame({ n: 3, at: '5', size: '180x320' }),
        frame({ n: 4, at: '6', size: '640x360' }),
      )?.sizes,
    ).toEqual([
      { fromMs: 0, width: 640, height: 360 },
      { fromMs: 3033, width: 320, height: 180 },
      { fromMs: 5000, width: 180, height: 320 },
      { fromMs: 6000, width: 640, height: 360 },
    ])
  })

  it('newer ffmpeg says more in the same line', () => {
    expect(
      read(
        `${TAG} n:   0 pts:      0 pts_time:0.04    duration:     33 duration_time:0.033 fmt:yuv420p cl:left sar:64/45 s:720x576 i:P iskey:1 type:I checksum:0`,
      ),
    ).toMatchObject({ sizes: [{ fromMs: 40, width: 720, height: 576 }], pixelAspect: 64 / 45 })
  })

  it('a shape of pixels that is not known is square', () => {
    expect(read(frame({ aspect: '0/1' }))?.pixelAspect).toBe(1)
    expect(
      read(frame({ aspect: '4/3' }), frame({ n: 1, at: '1', size: '2x2', aspect: '1/1' }))?.pixelAspect,
    ).toBe(4 / 3)
  })
})

describe('what cannot be so, or does not stay so, is doubted', () => {
  it.each([
    ['65535/1', 1],
    ['1/65535', 1],
    ['1/5', 1],
    ['64/33', 64 / 33],
  ])('pixels of %s', (aspect, pixelAspect) => {
    const found = read(frame({ aspect }))
    expect(found?.pixelAspect).toBe(pixelAspect)
    expect(found?.doubts).toEqual(aspect === '64/33' ? undefined : ['aspect'])
  })

  it.each([
    ['45.00', ['turn']],
    ['-100.00', ['turn']],
    ['-89.95', undefined],
  ])('a turn of %s degrees', (degrees, doubts) => {
    const side = `${TAG}   side data - 3x3 displaymatrix: rotation of ${degrees} degrees`
    expect(read(frame(), side)?.doubts).toEqual(doubts)
  })

  it('pixels, colours and formats that change', () => {
    const first = [frame({ aspect: '4/3' }), colours('tv', 'bt709')]
    const then = (more: Parameters<typeof frame>[0], ...lines: string[]) =>
      read(...first, frame({ n: 1, at: '1', aspect: '4/3', ...more }), ...lines)?.doubts
    expect(then({ size: '320x180' }, colours('tv', 'bt709'))).toBeUndefined()
    expect(then({ aspect: '1/1' })).toEqual(['aspectChanges'])
    expect(then({}, colours('pc', 'bt709'))).toEqual(['coloursChange'])
    expect(then({}, colours('tv', 'smpte170m'))).toEqual(['coloursChange'])
    expect(then({ format: 'yuva420p' })).toEqual(['alphaChanges'])
    // What is not said is what is usual.
    expect(read(frame(), colours('tv', 'bt470bg'), frame({ n: 1 }), colours('unknown', 'unknown'))).toEqual(
      PLAIN,
    )
  })
})

describe('colours', () => {
  it.each([
    [colours('tv', 'bt709'), { matrix: 'bt709', range: 'limited' }],
    [colours('pc', 'smpte170m'), { matrix: 'bt601', range: 'full' }],
    [colours('full', 'bt470bg'), { matrix: 'bt601', range: 'full' }],
    [colours('tv', 'bt2020nc'), { matrix: 'bt2020', range: 'limited' }],
    [colours('unknown', 'unknown'), { matrix: 'bt601', range: 'limited' }],
  ])('%s', (line, colour) => {
    expect(read(frame(), line)?.colour).toEqual(colour)
  })

  it('a pixel format may say its range by its name', () => {
    expect(read(frame({ format: 'yuvj420p' }), colours('unknown', 'bt709'))?.colour).toEqual({
      matrix: 'bt709',
      range: 'full',
    })
  })

  it('the first picture decides', () => {
    expect(
      read(frame(), colours('tv', 'bt709'), frame({ n: 1 }), colours('pc', 'smpte170m'))?.colour,
    ).toEqual({ matrix: 'bt709', range: 'limited' })
  })

  it('the container’s word goes over the decoder’s', () => {
    const colourOf = (brackets: string) => {
      const reader = new PictureReader()
      // Newer releases may describe the stream behind its first picture.
      for (const line of [frame(), colours('tv', 'smpte170m')]) reader.shown(line)
      reader.described(`vp8, yuv420p${brackets}, 320x240, SAR 1:1 DAR 4:3, 1k tbr (default)`)
      return reader.result()?.colour
    }
    expect(colourOf('(pc, bt709/bt709/iec61966-2-1, progressive)')).toEqual({
      matrix: 'bt709',
      range: 'full',
    })
    expect(colourOf('(tv, bt709, progressive)')).toEqual({ matrix: 'bt709', range: 'limited' })
    expect(colourOf('(pc, progressive)')).toEqual({ matrix: 'bt601', range: 'full' })
    expect(colourOf('(progressive)')).toEqual({ matrix: 'bt601', range: 'limited' })
    expect(colourOf('')).toEqual({ matrix: 'bt601', range: 'limited' })
  })
})

describe('the turn', () => {
  it.each([
    ['-90.00', 90],
    ['90.00', 270],
    ['180.00', 180],
    ['-180.00', 180],
    ['-0.00', 0],
    ['-89.95', 90],
    ['270.00', 90],
  ])('a matrix of %s degrees', (degrees, rotation) => {
    const side = `displaymatrix: rotation of ${degrees} degrees`
    expect(read(frame(), `${TAG}   side data - 3x3 ${side}`)?.rotation).toBe(rotation)
    const reader = new PictureReader()
    reader.describedFurther(`[info]       ${side}`)
    reader.shown(frame())
    expect(reader.result()?.rotation).toBe(rotation)
  })
})

it('the rate that filters count by', () => {
  const rateOf = (rate: string) => {
    const reader = new PictureReader()
    reader.shown(`${TAG} config in time_base: 1/16000, frame_rate: ${rate}`)
    return reader.framesPerSecond()
  }
  expect(rateOf('163000/25991')).toBeCloseTo(6.27, 2)
  expect(rateOf('1/0')).toBe(0)
})
