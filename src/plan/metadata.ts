/** What the finished file says of itself, in ffmpeg's own text format. https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
import type { Chapter } from './chapters.ts'

/** Title and chapters; frames are the unit of time. */
export function metadataText(file: { title: string; chapters: readonly Chapter[]; fps: number }): string {
  const { title, chapters, fps } = file
  return [
    ';FFMETADATA1',
    `title=${escaped(title)}`,
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

/** Control characters are nothing to be read; a lone half of a letter is none that UTF-8 has. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/[=;#\\]/g, '\\$&')
}
