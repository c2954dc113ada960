import { describe, expect, it } from 'vitest'
import { jobWith, readWith } from './help.ts'

const region = (Left: unknown, Top: unknown, Width: unknown, Height: unknown) => ({
  Shape: 'rectangle',
  Area: { Left, Top, Width, Height },
})
const FULL = region('0', '0', '1', '1')
const custom = (templates: unknown, name = 'LayoutConfig') => ({
  'MixerConfig.MixedVideoLayout': 0,
  [`MixerConfig.${name}`]: templates,
})
const manual = (positions: unknown) => ({
  'SubscribeConfig.VideoStreamType': 1,
  'MixerConfig.PositionConfig': positions,
})
const at = (id: string, [X, Y, Width, Height, Z]: readonly unknown[]) => ({
  RtcStreamId: id,
  Region: { X, Y, Width, Height, ...(Z !== undefined && { Z }) },
})

describe('layout', () => {
  it.each([
    [undefined, 'tile'],
    [1, 'tile'],
    [2, 'vertical'],
    [3, 'single'],
    [4, 'tile2'],
    [5, 'vertical2'],
  ])('reads MixedVideoLayout %s as %s', (number, preset) => {
    expect(jobWith({ 'MixerConfig.MixedVideoLayout': number }).layout).toEqual({ kind: 'preset', preset })
  })

  it.each([
    [undefined, 'contain'],
    [0, 'stretch'],
    [1, 'cover'],
    [2, 'contain'],
  ])('reads ResizeMode %s as %s', (mode, fit) => {
    expect(jobWith({ 'MixerConfig.ResizeMode': mode }).fit).toBe(fit)
  })

  it('takes Crop for crop to fill where there is no ResizeMode, and ResizeMode where there are both', () => {
    expect(jobWith({ 'MixerConfig.Crop': true }).fit).toBe('cover')
    expect(jobWith({ 'MixerConfig.Crop': false }).fit).toBe('contain')
    expect(readWith({ MixerConfig: { Crop: true, ResizeMode: 1 } }).warnings).toEqual([])
    const { job, warnings } = readWith({ MixerConfig: { Crop: true, ResizeMode: 0 } })
    expect(job?.fit).toBe('stretch')
    expect(warnings).toEqual([
      'Data.MixerConfig.Crop: Crop gives ResizeMode again, with another value; ResizeMode counts, remove one of the two',
    ])
  })

  it('reads the background and the main stream', () => {
    const job = jobWith({ MixerConfig: { BackgroundColor: { R: 1, B: 255 }, MaxResolutionStream: 'a_b_2' } })
    expect(job.background).toEqual({ r: 1, g: 0, b: 255 })
    expect(job.mainStream).toBe('a_b_2')
    expect(jobWith({ MixerConfig: { MaxResolutionStream: '' } }).mainStream).toBeUndefined()
    expect(readWith({ 'MixerConfig.BackgroundColor': { R: 256 } }).errors).toEqual([
      'Data.MixerConfig.BackgroundColor.R: found 256, allowed whole numbers from 0 to 255',
    ])
  })
})

