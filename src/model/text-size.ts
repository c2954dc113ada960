/** Font size of watermark text. */

/** Smaller text is unreadable. */
const LEAST_PX = 8

/** @param textHeight fraction of the canvas height, "1/24" or "0.04": `watermark.textHeight` in conf/ */
export function textSizePx(textHeight: string, canvasHeight: number): number {
  const [over = '1', under = '1'] = textHeight.split('/')
  return Math.max(LEAST_PX, Math.round((canvasHeight * Number(over)) / Number(under)))
}
