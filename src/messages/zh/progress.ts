import type { Phase } from '../../model/status.ts'
import type { progress as english } from '../en/progress.ts'
import type { Translation } from '../translation.ts'

const PHASES: Record<Phase, string> = {
  fetch: '下载',
  probe: '检测',
  encode: '编码',
  check: '校验',
  beside: '附属文件',
  upload: '上传',
  report: '报告',
  callback: '回调',
}

/** 任务的进度。 */
export const progress: Translation<typeof english> = {
  phaseName: (p) => PHASES[p.phase],
  phaseParts: (p) => p.parts.join('，'),
  phaseStarts: (p) => `${p.name}：开始`,
  phaseGoesOn: (p) => (p.how === '' ? `${p.name}：进行中` : `${p.name}：${p.how}`),
  phaseEnds: (p) => `${p.name}：完成，用时 ${p.length}`,
  speedRealTime: (p) => `实时速度的 ${p.times} 倍`,
  speedShort: (p) => `${p.times} 倍`,
  timeLeft: (p) => `还需 ${p.length}`,
  timeSoFar: (p) => `已用 ${p.length}`,

  doingFiles: (p) => (p.others > 0 ? `${p.name} 等 ${p.others + 1} 个文件` : p.name),
  doingRender: (p) =>
    [
      ...(p.chunks.length > 0 ? [`第 ${p.chunks.join('、')} 块，共 ${p.of} 块`] : []),
      ...(p.sound ? ['声音'] : []),
    ].join('，'),
  doingJoin: () => '合并画面和声音',
  doingCheck: () => '将成品文件与计划对照',
  doingSearch: () => '查找无法解码的录制文件',
  doingUpload: (p) => `到 ${p.place}`,
  doingCallbacks: (p) => `还有 ${p.count} 个回调待送达`,
}
