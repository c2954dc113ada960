import type { LayoutName, plan as english } from '../en/plan.ts'
import type { Translation } from '../translation.ts'

export const LAYOUTS: Readonly<Record<LayoutName, string>> = {
  tile: '平铺',
  vertical: '垂直',
  single: '单画面',
  tile2: '平铺 2',
  vertical2: '垂直 2',
  custom: '自定义模板',
  manual: '自定义位置',
}

/** plan 命令的文字。 */
export const plan: Translation<typeof english> = {
  planTitle: (p) => `${p.jobId}：${p.frames} 帧，${p.length}`,
  planStreams: () => '流',
  planSegments: () => '时间段',
  planUpdates: () => '更新',
  planSkipped: () => '已跳过',
  planEstimate: () => '估算',
  planCommands: () => '命令',
  planInks: (p) => `${p.seen} 可见，${p.heard} 仅有声音，${p.gap} 空缺；同一个流的片段交替使用两种符号`,
  planClip: (p) =>
    `${[...(p.video ? ['视频'] : []), ...(p.audio ? ['音频'] : [])].join('+')}  ${p.name}（偏移 ${p.offsetMs} ms）`,
  planLayout: (p) =>
    `${LAYOUTS[p.layout]}，${p.streams} 个流${p.main === undefined ? '' : `，主区域：${p.main}`}`,
  planPlace: (p) => `${p.width}x${p.height}，位于 ${p.x},${p.y}${p.z === 0 ? '' : `，z ${p.z}`}`,
  planWho: (p) => `${LAYOUTS[p.layout]}：${p.streams.length === 0 ? '无人' : p.streams.join('、')}`,
  planMoreSegments: (p) => `另有 ${p.count} 个时间段；--commands 列出全部`,
  planMore: () => '--commands 同时显示录制文件、区域和 ffmpeg 命令',
  planTime: (p) =>
    `用时：约 ${p.about}（画面变化少时 ${p.least}，处处变化时 ${p.most}）；假定普通服务器的 ${p.cores} 个空闲核，${p.encoder} 以 ${p.speed} 编码，不含下载和上传`,
  planFleet: (p) =>
    `增加同样的机器时：${p.fleets.map((one) => `${one.machines} 台约 ${one.about}（工作量多 ${one.percent}%）`).join('，')}`,
  planOutput: (p) => `大小：约 ${p.output}（${p.kbps} kbit/s）；期间工作目录最多占用 ${p.disk}`,
}
