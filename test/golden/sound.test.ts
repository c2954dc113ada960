/** The demo room's sound by spectrum: each person's own pitch, where and as loud as it should be. */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { amplitudeAt, peak, readSound } from '../harness/sound.ts'
import { mixDemo } from './mix.ts'

/** Every whole second of wall time each person sounds for 80 ms (each fifth second longer) at a pitch of their own. */
const PITCH_HZ = { alice: 440, bob: 554, carol: 659 }
/** What the recorders' own latency adds, from the room's measurements, in ms. */
const LATENCY_MS = { alice: 34, bob: 39, carol: 153 }

let mixed: Awaited<ReturnType<typeof mixDemo>>
let sound: Float32Array

beforeAll(async () => {
  mixed = await mixDemo({ mixer: { MixedVideoLayout: 1 } })
  sound = await readSound(mixed.path)
})
afterAll(() => rm(mixed.folder, { recursive: true }))

function burst(who: keyof typeof PITCH_HZ, second: number): number {
  return amplitudeAt(sound, { hz: PITCH_HZ[who], fromMs: second * 1000 + LATENCY_MS[who], lengthMs: 80 })
}

describe('the sound', () => {
  it('has as many samples as the picture has frames', () => {
    const { output } = mixed.result
    const lengthMs = ((output?.frames ?? 0) * 1000) / (output?.fps ?? 1)
    expect(Math.abs((sound.length * 1000) / 48000 - lengthMs)).toBeLessThan(1000 / (output?.fps ?? 1))
  })

  it.each([
    ['alice', 2, true],
    ['alice', 12, true],
    ['alice', 19, true],
    ['bob', 2, true],
    ['bob', 12, true],
    ['carol', 6, false],
    ['carol', 12, true],
    ['carol', 18, false],
  ] as const)('has %s at second %i: %s', (who, second, isHeard) => {
    const amplitude = burst(who, second)
    if (isHeard) expect(amplitude).toBeGreaterThan(0.1)
    else expect(amplitude).toBeLessThan(0.01)
  })

  it('keeps everybody as loud when others join', () => {
    // Carol joins at 8.4 s: division by the number of streams would take a third off.
    expect(burst('alice', 12) / burst('alice', 6)).toBeGreaterThan(0.9)
    expect(burst('alice', 12) / burst('alice', 6)).toBeLessThan(1.1)
  })

  it('is as loud as the recordings', async () => {
    const { mixDemo: mix } = await import('./mix.ts')
    const alone = await mix({ mixer: { MixedVideoLayout: 1 }, subscribe: { SubscribeAudio: ['alice_1'] } })
    const index = JSON.parse(
      readFileSync(new URL('../../mixer/bucket/job-demo-20261122-0001.json', import.meta.url), 'utf8'),
    ) as {
      Root: string
      Files: { StreamId: string; Name: string }[]
    }
    const name = index.Files.find((file) => file.StreamId === 'alice_1')?.Name
    const own = await readSound(new URL(`../../mixer/bucket/${index.Root}/${name}`, import.meta.url).pathname)
    const mixedAlone = await readSound(alone.path)
    expect(peak(mixedAlone) / peak(own)).toBeGreaterThan(0.93)
    expect(peak(mixedAlone) / peak(own)).toBeLessThan(1.07)
    await rm(alone.folder, { recursive: true })
  })

  it('is silent between bursts and never clips', () => {
    expect(amplitudeAt(sound, { hz: PITCH_HZ.alice, fromMs: 12_500, lengthMs: 300 })).toBeLessThan(0.01)
    expect(peak(sound)).toBeLessThan(1)
  })
})
