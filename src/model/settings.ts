/** Looks up a job's settings, which may change during the output. */
import type { Job, Settings, Watermark } from './job.ts'
import { lastUpTo } from './search.ts'

/** The settings that the output begins with. */
export const settingsAtStart = ({ stretches }: Pick<Job, 'stretches'>): Settings => stretches[0].settings

/** The settings that apply to an output frame. */
export function settingsAt({ stretches }: Pick<Job, 'stretches'>, frame: number): Settings {
  const at = lastUpTo(
    stretches.map(({ fromFrame }) => fromFrame),
    frame,
  )
  return (stretches[at] ?? stretches[0]).settings
}

/** All watermarks that are drawn at some time. */
export const allWatermarks = ({ stretches }: Pick<Job, 'stretches'>): readonly Watermark[] =>
  stretches.flatMap(({ settings }) => settings.watermarks)
