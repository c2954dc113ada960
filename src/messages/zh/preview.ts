import type { preview as english } from '../en/preview.ts'
import type { Translation } from '../translation.ts'

const picturesOf = ({ pictures, segments }: { pictures: number; segments: number }): string =>
  pictures < segments ? `${segments} 个时间段中的 ${pictures} 个` : `${segments} 个时间段`

/** preview 命令的消息，以及图中的文字。 */
export const preview: Translation<typeof english> = {
  previewOneOrAll: () => '--at 显示某一时刻，--every-segment 为每个时间段各生成一张图：两者只能选一个',
  previewNoPicture: () => '该任务只输出声音（RecordingConfig.MediaChannel 为 1），没有画面可以显示',
  previewOutside: (p) => `--at ${p.at} 超出输出范围，输出长度为 ${p.length}；请填写从输出开头算起的秒数`,
  previewMade: (p) =>
    p.at === undefined
      ? `${p.path}：${picturesOf(p)}${p.folder === undefined ? '' : `，单张图片位于 ${p.folder}`}`
      : `${p.path}：${p.at} 处的画面`,
  previewTitle: (p) => `${p.jobId}   ${p.length}   ${picturesOf(p)}${p.mock ? '，模拟画面' : ''}`,
  previewNobody: () => '（无人）',
}
