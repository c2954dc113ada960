import type { words as english } from '../en/words.ts'
import type { Translation } from '../translation.ts'

/** 许多行共用的内容：行首、时长，以及任务如何结束。 */
export const words: Translation<typeof english> = {
  prefix: (p) => ({ error: '错误：', warning: '警告：', note: '提示：' })[p.severity],
  placed: (p) => `${p.where}：${p.text}`,

  lengthSeconds: (p) => `${p.seconds} 秒`,
  lengthMinutes: (p) => `${p.minutes} 分 ${p.seconds} 秒`,
  lengthHours: (p) => `${p.hours} 小时 ${p.minutes} 分`,

  jobMade: (p) =>
    [
      `${p.jobId}：${p.place}`,
      `时长 ${p.length}`,
      p.picture ? `${p.picture.width}x${p.picture.height}，${p.picture.fps} 帧/秒` : '只有声音',
      p.size,
      p.speed === undefined ? '完成之后没有变化' : `实时速度的 ${p.speed} 倍`,
      ...countsText(p),
    ].join('，'),
  jobMadeNothing: (p) => `${p.jobId}：没有生成文件`,
}

/** “跳过 2 个”“1 个警告”；没有则为空。 */
export const countsText = (p: { skipped: number; warnings: number }): string[] => [
  ...(p.skipped > 0 ? [`跳过 ${p.skipped} 个录制文件`] : []),
  ...(p.warnings > 0 ? [`${p.warnings} 个警告`] : []),
]
