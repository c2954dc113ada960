import { describe, expect, it } from 'vitest'
import { input, through } from '../../../src/graph/node.ts'
import { keepPace } from '../../../src/graph/pace.ts'
import { printGraph } from '../../../src/graph/print.ts'
import type { AudioClock } from '../../../src/model/room.ts'
import { makeClock } from '../../harness/builders.ts'

function graph(clock: Partial<AudioClock>, options: { first?: number; fromStart?: boolean } = {}): string {
  const { first = 48_000, fromStart = true } = options
  const filters = keepPace({ clock: makeClock(clock), sampleRate: 48_000, first, fromStart })
  return printGraph({ out: through(input('audio', 0), filters) })
}

describe('the pace of a sound', () => {
  it('that is exact is left alone but for its holes', () => {
    expect(graph({ jumpMs: 5 })).toMatchInlineSnapshot(`
      "[0:a:0]aformat=sample_rates=48000,aresample=sample_rate=48000:async=1:min_hard_comp=0.005:first_pts=48000[out]
      "
    `)
  })

  it('that jitters goes on by its samples, and follows its timestamps over holes', () => {
    expect(graph({ pace: 'jittering', jumpMs: 42.5 })).toMatchInlineSnapshot(`
      "[0:a:0]aformat=sample_rates=48000,asetpts=expr=st(1\\,PTS)\\;st(2\\,ld(1)-ld(0))\\;st(3\\,if(isnan(PREV_INPTS)\\,ld(1)\\,if(gt(abs(ld(2))\\,0.0425/TB)\\,ld(1)\\,ld(0))))\\;st(0\\,ld(3)+S/SR/TB)\\;round(ld(3)),aresample=sample_rate=48000:async=1:min_hard_comp=0.02125:first_pts=48000[out]
      "
    `)
  })

  it('that jitters begins where the others put its first packet, early or late', () => {
    const first = (firstLateMs: number, fromStart: boolean) =>
      /isnan\(PREV_INPTS\)\\,(.*?)\\,if/.exec(graph({ pace: 'jittering', firstLateMs }, { fromStart }))?.[1]
    expect(first(9, true)).toBe('ld(1)-(0.009/TB)')
    expect(first(-1.5, true)).toBe('ld(1)-(-0.0015/TB)')
    expect(first(9, false)).toBe('ld(1)')
  })

  it('that strays is drawn back slowly', () => {
    expect(graph({ pace: 'wandering', jumpMs: 15 })).toMatchInlineSnapshot(`
      "[0:a:0]aformat=sample_rates=48000,asetpts=expr=st(1\\,PTS)\\;st(2\\,ld(1)-ld(0))\\;st(3\\,if(isnan(PREV_INPTS)\\,ld(1)\\,if(gt(abs(ld(2))\\,0.015/TB)\\,ld(1)\\,ld(0)+clip(ld(2)*S/SR/2\\,-0.005*S/SR/TB\\,0.005*S/SR/TB))))\\;st(0\\,ld(3)+S/SR/TB)\\;round(ld(3)),aresample=sample_rate=48000:async=960:min_hard_comp=0.015:first_pts=48000:flags=+res[out]
      "
    `)
  })

  it('of a clock that is off gets its true rate, and what is left of it', () => {
    expect(graph({ pace: 'wandering', jumpMs: 15, driftPpm: 5000 })).toMatchInlineSnapshot(`
      "[0:a:0]aformat=sample_rates=48000,asetrate=sample_rate=47761,asetpts=expr=st(1\\,PTS*0.995020833333)\\;st(2\\,ld(1)-ld(0))\\;st(3\\,if(isnan(PREV_INPTS)\\,ld(1)\\,if(gt(abs(ld(2))\\,0.015/TB)\\,ld(1)\\,ld(0)+clip(ld(2)*S/SR/2\\,-0.005*S/SR/TB\\,0.005*S/SR/TB))))\\;st(0\\,ld(3)+S/SR/TB*0.9999959375)\\;round(ld(3)),aresample=sample_rate=48000:async=960:min_hard_comp=0.015:first_pts=47761:flags=+res[out]
      "
    `)
  })
})
