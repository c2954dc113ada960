import { MOST_PROBLEMS, type PlacedProblem } from '../en/problems.ts'
import type { config as english } from '../en/config.ts'
import type { Translation } from '../translation.ts'
import { foundHere, choices, allowedText, choiceText, spaced, foundText, quote, SHAPES } from './values.ts'

const SYNTAX: Readonly<Record<string, string>> = {
  CommaExpected: '此处之前缺少逗号；请补上',
  ColonExpected: '此处之前缺少冒号；请补上',
  PropertyNameExpected: '此处应为双引号中的名称；请补上，或删除前面的逗号',
  ValueExpected: '此处缺少值；请补上',
  CloseBraceExpected: '缺少右花括号 }；请检查前面的括号',
  CloseBracketExpected: '缺少右方括号 ]；请检查前面的括号',
  EndOfFileExpected: '文件应在此处之前结束；请检查前面的括号，或删除后面的内容',
  UnexpectedEndOfString: '这段文本缺少结尾的双引号；请在同一行补上',
  UnexpectedEndOfComment: '这段注释缺少结尾的 */；请补上',
  InvalidEscapeCharacter: '这段文本中有单独的反斜杠；请写成两个',
  InvalidUnicode: '这段文本中的 \\u 后面没有四位十六进制数字；请补上',
  InvalidCharacter: '这段文本中有控制字符或制表符；请写成 \\t 或删除',
}

type Problems = Omit<
  typeof english,
  'configInvalid' | 'indexInvalid' | 'confInvalid' | 'updatesInvalid' | 'streamsMissing'
>

const lines: Translation<Pick<typeof english, 'configInvalid'>>['configInvalid'] = (p) => {
  const more = p.problems.length - MOST_PROBLEMS
  const shown = p.problems.slice(0, MOST_PROBLEMS).map(problemLine)
  return [...shown, ...(more > 0 ? [`另有 ${more} 个；owt-main validate --json 可列出全部`] : [])].join('\n')
}

const entryField = (
  name: string,
  allowed: string,
  { found, written }: Parameters<typeof english.entryNoTime>[0],
): string =>
  written === undefined
    ? `${name}：${foundHere(found)}，允许：${allowed}`
    : single.misspelt({ key: written, nearest: name })

