import type { output as english } from '../en/output.ts'
import type { Translation } from '../translation.ts'

const listed = ({ names, others }: { names: readonly string[]; others: number }): string =>
  others > 0 ? `${names.join('、')} 等 ${names.length + others} 人` : `${names.join('、')} `

const KINDS = { poster: '封面图', thumbnails: '缩略图', hls: 'HLS 版本' } as const

/** 写入成品文件的文字，以及关于其附属文件的消息。 */
export const output: Translation<typeof english> = {
  chapterBegins: () => '开始',
  chapterJoined: (p) => `${listed(p)}加入`,
  chapterLeft: (p) => `${listed(p)}离开`,
  chapterShareStarted: (p) => `${listed(p)}开始屏幕共享`,
  chapterShareEnded: (p) => `${listed(p)}结束屏幕共享`,
  chapterParts: (p) => p.parts.join('；'),
  doingBeside: (p) => KINDS[p.kind],
  besideNotMade: (p) => `${KINDS[p.kind]}无法生成（${p.reason}）；成品文件完整，使用 --force 可全部重新生成`,
}
