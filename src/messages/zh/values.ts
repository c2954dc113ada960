import type { Allowed, Found, Shape } from '../../model/findings.ts'

/** cfg.json 中的数字或名称各代表什么，按字段列出；用词与云录制接口文档一致。 */
const VALUE_MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Mode: { 0: '单流录制', 1: '合流' },
  ChannelType: { 0: '会议', 1: '直播' },
  MixedVideoLayout: { 0: '自定义', 1: '平铺', 2: '垂直', 3: '单画面', 4: '平铺 2', 5: '垂直 2' },
  ResizeMode: { 0: '拉伸', 1: '裁剪', 2: '加黑边' },
  VideoStreamType: { 0: '自动', 1: '手动' },
  MediaChannel: { 1: '只有音频', 2: '只有视频', 3: '音频和视频' },
  Type: { 0: '无', 1: '时间', 2: '图片', 3: '文字' },
}

export const SHAPES: Readonly<Record<Shape, string>> = {
  jobId: '字母、数字、"-"、"_" 和 "."，不能以点开头，最多 200 个字符',
  fraction: '以文本表示的 0 到 1 之间的分数，例如 "1/2"、"0"、"1" 或 "0.25"',
  audioCodec: '"aac"、"aac_48000_1" 或 "aac_48000_2"（编码、采样率、声道数）',
  time: '以秒、毫秒、微秒或纳秒为单位的 Unix 时间',
  updateTime: '以秒或毫秒为单位的 Unix 时间，或输出时间的秒数',
  name: 'Root 下的文件名',
  httpUrl: '不含用户名和密码的 http:// 或 https:// URL',
  codecName: '`ffmpeg -codecs` 列出的编码格式名称，例如 "h264"',
  networkRule:
    '网段（如 10.0.0.0/8）、地址、主机名（前面可加 "*." 表示其所有下级域名），或 loopback、link-local、private、multicast 之一',
  absolutePath: '绝对路径',
  redisUrl: 'Redis 的 URL，例如 redis://10.0.0.5:6379',
  appId: '字母、数字、"-"、"_" 和 "."，不能以点开头，最多 100 个字符',
  sha256: '十六进制的 SHA-256，64 位',
  processes: '"auto"，或 1 到 4 的整数',
  mostRedecode: '"auto"，或 0 到 3 之间的比例，例如 0.15',
  loudness: '"auto"、"off"，或 -40 到 -8 之间的响度（LUFS），例如 -16',
  fileMode: '所有者可读写的文件权限，例如 "0600"、"0640" 或 "0644"',
  trustedHost: '主机名；前面可加 "*." 表示其所有下级域名，后面可加端口，明文 http 须写成 "http://" 加主机名',
  endpointTemplate: 'http:// 或 https:// URL，其中 "{region}" 代表地域',
  heightFraction: '"1/200" 到 "1/2" 之间、相对画布高度的分数',
  indexKey: '对象键，可以包含 {jobId} 和 {folder}',
  zone: 'IANA 时区，例如 "Asia/Shanghai"',
  region: '字母、数字和 "-"，例如 "cn-bj"',
  bucket: '存储桶名称，由字母、数字、"-"、"_" 和 "." 组成',
}

const KINDS: Readonly<Record<Extract<Found, { kind: string }>['kind'], string>> = {
  object: '对象',
  array: '数组',
  text: '文本',
  number: '数字',
  boolean: 'true 或 false',
  null: 'null',
  nothing: '空（没有值）',
  word: '没有加引号的词',
  hidden: '不予显示的值',
}

/** 中文与拉丁字符之间的空格。 */
export const spaced = (text: string): string => (/^[\x21-\x7e]/.test(text) ? ` ${text}` : text)

export const foundText = (found: Found): string => ('value' in found ? found.value : KINDS[found.kind])
export const foundHere = (found: Found): string => `此处是${spaced(foundText(found))}`

export const quote = (value: string | number): string =>
  typeof value === 'number' ? String(value) : `"${value}"`

function numberText(a: Extract<Allowed, { kind: 'number' }>): string {
  const noun = !a.whole ? '数字' : a.step === 2 ? '偶数' : '整数'
  if (a.min !== undefined && a.max !== undefined) return `${a.min} 到 ${a.max} 的${noun}`
  if (a.min !== undefined) return `不小于 ${a.min} 的${noun}`
  return a.max === undefined ? noun : `不大于 ${a.max} 的${noun}`
}

const withNames = (names: readonly string[]): string =>
  names.length === 0 ? '' : `（必须包含 ${names.join('、')}）`

const ofMost = (most: number | undefined): string => (most === undefined ? '' : `（最多 ${most} 项）`)

/** 允许的取值，用文字表示。 */
export function allowedText(a: Allowed): string {
  switch (a.kind) {
    case 'number':
      return numberText(a)
    case 'values': {
      const meanings = VALUE_MEANINGS[a.field] ?? {}
      const one = (v: string | number) => quote(v) + (meanings[v] === undefined ? '' : `（${meanings[v]}）`)
      return a.values.map(one).join('、')
    }
    case 'shape':
      return SHAPES[a.shape]
    case 'text':
      return '双引号中的文本'
    case 'filledText':
      return '双引号中的非空文本'
    case 'boolean':
      return 'true 或 false'
    case 'array':
      return `数组 [...]${ofMost(a.most)}`
    case 'object':
      return `对象 {...}${withNames(a.names)}`
    case 'objectOrArray':
      return `对象 {...}${withNames(a.names)}或由它们组成的数组${ofMost(a.most)}`
    case 'textOrArray':
      return `文本或文本数组${ofMost(a.most)}`
    case 'any':
      return '任意值'
  }
}

/** “允许：整数”：取值放在冒号之后，不与前文连读。 */
export const choices = (a: Allowed): string => `允许：${allowedText(a)}`

export function choiceText(allowed: Allowed | undefined): string {
  if (!allowed || allowed.kind === 'any') return '请填写一个值'
  return `请${allowed.kind === 'values' ? '选择' : '填写'}：${allowedText(allowed)}`
}
