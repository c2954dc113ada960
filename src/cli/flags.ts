/** Options as they are typed. Pure. */
import { type Option, type OptionName, ROWS } from './options.ts'

/** "-o", "--output". */
export function flagsOf(name: OptionName, { short }: Option): string[] {
  return [...(short ? [`-${short}`] : []), `--${name}`]
}

/** The flags behind which a value stands. */
export function flagsWithValue(): string[] {
  return ROWS.filter(([, { value }]) => value).flatMap(([name, option]) => flagsOf(name, option))
}
