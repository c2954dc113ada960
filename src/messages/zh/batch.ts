import type { BatchJobStatus } from '../../model/status.ts'
import type { batch as english } from '../en/batch.ts'
import type { Translation } from '../translation.ts'
import { countsText } from './words.ts'

const STATES: Readonly<Record<BatchJobStatus, string>> = {
  done: '完成',
  unchanged: '无变化',
  failed: '失败',
  stopped: '已停止',
  notStarted: '未启动',
}

const COLUMNS = {
  job: '任务',
  state: '状态',
  exit: '退出码',
  time: '用时',
  speed: '实时倍速',
  warnings: '警告',
  skipped: '跳过',
  output: '文件或错误',
} as const

const firstOf = (reason: string, more: number): string =>
  more === 0 ? reason : `${reason}（另有 ${more} 个错误）`

/** 批处理的消息。 */
export const batch: Translation<typeof english> = {
  batchEmpty: (p) =>
    `在 ${p.places.join('、')} 中没有找到任务${p.passedOver > 0 ? `，跳过了 ${p.passedOver} 个不含 Action、Internal 和 Data 的 JSON 文件` : ''}；请指定含有 cfg.json 的目录、列出 cfg.json 路径的文件，或 'jobs/*/cfg.json' 这样的通配符`,
  batchStarts: (p) =>
    `共 ${p.jobs} 个任务，同时运行 ${p.atOnce} 个，每个使用 ${p.cores} 个 CPU 核和 ${p.memoryMb} MB 内存`,
  batchPassedOver: (p) => `跳过 ${p.path}：它不含 Action、Internal 和 Data，不是任务`,
  batchSameJob: (p) =>
    `${p.paths.join('、')} 的 JobId 都是 ${p.jobId}：将依次运行，只保留最后一次的日志和结果；请给每个任务不同的 JobId`,
  batchSameOutput: (p) =>
    `${p.path} 和 ${p.other} 会写入同一个对象 ${p.key}，因此都没有启动；请给每个任务不同的 RecordingConfig.StorageConfig.FileNamePrefix`,
  batchJobLost: (p) =>
    `任务的进程没有给出结果就结束了（${p.signal ?? `退出码 ${p.exitCode}`}）；请查看它的日志，然后重新运行批处理：任务会从中断处继续`,
  batchJobNotStarted: (p) =>
    `任务的进程无法启动（${p.detail}）；请重新运行批处理，如果本机资源已用尽，请减小 --jobs`,

  batchJob: (p) => `${p.ended}/${p.of} ${p.jobId}：${[p.how, ...countsText(p)].join('，')}`,
  batchDone: (p) =>
    [
      `完成，用时 ${p.length}`,
      ...(p.speed === undefined ? [] : [`实时速度的 ${p.speed} 倍`]),
      ...(p.output === undefined ? [] : [p.output]),
    ].join('，'),
  batchUnchanged: (p) => `完成之后没有变化${p.output === undefined ? '' : `，${p.output}`}`,
  batchFailed: (p) => `失败（${p.exitCode}）：${firstOf(p.reason, p.more)}`,
  batchStopped: () => '已停止；已完成的部分会保留',
  batchNotStarted: () => STATES.notStarted,

  batchColumn: (p) => COLUMNS[p.column],
  batchState: (p) => STATES[p.status],
  batchFirstError: (p) => firstOf(p.reason, p.more),
  batchTotals: (p) => {
    const counts = Object.entries(p.counts).map(
      ([status, count]) => `${STATES[status as BatchJobStatus]} ${count}`,
    )
    return `共 ${p.jobs} 个任务，用时 ${p.length}：${counts.join('，')}；${p.file}`
  },
  batchRunning: (p) =>
    `已结束 ${p.ended}/${p.of}，正在运行：${p.running.map(({ jobId, length, percent }) => `${jobId}（${percent === undefined ? '' : `${percent} %，`}${length}）`).join('、')}`,
}
