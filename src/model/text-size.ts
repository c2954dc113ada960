/** The size that watermarks' text is drawn in. */

/** Below this no letter can be read. */
const LEAST_PX = 8

/** @param textHeight fraction of the canvas's height, "1/24" or "0.04": `watermark.textHeight` in conf/ */
export function textSizePx(textHeight: string, canvasHeight: number): number {
  const [over = '1', under = '1'] = textHeight.split('/')
  return Math.max(LEAST_PX, Math.round((canvasHeight * Number(over)) / Number(under)))
}
