/** The watermarks' font, read from its file. */
import type { Conf } from '../config/conf.ts'
import type { Lettering } from '../config/resolve/watermark.ts'
import { readRegularSync } from '../files/read-file.ts'
import { hashOfFile } from '../storage/content-hash.ts'
import { type Font, readFont } from '../text/font.ts'

/** More than twice the largest fonts there are. */
const MOST_BYTES = 128 * 1024 * 1024

/** @returns undefined where the file cannot be read as a font: ffmpeg will say so, or can do more */
function readFontFile(path: string): Font | undefined {
  try {
    return readFont(readRegularSync(path, MOST_BYTES))
  } catch {
    return undefined
  }
}

/** How the text of watermarks will be drawn; the font is read when it is first asked for. */
export function letteringOf(fontFile: string, { watermark }: Conf): Lettering {
  let read: { readonly font: Font | undefined } | undefined
  const font = () => (read ??= { font: readFontFile(fontFile) }).font
  return { font, textHeight: watermark.textHeight }
}

/** What tells one font from another, whatever its file is called; empty where it cannot be read: ffmpeg will say so. */
export async function versionOfFont(fontFile: string, signal: AbortSignal): Promise<string> {
  return hashOfFile(fontFile, 'sha256', signal).catch(() => '')
}
