/** Converts LayoutConfig to custom templates, at most one per number of streams. */
import Fraction from 'fraction.js'
import type { TemplateRegion } from '../../model/job.ts'
import { found } from '../findings.ts'
import type { Path } from '../../model/findings.ts'
import type { Collector, Mixer } from './collect.ts'

type WireTemplates = NonNullable<Mixer['LayoutConfig']>
type WireTemplate = NonNullable<WireTemplates[number]>
type WireRegion = NonNullable<WireTemplate[number]>

/** The non-empty templates, with only regions on the canvas; reports the others. */
export function templatesOf(input: { wire: WireTemplates; path: Path; out: Collector }): TemplateRegion[][] {
  const { wire, path, out } = input
  const bySize = new Map<number, TemplateRegion[]>()
  for (const [index, template] of wire.entries()) {
    if (template === undefined) continue
    const here = [...path, index]
    if (template.length === 0) out.notices.push({ code: 'templateEmpty', params: {}, path: here })
    else if (bySize.has(template.length)) {
      out.notices.push({ code: 'templateTwice', params: { regions: template.length }, path: here })
    } else bySize.set(template.length, regionsOf({ template, path: here, out }))
  }
  return [...bySize.values()]
}

function regionsOf(input: { template: WireTemplate; path: Path; out: Collector }): TemplateRegion[] {
  const { template, path, out } = input
  const ids = new Set<string>()
  return template.flatMap((region, index) => {
    if (region === undefined) return []
    const id = region.Id ?? `${template.length}_${index + 1}`
    if (ids.has(id)) out.notices.push({ code: 'regionIdTwice', params: { id }, path: [...path, index, 'Id'] })
    ids.add(id)
    return regionOf({ id, region, path: [...path, index, 'Area'], out })
  })
}

function regionOf(input: { id: string; region: WireRegion; path: Path; out: Collector }): TemplateRegion[] {
  const { id, region, path, out } = input
  const { Left, Top, Width, Height } = region.Area ?? {}
  const isOnCanvas = [
    isSpan({ start: ['Left', Left], size: ['Width', Width], path, out }),
    isSpan({ start: ['Top', Top], size: ['Height', Height], path, out }),
  ]
  if (isOnCanvas.includes(false)) return []
  if (Left === undefined || Top === undefined || Width === undefined || Height === undefined) return []
  return [{ id, left: Left.trim(), top: Top.trim(), width: Width.trim(), height: Height.trim() }]
}

type Named = readonly [name: string, value: string | undefined]

/** Whether start, size and their sum are in 0..1; reports what is not. */
function isSpan(input: { start: Named; size: Named; path: Path; out: Collector }): boolean {
  const { start, size, path, out } = input
  let isGood = true
  for (const [name, value] of [start, size]) {
    if (value === undefined || exact(value).lte(1)) continue
    const here = [...path, name]
    out.problems.push({
      code: 'notAllowed',
      params: { found: found(value, here), allowed: { kind: 'shape', shape: 'fraction' } },
      path: here,
    })
    isGood = false
  }
  const [startValue, sizeValue] = [start[1], size[1]]
  if (!isGood || sizeValue === undefined) return isGood
  if (exact(sizeValue).equals(0)) {
    out.problems.push({ code: 'regionEmpty', params: { found: `"${sizeValue}"` }, path: [...path, size[0]] })
    return false
  }
  if (startValue === undefined || exact(startValue).add(exact(sizeValue)).lte(1)) return true
  out.problems.push({
    code: 'regionTooLarge',
    params: { start: start[0], size: size[0], startValue: `"${startValue}"`, sizeValue: `"${sizeValue}"` },
    path: [...path, size[0]],
  })
  return false
}

const exact = (text: string): Fraction => new Fraction(text.replaceAll(' ', ''))