describe('custom templates', () => {
  it.each(['LayoutConfig', 'Layouts'])('reads them from %s', (name) => {
    const { job, warnings } = readWith(
      custom([[FULL], [region(' 0/1 ', '0', '1/2', '1'), region('.5', 0, '0.5', 1)]], name),
    )
    expect(job?.layout).toEqual({
      kind: 'custom',
      templates: [
        [{ id: '1_1', left: '0', top: '0', width: '1', height: '1' }],
        [
          { id: '2_1', left: '0/1', top: '0', width: '1/2', height: '1' },
          { id: '2_2', left: '.5', top: '0', width: '0.5', height: '1' },
        ],
      ],
    })
    expect(warnings).toHaveLength(2)
  })

  it.each([[undefined], [[]], [[[]]]])('refuses MixedVideoLayout 0 with templates %j', (templates) => {
    expect(readWith(custom(templates))).toMatchObject({
      errors: [
        'Data.MixerConfig.LayoutConfig: MixedVideoLayout 0 needs templates and there are none; add LayoutConfig or choose MixedVideoLayout 1 to 5',
      ],
      exitCode: 4,
    })
  })

  it('takes Layouts where LayoutConfig is empty, LayoutConfig where both are filled', () => {
    expect(readWith({ ...custom([]), 'MixerConfig.Layouts': [[FULL]] }).job?.layout.kind).toBe('custom')
    expect(readWith({ ...custom([[FULL]]), 'MixerConfig.Layouts': [[FULL]] }).warnings).toEqual([])
    const other = [[region('0', '0', '1/2', '1')]]
    expect(readWith({ ...custom([[FULL]]), 'MixerConfig.Layouts': other }).warnings).toEqual([
      'Data.MixerConfig.Layouts: Layouts gives LayoutConfig again, with another value; LayoutConfig counts, remove one of the two',
    ])
  })

  it('warns of templates and ids that are there twice, and of empty templates', () => {
    const two = [
      { ...region('0', '0', '1/2', '1'), Id: 'a' },
      { ...region('1/2', '0', '1/2', '1'), Id: 'a' },
    ]
    const { job, warnings } = readWith(custom([two, [], [FULL], [FULL]]))
    expect(job?.layout).toMatchObject({ templates: [{ length: 2 }, { length: 1 }] })
    expect(warnings).toEqual([
      'Data.MixerConfig.LayoutConfig[0][1].Id: the Id "a" is used twice in this template; give each region its own',
      'Data.MixerConfig.LayoutConfig[1]: a template with no regions is never used; remove it',
      'Data.MixerConfig.LayoutConfig[3]: there is a template for 1 streams already; the first one counts',
    ])
  })

  const SHAPE = 'allowed a fraction from 0 to 1 as text, such as "1/2", "0", "1" or "0.25"'
  it.each([
    [region('3/2', '0', '1', '1'), 'Left: found "3/2"', SHAPE],
    [region('1/0', '0', '1', '1'), 'Left: found "1/0"', SHAPE],
    [region('-1/2', '0', '1', '1'), 'Left: found "-1/2"', SHAPE],
    [region('x', '0', '1', '1'), 'Left: found "x"', SHAPE],
    [region('0', '0', '1', '1.01'), 'Height: found "1.01"', SHAPE],
    [region('0', '0', '0/3', '1'), 'Width: found "0/3"', 'a region needs a size above 0'],
    [
      region('2/3', '0', '1/2', '1'),
      'Width: Left "2/3" and Width "1/2" make more than 1; keep the region on the canvas',
    ],
    [
      region('0', '2/3', '1', '0.3334'),
      'Height: Top "2/3" and Height "0.3334" make more than 1; keep the region on the canvas',
    ],
  ])('refuses %j', (wrong, ...text: string[]) => {
    const { errors, exitCode } = readWith(custom([[wrong]]))
    expect(errors).toEqual([`Data.MixerConfig.LayoutConfig[0][0].Area.${text.join(', ')}`])
    expect(exitCode).toBe(4)
  })

  it('adds thirds exactly', () => {
    expect(readWith(custom([[region('2/3', '1/3', '1/3', '2/3')]])).errors).toEqual([])
  })

  it('reports what is wrong in several regions, and a region only once', () => {
    const wrong = [region('2/3', '0', '1/2', '1'), region(true, '0', '1', '1'), { ...FULL, Shape: 'circle' }]
    expect(readWith(custom([wrong])).errors).toEqual([
      'Data.MixerConfig.LayoutConfig[0][0].Area.Width: Left "2/3" and Width "1/2" make more than 1; keep the region on the canvas',
      `Data.MixerConfig.LayoutConfig[0][1].Area.Left: found true, ${SHAPE}`,
      'Data.MixerConfig.LayoutConfig[0][2].Shape: found "circle", allowed "rectangle"',
    ])
  })

  it('lets slips pass in templates that are not used', () => {
    expect(readWith({ 'MixerConfig.LayoutConfig': [[region(true, '0', '9', '1')]] }).errors).toEqual([])
  })
})

