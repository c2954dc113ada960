import { describe, expect, it } from 'vitest'
import { customTemplate } from '../../../src/layout/custom.ts'
import type { TemplateRegion } from '../../../src/model/job.ts'

function template(size: number, mark = '1/2'): readonly TemplateRegion[] {
  return Array.from({ length: size }, (_, i) => ({
    id: String(i + 1),
    left: '0',
    top: '0.25',
    width: mark,
    height: '1',
  }))
}

describe('customTemplate', () => {
  const templates = [template(4), template(1), template(2)]

  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 4],
    [5, 4],
  ])('for %i streams takes the one with %i regions', (n, size) => {
    expect(customTemplate(templates, n)).toHaveLength(size)
  })

  it('reads fractions and decimals exactly', () => {
    const written = customTemplate([template(1, '1/3')], 1).map(({ left, top, width, height }) =>
      [left, top, width, height].map((fraction) => fraction.toFraction()),
    )
    expect(written).toEqual([['0', '1/4', '1/3', '1']])
  })

  it('takes the first of several of one size', () => {
    const two = [template(2, '1/3'), template(2, '2/3')]
    for (const n of [1, 2, 3]) expect(customTemplate(two, n)[0]?.width.toFraction()).toBe('1/3')
  })

  it('has no region without a template', () => {
    expect(customTemplate([], 3)).toEqual([])
  })
})
