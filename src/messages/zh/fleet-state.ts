import type { fleetState as english } from '../en/fleet-state.ts'
import type { Translation } from '../translation.ts'

const COLUMNS = {
  machine: '机器',
  ffmpeg: 'ffmpeg',
  since: '起始时间',
  busy: '占用',
  doing: '正在执行',
  kind: '子任务',
  job: '任务',
  app: 'AppId',
  by: '运行于',
  done: '完成',
  waiting: '等待',
  running: '运行中',
  failed: '失败',
} as const

/** `status` 显示的机器和队列。 */
export const fleetState: Translation<typeof english> = {
  fleetNone: () => '没有机器从队列领取子任务',
  fleetUnreachable: (p) =>
    `无法连接队列 ${p.address}${p.detail ? `（${p.detail}）` : ''}，不显示其机器和子任务`,
  fleetColumn: (p) => COLUMNS[p.column],
  fleetDoes: (p) => `${p.jobId} ${p.task}，${p.length}`,
  fleetOldest: (p) => `等待最久的子任务已加入队列 ${p.length}`,
  fleetIdle: () => '队列中没有子任务',
}
