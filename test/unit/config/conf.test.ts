import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { confSchema, defaultConf, resolveConf } from '../../../src/config/conf.ts'
import { parseText } from '../../../src/config/load.ts'
import { JobError } from '../../../src/errors.ts'
import { say } from '../../../src/messages/index.ts'

const DEFAULT = readFileSync(new URL('../../../conf/default.json', import.meta.url), 'utf8')

const layer = (value: unknown, file = 'conf/local.json') => ({
  file,
  text: typeof value === 'string' ? value : JSON.stringify(value),
})

function errorsOf(
  layers: readonly { file: string; text: string }[],
  env: Record<string, string> = {},
): string[] {
  try {
    resolveConf({ layers, env })
  } catch (error) {
    if (!(error instanceof JobError)) throw error
    expect(error).toMatchObject({ code: 'confInvalid', exitCode: 1, fault: 'config' })
    return error.message.split('\n')
  }
  return []
}

describe('conf/default.json', () => {
  it('is what the schema has as defaults', () => {
    const { value, problems, notices } = parseText({ text: DEFAULT, file: 'conf/default.json' })
    expect({ problems, notices }).toEqual({ problems: [], notices: [] })
    expect(value).toEqual(defaultConf())
  })

  it('has a comment above every setting', () => {
    const lines = DEFAULT.split('\n')
    const settings = lines.flatMap((line, at) => (/^ {4}"\w+": /.test(line) ? [at] : []))
    expect(settings.length).toBeGreaterThan(20)
    for (const at of settings) expect(lines[at - 1]).toMatch(/^ {4}\/\/ /)
  })
})

describe('resolveConf', () => {
  it('lets later layers win, key by key, and variables over all', () => {
    const { conf, warnings } = resolveConf({
      layers: [
        { file: 'conf/default.json', text: DEFAULT },
        layer({ limits: { fetches: 2, probes: 3 }, storage: { endpoints: { aws: 'https://a' } } }),
        layer('{ // mine\n "limits": {"probes": 4,},}', 'mine.json'),
      ],
      env: {
        OWT_LIMITS_CORES: '6',
        OWT_STORAGE_CONNECT_TIMEOUT_MS: '500',
        OWT_STORAGE_INTERNAL_NETWORK: 'TRUE',
        OWT_FFMPEG_PATH: '/opt/ffmpeg',
        OWT_INDEX_KEYS: '["{jobId}.json"]',
        OWT_STORAGE_ENDPOINTS_HUAWEI: 'https://h',
        OWT_WATERMARK: '{"zone": "UTC"}',
        OWT_LOGS_LEVEL: '',
        PATH: '/bin',
      },
    })
    expect(warnings).toEqual([])
    const plain = defaultConf()
    expect(conf).toEqual({
      ...plain,
      ffmpeg: { ...plain.ffmpeg, path: '/opt/ffmpeg' },
      limits: { ...plain.limits, fetches: 2, probes: 4, cores: 6 },
      index: { keys: ['{jobId}.json'] },
      watermark: { ...plain.watermark, zone: 'UTC' },
      storage: {
        ...plain.storage,
        connectTimeoutMs: 500,
        internalNetwork: true,
        endpoints: { ...plain.storage.endpoints, aws: 'https://a', huawei: 'https://h' },
      },
    })
  })

  it('is the defaults with nothing given', () => {
    expect(resolveConf({ layers: [], env: {} })).toEqual({ conf: defaultConf(), warnings: [] })
  })

  it('names everything that is wrong, in every layer and variable', () => {
    const errors = errorsOf(
      [
        layer('{\n "ffmpeg": {"pth": "x", "stallMs": 5},\n "vidoe": {}\n}'),
        layer('{"logs": {"keep": 1/2}, "video": {"preset": "quick"}}', 'mine.json'),
      ],
      {
        OWT_LIMITS_CORES: 'many',
        OWT_INDEX_KEYS: '["{room}.json"]',
        OWT_WORK: 'x',
        OWT_STORAGE: '{"atempts": 1}',
      },
    )
    expect(errors).toEqual([
      'conf/local.json:2:13 ffmpeg.pth: "pth" is not a setting; did you mean "path"?',
      'conf/local.json:2:36 ffmpeg.stallMs: found 5, allowed whole numbers from 1000 to 3600000',
      'conf/local.json:3:2 vidoe: "vidoe" is not a setting; did you mean "video"?',
      'mine.json:1:19 logs.keep: found 1/2, a placeholder and not a value; write whole numbers from 0 to 1000',
      'mine.json:1:45 video.preset: found "quick", allowed "", "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo"',
      'OWT_LIMITS_CORES: found "many", allowed whole numbers from 0 to 1024',
      'OWT_INDEX_KEYS [0]: found "{room}.json", allowed an object key that may hold {jobId} and {folder}',
      'OWT_WORK: found "x", allowed an object {...}',
      'OWT_STORAGE atempts: "atempts" is not a setting; did you mean "attempts"?',
    ])
  })

  it.each([
    ['[]', 'conf/local.json:1:1: found an array, allowed an object {...}'],
    ['{"video": 5}', 'conf/local.json:1:11 video: found 5, allowed an object {...}'],
    [
      '{"video": {"peakRatio": 10.5}}',
      'conf/local.json:1:25 video.peakRatio: found 10.5, allowed numbers from 0 to 10',
    ],
    [
      '{"watermark": {"zone": "Mars/X"}}',
      'conf/local.json:1:24 watermark.zone: found "Mars/X", allowed an IANA time zone such as "Asia/Shanghai"',
    ],
    [
      '{"watermark": {"textHeight": "1/0"}}',
      'conf/local.json:1:30 watermark.textHeight: found "1/0", allowed a fraction of the canvas height from "1/200" to "1/2"',
    ],
    [
      '{"storage": {"endpoints": {"aws": "s3"}}}',
      'conf/local.json:1:35 storage.endpoints.aws: found "s3", allowed an http:// or https:// URL, "{region}" standing for the region',
    ],
    [
      '{"storage": {"internalNetwork": 1}}',
      'conf/local.json:1:33 storage.internalNetwork: found 1, allowed true or false',
    ],
    ['{', 'conf/local.json:1:2: not JSON: a closing } is missing; check the brackets above'],
    [
      '{"serve": {"apps": [{"appid": "a"}]}}',
      'conf/local.json:1:22 serve.apps[0].appid: "appid" is not known, and "appId" is missing; did you mean "appId"?',
    ],
  ])('refuses %j', (text, message) => {
    expect(errorsOf([layer(text)])).toEqual([message])
  })

  it('warns of variables it does not know, with the nearest one it does', () => {
    const { warnings } = resolveConf({ layers: [], env: { OWT_FFMPEG_PTH: 'x', OWT_SOMETHING_ELSE: '1' } })
    expect(warnings.map((w) => `${w.where}: ${say(w)}`)).toEqual([
      'OWT_FFMPEG_PTH: no such setting, it has no effect; did you mean OWT_FFMPEG_PATH?',
      'OWT_SOMETHING_ELSE: no such setting, it has no effect',
    ])
  })

  it('warns of a setting given twice', () => {
    const { conf, warnings } = resolveConf({ layers: [layer('{"logs": {"keep": 1, "keep": 2}}')], env: {} })
    expect(conf.logs.keep).toBe(2)
    expect(warnings).toHaveLength(1)
  })

  it('takes $schema in silence and keeps it to itself', () => {
    expect(resolveConf({ layers: [layer({ $schema: './x.json' })], env: {} }).conf).toEqual(defaultConf())
    expect(Object.keys(confSchema.shape)).toContain('$schema')
  })
})
