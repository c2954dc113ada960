/** Choosing among the templates of `MixerConfig.LayoutConfig`. */
import type { TemplateRegion } from '../model/job.ts'
import { parseRegion, type Region } from './region.ts'

/**
 * The custom template for n streams: that with n regions; else the smallest larger one, whose spare regions show
 * the background; else the largest, and the later streams are not shown. Of several of one size the first counts.
 * @param n number of visible streams
 * @returns the template's regions in their own order, exact fractions of the canvas; none without a template
 */
export function customTemplate(
  templates: readonly (readonly TemplateRegion[])[],
  n: number,
): readonly Region[] {
  const bySize = [...templates].sort((a, b) => a.length - b.length)
  const largest = bySize.at(-1)?.length ?? 0
  const size = bySize.find((template) => template.length >= n)?.length ?? largest
  const chosen = templates.find((template) => template.length === size) ?? []
  return chosen.map(parseRegion)
}
