/** Settings held against a reference at the same bit rate. Pure. */

/** SSIM as dB, in which equal steps look about equal. */
export const ssimDb = (ssim) => -10 * Math.log10(1 - ssim)

/**
 * What the reference would give at a bit rate: its points on either side, joined by a line over the logarithm of the
 * rate. An encoder never hits the asked rate exactly, and 1 % of rate is worth 0.02 to 0.05 dB.
 * @param {readonly {kbps: number, psnr: number, ssim: number}[]} points of the reference, at least two
 * @returns {{psnr: number, ssimDb: number}}
 */
export function referenceAt(points, kbps) {
  const sorted = points.toSorted((a, b) => a.kbps - b.kbps)
  const at = sorted.findIndex((point) => point.kbps > kbps)
  const right = Math.min(sorted.length - 1, Math.max(1, at < 0 ? sorted.length - 1 : at))
  const [a, b] = [sorted[right - 1], sorted[right]]
  const share = Math.log(kbps / a.kbps) / Math.log(b.kbps / a.kbps)
  const between = (from, to) => from + share * (to - from)
  return { psnr: between(a.psnr, b.psnr), ssimDb: between(ssimDb(a.ssim), ssimDb(b.ssim)) }
}

/** @returns {{psnr: number, ssimDb: number}} dB above the reference at the same rate */
export function above(points, made) {
  const reference = referenceAt(points, made.kbps)
  return { psnr: made.psnr - reference.psnr, ssimDb: ssimDb(made.ssim) - reference.ssimDb }
}