describe('manual positions', () => {
  it('reads them in manual mode only', () => {
    const positions = [at('a_1', [0, 0, 320, 360]), at('b_1', [320, 0, 320, 360, 2])]
    expect(jobWith(manual(positions)).layout).toEqual({
      kind: 'manual',
      positions: [
        { streamId: 'a_1', x: 0, y: 0, width: 320, height: 360, z: 0 },
        { streamId: 'b_1', x: 320, y: 0, width: 320, height: 360, z: 2 },
      ],
    })
    expect(jobWith({ 'MixerConfig.PositionConfig': positions }).layout.kind).toBe('preset')
    expect(readWith({ 'MixerConfig.PositionConfig': [at('', [-5, 'x', 1, 1])] }).errors).toEqual([])
  })

  it('takes a single one without an array, and the last of two for a stream', () => {
    expect(jobWith(manual(at('a_1', [0, 0, 4, 4]))).layout).toMatchObject({
      positions: [{ streamId: 'a_1' }],
    })
    const { job, warnings } = readWith(manual([at('a_1', [0, 0, 4, 4]), at('a_1', [4, 4, 4, 4])]))
    expect(job?.layout).toMatchObject({ positions: [{ x: 4 }] })
    expect(warnings).toEqual([
      'Data.MixerConfig.PositionConfig[1]: "a_1" has a position already; the last one counts',
    ])
  })

  it.each([[undefined], [[]]])('falls back to the layout with positions %j', (positions) => {
    const { job, warnings } = readWith(manual(positions))
    expect(job?.layout).toEqual({ kind: 'preset', preset: 'tile' })
    expect(warnings).toEqual([
      'Data.MixerConfig.PositionConfig: VideoStreamType 1 (manual) needs PositionConfig and there is none; used MixedVideoLayout instead',
    ])
  })

  it('needs no templates for MixedVideoLayout 0 in manual mode', () => {
    const changes = { ...manual([at('a_1', [0, 0, 4, 4])]), 'MixerConfig.MixedVideoLayout': 0 }
    expect(jobWith(changes).layout.kind).toBe('manual')
  })

  it.each([
    [
      [0, 270, 90, 90],
      [0, 272, 92, 88],
    ],
    [
      [638, 1, 2, 359],
      [636, 0, 4, 360],
    ],
    [
      [2, 0, 638, 360],
      [4, 0, 636, 360],
    ],
    [
      [1, 0, 1, 1],
      [0, 0, 4, 4],
    ],
  ])('snaps %j to %j and stays on the canvas', (written, snapped) => {
    const { job, warnings } = readWith(manual([at('a_1', written)]))
    const [x, y, width, height] = snapped
    expect(job?.layout).toMatchObject({ positions: [{ x, y, width, height }] })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^Data\.MixerConfig\.PositionConfig\[0\]\.Region: found X .*; used X /)
  })

  it('refuses what is off the canvas', () => {
    const { errors, exitCode } = readWith(manual([at('a_1', [0, 0, 4, 4]), at('b_1', [400, 0, 320, 360])]))
    expect(errors).toEqual([
      'Data.MixerConfig.PositionConfig[1].Region: X 400, Y 0, Width 320, Height 360 does not lie on the canvas of 640 x 360; move or shrink it',
    ])
    expect(exitCode).toBe(4)
    expect(readWith(manual([at('a_1', [-4, 0, 4, 0])])).errors).toEqual([
      'Data.MixerConfig.PositionConfig[0].Region.X: found -4, allowed whole numbers from 0 to 16384',
      'Data.MixerConfig.PositionConfig[0].Region.Height: found 0, allowed whole numbers from 1 to 16384',
    ])
  })
})

