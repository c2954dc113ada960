import { describe, expect, it } from 'vitest'
import { watchUndecoded } from '../../../src/ffmpeg/undecoded.ts'

const INPUTS = ['v0', 'v1', undefined].map((version) => ({
  args: [],
  path: '/a',
  ...(version && { version }),
}))

function versionsOf(lines: readonly string[]): readonly string[] {
  const watch = watchUndecoded(INPUTS)
  lines.forEach(watch.line)
  return watch.versions()
}

const times = (count: number, line: string) => Array.from({ length: count }, () => line)
const OLD = '[error] Error while decoding stream #1:0: Invalid data found when processing input'
const NEW =
  '[vist#1:0/vp9 @ 0x5555851b79c0] [dec:vp9 @ 0x555585298980] [error] Error submitting packet to decoder: Invalid data found when processing input'
const SOUND = NEW.replace('vist#1', 'aist#0').replaceAll('vp9', 'opus')

describe('packets that ffmpeg could not decode', () => {
  it('are those of the input that it names, before and since 7.0', () => {
    expect(versionsOf(times(3, OLD))).toEqual(['v1'])
    expect(versionsOf([...times(3, NEW), ...times(3, SOUND)])).toEqual(['v0', 'v1'])
    expect(versionsOf(times(3, NEW.replace('Error submitting packet to decoder', 'Decoding error')))).toEqual(
      ['v1'],
    )
  })

  it('are no loss when there are one or two, as at the end of a recording that was cut off', () => {
    expect(versionsOf([...times(2, NEW), ...times(2, SOUND)])).toEqual([])
  })

  it('are not read out of other lines, nor of inputs that are no recordings', () => {
    const others = [
      `[error] title: ${NEW}`,
      `x ${OLD}`,
      '[vp9 @ 0x5580] [error] Invalid frame marker',
      OLD.replace('#1:', '#2:'),
      OLD.replace('#1:', '#7:'),
      OLD.replace('[error]', '[warning]'),
    ]
    for (const line of others) expect(versionsOf(times(5, line))).toEqual([])
  })
})
