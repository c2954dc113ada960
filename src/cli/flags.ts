/** Options as typed on the command line. Pure. */
import { type Option, type OptionName, ROWS } from './options.ts'

/** "-o", "--output". */
export function flagsOf(name: OptionName, { short }: Option): string[] {
  return [...(short ? [`-${short}`] : []), `--${name}`]
}

/** The flags that take a value. */
export function flagsWithValue(): string[] {
  return ROWS.filter(([, { value }]) => value).flatMap(([name, option]) => flagsOf(name, option))
}
