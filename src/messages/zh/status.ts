import type { JobStatus } from '../../model/status.ts'
import type { status as english } from '../en/status.ts'
import type { Translation } from '../translation.ts'
import { countsText } from './words.ts'

const STATES: Record<JobStatus, string> = {
  running: '运行中',
  done: '完成',
  unchanged: '无变化',
  failed: '失败',
  stopped: '已停止',
  died: '意外终止',
}

const COLUMNS = {
  job: '任务',
  status: '状态',
  at: '时间',
  time: '用时',
  speed: '实时倍速',
  exit: '退出码',
  what: '内容',
} as const

/** 任务的状态。 */
export const status: Translation<typeof english> = {
  statusUnknown: (p) =>
    `${p.folder} 中没有任务 ${p.jobId} 的记录；owt-main status 列出所有任务，--log-dir 可指定其他目录`,
  statusNone: () => '这里没有正在运行或已运行的任务',
  statusOlder: (p) => `另有 ${p.count} 个更早的任务；--json 列出全部`,
  statusState: (p) => STATES[p.status],
  statusColumn: (p) => (p.column === 'at' ? `${COLUMNS.at}（${p.zone}）` : COLUMNS[p.column]),
  statusRuns: (p) => `${p.jobId}：已运行 ${p.length}`,
  statusBetween: () => '两个阶段之间',
  statusWorker: (p) => `worker 进程 ${p.pid}${p.memory ? `，${p.memory}` : ''}`,
  statusFfmpeg: (p) => `ffmpeg ${p.pid}，${p.output}${p.memory ? `，${p.memory}` : ''}`,
  statusEnded: (p) => `${p.jobId}：${STATES[p.status]}，${p.at}`,
  statusDied: () => '进程已不存在，也没有结果；重新运行该任务，会从中断处继续',
  statusTook: (p) =>
    [
      `用时 ${p.length}`,
      ...(p.times === undefined ? [] : [`实时速度的 ${p.times} 倍`]),
      `退出码 ${p.exitCode}`,
      ...countsText(p),
    ].join('，'),
  statusLog: (p) => `日志 ${p.path}`,
}
