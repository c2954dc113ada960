import type { FitName, change as english } from '../en/change.ts'
import type { Translation } from '../translation.ts'
import { LAYOUTS } from './plan.ts'

const FITS: Readonly<Record<FitName, string>> = { stretch: '拉伸', cover: '裁剪', contain: '留边' }
const MEDIA = { audio: '音频', video: '视频' }
const STATES = { take: '已添加', drop: '已移除', hide: '已静音', restore: '已取消静音' }
const SEEN_STATES = { ...STATES, hide: '已关闭', restore: '已恢复' }
const MOST_NAMES = 5

function namesOf(streamIds: readonly string[]): string {
  const others = streamIds.length - MOST_NAMES
  return `${streamIds.slice(0, MOST_NAMES).join('、')}${others > 0 ? ` 等，另有 ${others} 个` : ''}`
}

/** 定时更新的文字。 */
export const change: Translation<typeof english> = {
  changeLayout: (p) => `布局：${LAYOUTS[p.layout]}`,
  changeMain: (p) => `主区域的流：${p.streamId ?? '无'}`,
  changeScreenShare: (p) => `屏幕共享：${p.share}`,
  changeFit: (p) => `画面：${FITS[p.fit]}`,
  changeBackground: (p) => `背景：${p.r}, ${p.g}, ${p.b}`,
  changeWatermarks: (p) => (p.count === 0 ? '水印：无' : `水印：${p.count} 个`),
  changeSelection: (p) =>
    `${MEDIA[p.medium]}：${{ all: '所有流', only: '仅 ', except: '除以下之外的所有流：' }[p.kind]}${namesOf(p.streamIds)}`,
  changeMaximum: (p) => `最多 ${p.maximum} 个流`,
  changeStream: (p) =>
    `${p.streamId}：${MEDIA[p.medium]}${(p.medium === 'audio' ? STATES : SEEN_STATES)[p.state]}`,
  changeNothing: () => '没有变化',
  updatesAfterEnd: (p) => `${p.count} 条更新没有作用：其中最早的在 ${p.seconds} 秒，而输出在此之前已结束`,
}