const single: Translation<Problems> = {
  notAllowed: (p) =>
    `${foundHere(p.found)}，${choices(p.allowed)}${p.meant === undefined ? '' : `；是否想写 "${p.meant}"？`}`,
  missing: (p) => `缺少该字段；请填写：${allowedText(p.allowed)}`,
  misspelt: (p) => `未知字段 "${p.key}"，且缺少 "${p.nearest}"；是否想写 "${p.nearest}"？`,
  placeholder: (p) => `${foundHere(p.found)}，这是占位符，不是值；${choiceText(p.allowed)}`,
  ellipsis: () => '此处是 ...，这是占位符；请删除',
  bareName: (p) => `名称${spaced(foundText(p.found))} 没有加引号；请放入双引号中`,
  fullWidth: (p) => `此处是全角字符或弯引号「${p.found}」；请改为「${p.use}」`,
  syntax: (p) => `不是有效的 JSON：${SYNTAX[p.code] ?? '此处无法解析；请更正'}`,
  tooMuch: (p) => `名称、值和符号超过 ${p.most} 个，或某个文本超过一百万个字符；请检查是否是正确的文件`,
  tooDeep: (p) => `嵌套超过 ${p.max} 层；请检查括号`,
  bothLists: (p) => `${p.allow} 和 ${p.deny} 都列出了流；请只保留其中一个`,
  noTemplates: () =>
    'MixedVideoLayout 为 0 时需要模板，但没有找到；请添加 LayoutConfig，或将 MixedVideoLayout 改为 1 到 5',
  outsideCanvas: (p) => `${p.region} 超出 ${p.canvas} 的画布；请移动或缩小它`,
  regionTooLarge: (p) =>
    `${p.start} ${p.startValue} 与 ${p.size} ${p.sizeValue} 之和大于 1；区域不能超出画布`,
  regionEmpty: (p) => `此处是 ${p.found}，区域的大小必须大于 0`,
  noMp4: (p) => `此处是 ${p.found}，输出总是 mp4；请在列表中加入 "mp4"`,
  keyLeavesFolder: () => '含有 ".."，可能指向目录之外；请去掉它',
  keyUnusable: () => '得到的对象键含有控制字符，或超过 1000 字节；请缩短',
  endpointMissing: (p) =>
    `缺少该字段；Vendor "${p.vendor}" 需要其服务的 URL，例如 "https://minio.example.com:9000"`,
  regionMissing: (p) => `缺少该字段；Vendor "${p.vendor}" 需要 Region（例如 "cn-bj"）或 Endpoint`,
  unknownSetting: (p) =>
    `没有 "${p.key}" 这个设置项；${p.nearest === undefined ? '请删除' : `是否想写 "${p.nearest}"？`}`,
  indexShape: (p) => `${foundHere(p.found)}，索引中${choices(p.allowed)}；请确认这是索引文件`,
  listNobody: (p) => `${p.list} 没有留下索引中的任何流；请更正名称，或清空该列表`,
  positionsNobody: () => '这些位置都不属于任何可见的流；请更正各个 RtcStreamId，或将 VideoStreamType 写为 0',
  updatesShape: (p) => `${foundHere(p.found)}，定时更新应为请求的数组 [...]，每个请求含 At、Action 和 Data`,
  updateUnknown: (p) =>
    `${foundHere(p.found)}，允许 ${p.allowed.join('、')}${p.meant === undefined ? '' : `；是否想写 "${p.meant}"？`}`,
  updateEmpty: (p) => `缺少该字段；${p.action} 需要 ${p.sections.join(' 或 ')}`,
  updateFixed: (p) =>
    `${foundHere(p.found)}，cfg.json 中为 ${p.now}；一个文件只有一种画面尺寸、帧率、码率和音频格式，中途无法更改`,
  rootLeaves: () => '指向存储桶之外；请将 Root 写成存储桶中的目录，不要含有 ".."，也不要写 URL',

  fileMissing: (p) => `${p.path}：没有这个文件；请检查路径`,
  cfgIsFolder: (p) => `"${p.path}" 是目录，而此处需要 cfg.json；您要的是：${p.command}`,
  cfgIsMedia: (p) => `"${p.path}" 是录制文件，而此处需要 cfg.json；您要的是：${p.command}`,
  cfgIsIndex: (p) => `"${p.path}" 是房间的索引，而此处需要 cfg.json；您要的是：${p.command}`,
  cfgIsNoRequest: (p) =>
    `"${p.path}" 既没有 Internal 也没有 Data，而此处需要 cfg.json；要合流它旁边的录制文件：${p.command}`,
  cfgIsManifest: (p) => `"${p.path}" 是录制文件的列表，而此处需要 cfg.json；您要的是：${p.command}`,
  cfgIsNoJson: (p) => `"${p.path}" 不是 JSON，而此处需要 cfg.json；owt-main help 列出所有命令`,
  notAFile: (p) => `${p.path}：这是目录、管道或设备，不是文件；请指定一个文件`,
  fileTooLarge: (p) => `${p.path}：文件大于 ${p.maxBytes} 字节；请检查是否是正确的文件`,
  unknownKey: (p) =>
    `未知字段 "${p.key}"，不起作用${p.nearest === undefined ? '' : `；是否想写 "${p.nearest}"？`}`,
  streamUnknown: (p) =>
    `索引中没有流 "${p.streamId}"，不起作用${p.nearest === undefined ? '' : `；是否想写 "${p.nearest}"？`}`,
  duplicateKey: (p) => `"${p.key}" 写了两次，以最后一次为准；请删除多余的`,
  usedAs: (p) =>
    `${foundHere(p.found)}，已按 ${typeof p.used === 'boolean' ? p.used : quote(p.used)} 处理；请改成这个值`,
  usedAsText: (p) => `${foundHere(p.found)}，已按文本处理；请放入双引号中`,
  givenTwice: (p) =>
    `${p.ignored} 是 ${p.used} 的另一种写法，但两者内容不同；以 ${p.used} 为准，请删除其中一个`,
  modeSingle: () => 'Mode 0 表示单流录制，而本程序总是合流；请改为 1',
  glyphsMissing: (p) =>
    `字体中没有以下字符，会显示为方框：${p.characters.join('、')}${p.more > 0 ? `，另有 ${p.more} 个` : ''}；请改用其他字符，或将 conf/ 中的 watermark.fontFile 设为包含这些字符的字体`,
  textOutside: (p) =>
    `文字延伸到 ${p.right},${p.bottom}，超出 ${p.canvas} 的画布，超出部分会被截掉；请移动或缩短文字，或减小 conf/ 中的 watermark.textHeight`,
  snapped: (p) => `此处是 ${p.found}，必须是 4 的倍数；已改用 ${p.used}`,
  manualWithoutPositions: () =>
    'VideoStreamType 为 1（手动）时需要 PositionConfig，但没有找到；已改用 MixedVideoLayout',
  positionTwice: (p) => `"${p.streamId}" 已经指定过位置，以最后一个为准`,
  templateEmpty: () => '没有区域的模板不会被使用；请删除',
  templateTwice: (p) => `已经有 ${p.regions} 个流的模板，以第一个为准`,
  regionIdTwice: (p) => `Id "${p.id}" 在该模板中用了两次；请给每个区域不同的 Id`,
  containersLeftOut: (p) => `此处是 ${p.found}，只会生成 mp4；请删除其他格式`,
  liveNotDone: () => '本程序只生成文件，不推送直播流；请删除 LiveConfig',
  notifyLiving: () => '本程序不推送直播流，不会有 job.living 通知；请删除或关闭该条目',
  notifyTwice: (p) => `前面已有条目将相同事件发往 ${p.url} 的同一地址；以前面的为准，请删除其中一个`,
  notifyKeyMissing: (p) =>
    `缺少该字段；${p.dialect} 回调带有签名，目前用空密钥计算；请填写接收方验签所用的密钥`,
  notifyUrlBad: (p) => `${foundHere(p.found)}，不会向该地址发送回调；请填写：${SHAPES.httpUrl}`,
  credentialsHalf: (p) => `填写了 ${p.given}，但 ${p.missing} 为空；两者都不使用，改用本机自身的凭证`,
  indexTime: (p) => `${foundHere(p.found)}，不是${SHAPES.time}；以最早片段的开始时间为准`,
  indexTimeFar: (p) => `与首个片段相差 ${p.hours} 小时；以最早片段的开始时间为准`,
  endTimeBad: (p) => `${foundHere(p.found)}，不是晚于 StartTime 的时间；未使用`,
  startsAfterEnd: (p) => `比房间的 EndTime 晚 ${p.seconds} 秒；以 StartTime 为准，请检查这两个时间`,
  nameTimeOther: (p) =>
    `文件名中的时间是 ${p.time}，与 StartTime 相差 ${p.seconds} 秒；以 StartTime 为准，请检查哪个正确`,
  indexJobId: (p) =>
    `索引属于任务 "${p.found}"，而 cfg.json 的任务是 "${p.jobId}"；仍会使用，请检查是否选对了索引`,
  mediaTypeUnknown: (p) =>
    `"${p.streamId}" 的媒体类型为 ${p.mediaType}；已知类型是 1（摄像头）和 2（屏幕共享），仍会参与合流`,
  entryNotObject: (p) => `该条目是${spaced(foundText(p.found))}，不是对象`,
  entryNoName: (p) => entryField('Name', SHAPES.name, p),
  entryNoStream: (p) => entryField('StreamId', '"user_1" 或 "user_2"', p),
  entryNoTime: (p) => entryField('StartTime', SHAPES.time, p),
  entryLeavesRoot: () => 'Name 指向 Root 之外；只读取 Root 下的文件',
  entryTwice: () => '同一个文件列出了两次，以第一个条目为准',
  entryFar: (p) => `StartTime 与其他录制文件相差 ${p.hours} 小时；请检查索引中的这个时间`,
  validated: (p) => {
    if (p.errors + p.warnings === 0) return `${p.file}：没有错误，也没有警告`
    const count = (n: number, noun: string) => (n === 0 ? `没有${noun}` : `${n} 个${noun}`)
    return `${p.file}：${count(p.errors, '错误')}，${count(p.warnings, '警告')}`
  },
  moreFindings: (p) => `另有 ${p.count} 个；用 --json 可列出全部`,
  indexNotRead: (p) =>
    `任务 ${p.jobId} 的索引不在 cfg.json 旁边，这里也不访问存储桶 "${p.bucket}"；如需检查，请用 --index 指定本地副本`,
  noEntries: (p) => `没有列出可用的录制文件（跳过 ${p.skipped} 个）；请检查索引中的 Files`,
  updateNotify: () =>
    '合流在通话之后进行，只通知 cfg.json 中的接收方；此处未使用，请在 cfg.json 中修改 NotifyConfig',
  updateNotUsed: (p) => `${p.action} 不改变合流内容，未使用`,
  updateSectionUnused: (p) => `${p.action} 不更改 ${p.section}，未使用；请改用 job.update`,
  updatesMissing: (p) => `${p.asked}：该路径或键处没有定时更新；请检查 --updates`,
  updatesTwice: (p) => `${p.used} 和 ${p.ignored} 中都有定时更新；使用前者，请删除后者`,
  unknownVariable: (p) =>
    `没有这个设置项，不起作用${p.nearest === undefined ? '' : `；是否想写 ${p.nearest}？`}`,
}

function problemLine({ place, code, params }: PlacedProblem): string {
  const spot = place.line === undefined ? place.file : `${place.file}:${place.line}:${place.column}`
  const text = single[code] as (params: unknown) => string
  return `${place.path === '' ? spot : `${spot} ${place.path}`}：${text(params)}`
}

/** 读取 cfg.json、索引和 conf/ 时的消息；每条先写出实际内容，再写允许的内容。位置写在消息之前。 */
export const config: Translation<typeof english> = {
  ...single,
  configInvalid: lines,
  indexInvalid: lines,
  streamsMissing: lines,
  confInvalid: lines,
  updatesInvalid: lines,
}
