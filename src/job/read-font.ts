/** Reads the watermark font from its file. */
import type { Conf } from '../config/conf.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import { readRegularSync } from '../files/read-file.ts'
import { hashOfFile } from '../storage/content-hash.ts'
import { type Font, readFont } from '../text/font.ts'

/** More than twice the size of the largest fonts. */
const MOST_BYTES = 128 * 1024 * 1024

/** @returns undefined if the file cannot be parsed as a font; ffmpeg may still support it, or reports the error */
function readFontFile(path: string): Font | undefined {
  try {
    return readFont(readRegularSync(path, MOST_BYTES))
  } catch {
    return undefined
  }
}

/** How watermark text is drawn; the font is read on first use. */
export function letteringOf(fontFile: string, { watermark }: Conf): Lettering {
  let read: { readonly font: Font | undefined } | undefined
  const font = () => (read ??= { font: readFontFile(fontFile) }).font
  return { font, textHeight: watermark.textHeight }
}

/** A hash that identifies the font by content; empty if it cannot be read, which ffmpeg will report. */
export async function versionOfFont(fontFile: string, signal: AbortSignal): Promise<string> {
  return hashOfFile(fontFile, 'sha256', signal).catch(() => '')
}
