import { describe, expect, it } from 'vitest'
import { above, referenceAt, ssimDb } from '../../../scripts/encoder/compare.mjs'

/** Each doubling of the rate gives 3 dB of PSNR and 1 dB of SSIM. */
const at = (kbps: number) => {
  const doublings = Math.log2(kbps / 1000)
  return { kbps, psnr: 38 + 3 * doublings, ssim: 1 - 10 ** -((10 + doublings) / 10) }
}
const curve = [at(2000), at(500), at(1000)]

describe('the reference at a rate', () => {
  it.each([500, 700, 1000, 1900, 2000, 2400, 300])('%i kbit/s', (kbps) => {
    const { psnr, ssimDb: dB } = referenceAt(curve, kbps)
    expect(psnr).toBeCloseTo(at(kbps).psnr, 6)
    expect(dB).toBeCloseTo(ssimDb(at(kbps).ssim), 6)
  })
})

it('what came out at a higher rate is held against the reference at that rate', () => {
  const made = { ...at(1010), psnr: at(1010).psnr - 0.1 }
  const found = above(curve, made)
  expect(found.psnr).toBeCloseTo(-0.1, 6)
  expect(found.ssimDb).toBeCloseTo(0, 6)
})
