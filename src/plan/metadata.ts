/** Metadata of the finished file in ffmpeg's text format. https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
import { MADE_BY } from '../model/made-by.ts'
import type { Chapter } from './chapters.ts'

/** Title, comment and chapters; times are in frames. */
export function metadataText(file: { title: string; chapters: readonly Chapter[]; fps: number }): string {
  const { title, chapters, fps } = file
  return [
    ';FFMETADATA1',
    `title=${escaped(title)}`,
    `comment=${MADE_BY}`,
    ...chapters.flatMap((chapter) => [
      '[CHAPTER]',
      `TIMEBASE=1/${fps}`,
      `START=${chapter.startFrame}`,
      `END=${chapter.endFrame}`,
      `title=${escaped(chapter.title)}`,
    ]),
    '',
  ].join('\n')
}

/** Replaces control characters, which are not displayable, and lone surrogates, which UTF-8 cannot encode. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/[=;#\\]/g, '\\$&')
}