describe('watermarks', () => {
  it.each(['WaterMark', 'Watermark'])('reads one or several from %s, and Type 0 as none', (name) => {
    const marks = [
      { Type: 0, X: 1 },
      { Type: 1, Image: '', Text: '', X: 10, Y: 20, Alpha: 0.5 },
      { Type: 2, Image: ' https://h/logo.png?x=1 ' },
      { Type: 3, Text: '会议', Y: 360 },
    ]
    expect(jobWith({ [`MixerConfig.${name}`]: marks }).watermarks).toEqual([
      { kind: 'time', x: 10, y: 20, alpha: 0.5 },
      { kind: 'image', source: 'https://h/logo.png?x=1', x: 0, y: 0, alpha: 1 },
      { kind: 'text', text: '会议', x: 0, y: 360, alpha: 1 },
    ])
    expect(jobWith({ [`MixerConfig.${name}`]: marks[1] }).watermarks).toHaveLength(1)
    expect(jobWith({ [`MixerConfig.${name}`]: marks[0] }).watermarks).toEqual([])
  })

  it.each([
    [{ Type: 3, Text: 'Room 12, 会议: é\t"\n²' }, []],
    [
      { Type: 3, Text: 'a😀b🚀한a\u200d' },
      [
        'WaterMark.Text: the font has no glyphs for these characters, boxes are drawn instead: 😀 U+1F600, 🚀 U+1F680, 한 U+D55C, U+200D; use others, or set watermark.fontFile in conf/ to a font that has them',
      ],
    ],
    [
      { Type: 3, Text: 'مرحبا بكم في الغرفة' },
      [
        'WaterMark.Text: the font has no glyphs for these characters, boxes are drawn instead: م U+0645, ر U+0631, ح U+062D, ب U+0628, ا U+0627, ك U+0643, ف U+0641, ي U+064A and 3 more; use others, or set watermark.fontFile in conf/ to a font that has them',
      ],
    ],
    [
      { Type: 3, X: 10, Text: '一二三四五六七八九十'.repeat(5) },
      [
        'WaterMark.Text: the text reaches to 760,15 on a canvas of 640x360 and is cut off there; move or shorten it, or lower watermark.textHeight in conf/',
      ],
    ],
    [
      { Type: 3, Y: 330, Text: 'one\r\ntwo\nthree' },
      [
        'WaterMark.Text: the text reaches to 38,375 on a canvas of 640x360 and is cut off there; move or shorten it, or lower watermark.textHeight in conf/',
      ],
    ],
    [
      { Type: 1, X: 600 },
      [
        'WaterMark: the text reaches to 739,15 on a canvas of 640x360 and is cut off there; move or shorten it, or lower watermark.textHeight in conf/',
      ],
    ],
  ])('warns of text that the font or the canvas has no room for: %j', (mark, expected) => {
    const { warnings, errors } = readWith({ 'MixerConfig.WaterMark': mark })
    expect(errors).toEqual([])
    expect(warnings).toEqual(expected.map((text) => `Data.MixerConfig.${text}`))
  })

  it('takes a letter and its accent for one character', () => {
    const mark = { Type: 3, Text: 'Cafe\u0301' }
    expect(readWith({ 'MixerConfig.WaterMark': mark }).warnings).toEqual([])
    expect(jobWith({ 'MixerConfig.WaterMark': mark }).watermarks).toMatchObject([{ text: 'Caf\u00e9' }])
  })

  it.each([
    [{ Type: 2, Image: '' }, 'WaterMark.Image: found "", allowed text in double quotes that is not empty'],
    [{ Type: 3 }, 'WaterMark.Text: missing; give text in double quotes that is not empty'],
    [{ Type: 1, X: 641 }, 'WaterMark.X: found 641, allowed whole numbers from 0 to 640'],
    [{ Type: 1, Alpha: 2 }, 'WaterMark.Alpha: found 2, allowed numbers from 0 to 1'],
    [{ Type: 9 }, 'WaterMark.Type: found 9, allowed 0 (none), 1 (time), 2 (image), 3 (text)'],
    [{}, 'WaterMark.Type: missing; give 0 (none), 1 (time), 2 (image), 3 (text)'],
  ])('refuses %j', (mark, text) => {
    const { errors, exitCode } = readWith({ 'MixerConfig.WaterMark': mark })
    expect(errors).toEqual([`Data.MixerConfig.${text}`])
    expect(exitCode).toBe(4)
  })
})
