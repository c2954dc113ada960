import { describe, expect, it } from 'vitest'
import { cutSheets, thumbnailsOf, thumbnailsVtt } from '../../../src/plan/thumbnails.ts'

const WIDE = { width: 1280, height: 720 }

describe('thumbnails', () => {
  it.each([
    [20_033, 2, 10],
    [500, 2, 1],
    [600_000, 2, 300],
    [601_000, 5, 120],
    [3_600_000, 15, 240],
    [4 * 3_600_000, 60, 240],
    [24 * 3_600_000, 300, 288],
    [200 * 3_600_000, 2400, 300],
  ])('of %i ms are %i s apart', (durationMs, seconds, count) => {
    expect(thumbnailsOf(durationMs, WIDE)).toMatchObject({ everyMs: seconds * 1000, count })
  })

  it.each([
    [WIDE, { width: 160, height: 90 }],
    [
      { width: 720, height: 1280 },
      { width: 90, height: 160 },
    ],
    [
      { width: 640, height: 480 },
      { width: 160, height: 120 },
    ],
    [
      { width: 4096, height: 16 },
      { width: 160, height: 2 },
    ],
  ])('keep the shape of the canvas', (canvas, size) => {
    expect(thumbnailsOf(1000, canvas).size).toEqual(size)
  })

  it('lie on sheets that are no larger than they must be', () => {
    expect(cutSheets({ count: 3 })).toEqual([{ first: 0, count: 3, columns: 3, rows: 1 }])
    expect(cutSheets({ count: 11 })).toEqual([{ first: 0, count: 11, columns: 10, rows: 2 }])
    expect(cutSheets({ count: 205 })).toEqual([
      { first: 0, count: 100, columns: 10, rows: 10 },
      { first: 100, count: 100, columns: 10, rows: 10 },
      { first: 200, count: 5, columns: 5, rows: 1 },
    ])
  })
})

describe('the WebVTT of thumbnails', () => {
  it('names a part of a sheet for each stretch', () => {
    expect(thumbnailsVtt(thumbnailsOf(5033.3, WIDE), ['a.thumbs.jpg'])).toBe(
      `WEBVTT

00:00:00.000 --> 00:00:02.000
a.thumbs.jpg#xywh=0,0,160,90

00:00:02.000 --> 00:00:04.000
a.thumbs.jpg#xywh=160,0,160,90

00:00:04.000 --> 00:00:05.033
a.thumbs.jpg#xywh=320,0,160,90

`,
    )
  })

  it('goes on to the next row and the next sheet, and says hours', () => {
    const cues = thumbnailsVtt(thumbnailsOf(3_600_000, WIDE), ['1.jpg', '2.jpg', '3.jpg']).split('\n\n')
    expect(cues).toHaveLength(242)
    expect(cues[11]).toBe('00:02:30.000 --> 00:02:45.000\n1.jpg#xywh=0,90,160,90')
    expect(cues[101]).toBe('00:25:00.000 --> 00:25:15.000\n2.jpg#xywh=0,0,160,90')
    expect(cues[240]).toBe('00:59:45.000 --> 01:00:00.000\n3.jpg#xywh=1440,270,160,90')
  })

  it('names files as URLs do', () => {
    expect(thumbnailsVtt(thumbnailsOf(1000, WIDE), ['会议 #1.jpg'])).toContain(
      '%E4%BC%9A%E8%AE%AE%20%231.jpg#xywh=',
    )
  })
})
