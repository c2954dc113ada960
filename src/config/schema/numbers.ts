/** Numbers of the settings, with limits and default. */
import { z } from 'zod'

interface Limits {
  readonly min: number
  readonly max: number
  readonly preset: number
}

export const whole = ({ min, max, preset }: Limits) => z.int().min(min).max(max).default(preset)

export const number = ({ min, max, preset }: Limits) => z.number().min(min).max(max).default(preset)
