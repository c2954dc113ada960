import type { Known, LeftOut } from '../../folder/model.ts'
import type { ShownKind, folder as english } from '../en/folder.ts'
import type { Translation } from '../translation.ts'

const KNOWN: Readonly<Record<Known, string>> = {
  manifest: '清单',
  container: '录制文件',
  playlist: '播放列表',
  name: '文件名',
  content: '内容',
  folder: '目录名',
  fileTime: '文件时间减去时长（推测）',
  together: '全部同时开始（推测）',
  guess: '推测',
  option: '由您指定',
}

const KINDS: Readonly<Record<ShownKind, string>> = {
  camera: '摄像头',
  microphone: '麦克风',
  screen: '屏幕',
  screenSound: '屏幕声音',
}

const WHY: Readonly<Record<Exclude<LeftOut['why'], 'notPlayable'>, string>> = {
  mixed: '它是所有人的混音，而各人的录制文件都在',
  result: '它是成品，不是录制文件',
  ownFilm: '它是 owt-main 合流的影片，不是录制文件',
  sameMedia: '同样的内容已有另一种形式',
  noTime: '没有任何信息说明它何时开始，而其他文件有时间；请用 --start 指定',
  otherClock: '它与其他文件不属于同一系统，无从得知何时开始；请用 --start 指定时间，或单独合流',
  encrypted: '它已加密',
  sliceMissing: '播放列表中有它，但它不存在，或不是媒体文件',
  missing: '清单中有它，但它不存在',
}

/** `mix` 与 `init` 的消息。 */
export const folder: Translation<typeof english> = {
  commandMix: () => '把一个目录或一些文件做成影片，无需 cfg.json 和索引',
  commandInit: () => '为一个录制目录生成可编辑的索引和 cfg.json',
  helpFolder: () => '目录',
  helpFolderFiles: () => '目录 | 文件',
  optionLayout: () => '画面的排列方式',
  optionShare: () => '屏幕共享的位置：与其他画面相同，或放在主区域',
  optionSize: () => '影片的宽和高，单位为像素',
  optionFps: () => '影片的帧率',
  optionStart: () => '一个录制文件在房间开始后多少秒开始；可重复',
  optionName: () => '显示的人名；可重复',
  optionKind: () => '一个录制文件是摄像头还是屏幕；可重复',
  usageNoFolder: () => '缺少录制文件所在的目录',
  usageShape: (p) => `${p.flag} 的值是 "${p.found}"，应为 ${p.value}，例如 ${p.flag} ${p.example}`,

  folderAmongFiles: (p) => `"${p.path}" 是目录：请只给出一个目录，或只给出文件`,
  folderTooMuch: (p) => `"${p.path}" 中的文件超过 ${p.maximum} 个：请给出一个房间的目录`,
  folderNoFolder: (p) => `"${p.path}" 不是目录`,
  folderEmpty: (p) =>
    p.tools.length > 0
      ? `"${p.path}" 中没有可播放的文件：请先用 ${p.tools.join(' 或 ')} 转换`
      : `"${p.path}" 中没有录制文件（按内容识别：WebM、MKV、MP4、MOV、M4A、Ogg、WAV、MP3、FLAC、AAC、TS）`,
  folderSeveral: (p) =>
    `"${p.path}" 中有 ${p.sessions.length} 次录制，而一部影片只显示一次：${p.sessions
      .map(({ name, count, file }) => `${name || '未命名'}（${count} 个文件，如 ${file}）`)
      .join('；')}。请给出其中一次的文件`,
  folderUnknown: (p) => `没有名为 "${p.name}" 的人；现有：${p.known.join('、')}`,
  mixOutputExists: (p) => `"${p.path}" 已经存在，而且不是由此目录生成的：请用 -o 指定影片的名称`,
  initExists: (p) => `"${p.path}" 已经存在：请编辑它，或用 --force 重新生成`,

  folderSummary: (p) =>
    [
      `${p.people} 人的 ${p.files} 个录制文件`,
      p.vendor === '' ? '文件名不属于任何已知系统' : `由 ${p.vendor} 录制`,
      p.begin === undefined ? '不知道几点开始' : `开始于 ${p.begin} UTC`,
    ].join('，'),
  folderStream: () => '流',
  folderName: () => '名称',
  folderKind: () => '类型',
  folderBegins: () => '开始',
  folderLength: () => '时长',
  folderKnown: () => '依据',
  folderFile: () => '文件',
  folderKindIs: (p) => KINDS[p.kind],
  folderKnownFrom: (p) => {
    const off = p.offMs === undefined ? '' : ` ±${Math.ceil(p.offMs / 1000)} 秒`
    if (p.user === p.kind && p.kind === p.start) return `${KNOWN[p.user]}${off}`
    return `人：${KNOWN[p.user]}；类型：${KNOWN[p.kind]}；开始：${KNOWN[p.start]}${off}`
  },
  folderGuessed: (p) => `推测的内容可以更正：${p.corrections.join('  ')}`,
  folderLeftOut: (p) =>
    `跳过 ${p.path}：${p.why === 'notPlayable' ? `无法播放，可用 ${p.tool} 转换为录制文件` : WHY[p.why]}`,
  folderMore: (p) => `另有 ${p.count} 个`,
  initWritten: (p) => `已写入 ${p.cfg} 和 ${p.index}；编辑之后运行：${p.command}`,

  indexValueUnused: () => '这个值不是此处已知的值，不使用',
}
