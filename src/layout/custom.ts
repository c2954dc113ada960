/** Selects a template of `MixerConfig.LayoutConfig`. */
import type { TemplateRegion } from '../model/job.ts'
import { parseRegion, type Region } from './region.ts'

/**
 * Returns the custom template for n streams: the one with n regions; otherwise the smallest larger one, whose unused
 * regions show the background; otherwise the largest, which leaves out the last streams. Among templates of the same
 * size the first wins.
 * @param n number of visible streams
 * @returns the template's regions in their order, as exact fractions of the canvas; empty if there are no templates
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
